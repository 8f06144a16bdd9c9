/** A site that wants a certificate from the client, and roots of one's own; both are options. */
import {
  LL_ERROR,
  LL_INFO,
  LOG,
  MG_EV_CLOSE,
  MG_EV_CONNECT,
  MG_EV_HTTP_REPLY,
  MG_F_CLOSE_IMMEDIATELY,
  mg_connect_http_opt,
  mgos_get_mgr,
  type mg_connect_opts,
  type mg_error_string,
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

const server = "https://devices.example/";
LOG(LL_INFO, ["Connecting to %s", server]);
const mgr = mgos_get_mgr();
const why: mg_error_string = { value: null };
const opts: mg_connect_opts = {};
opts.ssl_ca_cert = "ca.pem";
opts.ssl_cert = "client.pem";
opts.ssl_key = "client-key.pem";
opts.error_string = why;
const conn = mg_connect_http_opt(mgr, ev_handler, null, opts, server, "User-Agent: my-app/1.0\r\n", null);
if (conn === null) {
  LOG(LL_ERROR, ["Failed to connect to %s: %s", server, why.value]);
}
