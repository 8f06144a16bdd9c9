/** The client side of the Mongoose 6 API, as Mongoose OS has it, over connections that two keys admitted. */
export {
  mg_connect,
  mg_connect_http,
  mg_connect_http_opt,
  mg_connect_http_opts,
  mg_connect_opt,
  mg_connect_ws,
  mg_connect_ws_opt,
} from "./six/connect.ts";
export type { mg_connect_opts, mg_error_string } from "./six/connect-opts.ts";
export type { mg_connection } from "./six/connection.ts";
export {
  MG_EV_CLOSE,
  MG_EV_CONNECT,
  MG_EV_HTTP_CHUNK,
  MG_EV_HTTP_REPLY,
  MG_EV_POLL,
  MG_EV_RECV,
  MG_EV_SEND,
  MG_EV_TIMER,
  MG_EV_WEBSOCKET_CONTROL_FRAME,
  MG_EV_WEBSOCKET_FRAME,
  MG_EV_WEBSOCKET_HANDSHAKE_DONE,
  type mg_event_args,
  type mg_event_handler,
  type mg_event_payloads,
  type websocket_message,
} from "./six/events.ts";
export {
  MG_F_CLOSE_IMMEDIATELY,
  MG_F_CONNECTING,
  MG_F_DELETE_CHUNK,
  MG_F_ENABLE_BROADCAST,
  MG_F_IS_WEBSOCKET,
  MG_F_RESOLVING,
  MG_F_SEND_AND_CLOSE,
  MG_F_SSL,
  MG_F_SSL_HANDSHAKE_DONE,
  MG_F_USER_1,
  MG_F_USER_2,
  MG_F_USER_3,
  MG_F_USER_4,
  MG_F_USER_5,
  MG_F_USER_6,
  MG_F_WEBSOCKET_NO_DEFRAG,
} from "./six/flags.ts";
export { mg_get_http_header, type http_message } from "./six/http-message.ts";
export { mongooseLimits } from "./limits.ts";
export {
  cs_log_set_file_level,
  cs_log_set_level,
  cs_log_set_sink,
  LL_DEBUG,
  LL_ERROR,
  LL_INFO,
  LL_NONE,
  LL_VERBOSE_DEBUG,
  LL_WARN,
  LOG,
  type cs_log_level,
  type LogMessage,
  type LogSink,
} from "./shared/log.ts";
export { mg_mgr, mg_mgr_free, mg_mgr_init, mg_mgr_poll, mg_time, mgos_get_mgr } from "./shared/manager.ts";
export type { mg_timeouts } from "./shared/open-link.ts";
export { mbuf, mbuf_append, mbuf_remove } from "./shared/mbuf.ts";
export type { Printable } from "./shared/printf.ts";
export { HTTP, type HttpQuery } from "./six/query.ts";
export {
  mg_printf,
  mg_printf_http_chunk,
  mg_printf_websocket_frame,
  mg_send,
  mg_send_http_chunk,
  mg_send_websocket_frame,
  mg_set_protocol_http_websocket,
  mg_set_timer,
} from "./six/send.ts";
export { MG_SSL_ERROR, MG_STATUS_DNS } from "./six/status.ts";
export { mg_mk_str, mg_str, mg_vcasecmp, mg_vcmp, type Sendable } from "./shared/str.ts";
export {
  WEBSOCKET_DONT_FIN,
  WEBSOCKET_OP_BINARY,
  WEBSOCKET_OP_CLOSE,
  WEBSOCKET_OP_CONTINUE,
  WEBSOCKET_OP_PING,
  WEBSOCKET_OP_PONG,
  WEBSOCKET_OP_TEXT,
} from "../websocket/index.ts";
