/** JSON sent by POST: there is data, so the method is POST; its type has to be said. */
import {
  LL_ERROR,
  LL_INFO,
  LOG,
  MG_EV_CLOSE,
  MG_EV_CONNECT,
  MG_EV_HTTP_REPLY,
  MG_F_CLOSE_IMMEDIATELY,
  mg_connect_http,
  mgos_get_mgr,
  type mg_event_handler,
} from "meerkat/mongoose";

const ev_handler: mg_event_handler<null> = (c, ev, ev_data, _user_data) => {
  switch (ev) {
    case MG_EV_CONNECT:
      if (ev_data !== 0) LOG(LL_ERROR, ["status %d: %s", ev_data, c.error?.message]);
      break;
    case MG_EV_HTTP_REPLY:
      LOG(LL_INFO, ["HTTP %d", ev_data.resp_code]);
      process.stdout.write(ev_data.body.p);
      c.flags |= MG_F_CLOSE_IMMEDIATELY;
      break;
    case MG_EV_CLOSE:
      if (c.error) LOG(LL_ERROR, ["%s", c.error.hint]);
      break;
  }
};

const server = "https://echo.example/";
LOG(LL_INFO, ["Connecting to %s", server]);
const mgr = mgos_get_mgr();
const headers = "User-Agent: my-app/1.0\r\nContent-Type: application/json\r\n";
const conn = mg_connect_http(mgr, ev_handler, null, server, headers, JSON.stringify({ temperature: 21.5 }));
if (conn === null) {
  LOG(LL_ERROR, ["Failed to connect to %s", server]);
}
