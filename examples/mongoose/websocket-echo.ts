/** A WebSocket: one message, its echo, and a proper end. */
import {
  LL_ERROR,
  LL_INFO,
  LOG,
  MG_EV_CLOSE,
  MG_EV_CONNECT,
  MG_EV_WEBSOCKET_FRAME,
  MG_EV_WEBSOCKET_HANDSHAKE_DONE,
  WEBSOCKET_OP_CLOSE,
  WEBSOCKET_OP_TEXT,
  mg_connect_ws,
  mg_send_websocket_frame,
  mgos_get_mgr,
  type mg_event_handler,
} from "meerkat/mongoose";

const ev_handler: mg_event_handler<null> = (c, ev, ev_data, _user_data) => {
  switch (ev) {
    case MG_EV_CONNECT:
      if (ev_data !== 0) LOG(LL_ERROR, ["status %d: %s", ev_data, c.error?.message]);
      break;
    case MG_EV_WEBSOCKET_HANDSHAKE_DONE:
      LOG(LL_INFO, ["HTTP %d", ev_data.resp_code]);
      mg_send_websocket_frame(c, WEBSOCKET_OP_TEXT, "hello");
      break;
    case MG_EV_WEBSOCKET_FRAME:
      process.stdout.write(ev_data.data);
      mg_send_websocket_frame(c, WEBSOCKET_OP_CLOSE);
      break;
    case MG_EV_CLOSE:
      if (c.error) LOG(LL_ERROR, ["%s", c.error.hint]);
      break;
  }
};

const server = "wss://echo.example/";
LOG(LL_INFO, ["Connecting to %s", server]);
const mgr = mgos_get_mgr();
const conn = mg_connect_ws(mgr, ev_handler, null, server, null, "User-Agent: my-app/1.0\r\n");
if (conn === null) {
  LOG(LL_ERROR, ["Failed to connect to %s", server]);
}
