/** A client's part of the Mongoose 7 API, over the same connections as the Mongoose 6 one. */
export {
  mg_error,
  mg_http_connect,
  mg_millis,
  mg_printf,
  mg_send,
  mg_tls_init,
  type mg_http_connect_options,
} from "./connect.ts";
export { mg_url_host, mg_url_is_ssl, mg_url_port, mg_url_uri } from "./url.ts";
export type { mg_connection } from "./connection.ts";
export {
  MG_EV_CLOSE,
  MG_EV_CONNECT,
  MG_EV_ERROR,
  MG_EV_HTTP_HDRS,
  MG_EV_HTTP_MSG,
  MG_EV_OPEN,
  MG_EV_POLL,
  MG_EV_READ,
  MG_EV_RESOLVE,
  MG_EV_TLS_HS,
  MG_EV_WRITE,
  type mg_event_args,
  type mg_event_handler,
  type mg_event_payloads,
} from "./events.ts";
export {
  mg_http_get_header,
  mg_http_status,
  type mg_http_header,
  type mg_http_message,
} from "./http-message.ts";
export { mg_mgr, mg_mgr_free, mg_mgr_init, mg_mgr_poll } from "../shared/manager.ts";
export { mg_mk_str as mg_str_s, mg_str, type Sendable } from "../shared/str.ts";
export type { Printable } from "../shared/printf.ts";
export type { mg_tls_opts } from "./tls.ts";
