/** The events of Mongoose 6 that a client sees, with the library's numbers (mg_net.h, mg_http.h), and their payloads. */
import type { mg_connection } from "./connection.ts";
import type { http_message } from "./http-message.ts";

/** Sent again and again while the connection lives; `ev_data` is the time, in whole seconds since 1970. */
export const MG_EV_POLL = 0;
/** The connection stands, TLS included, or failed to: `ev_data` is the status, 0 for success. */
export const MG_EV_CONNECT = 2;
/** Bytes came; `ev_data` says how many, and they are in `recv_mbuf`. */
export const MG_EV_RECV = 3;
/** Bytes went out; `ev_data` says how many. */
export const MG_EV_SEND = 4;
/** The last event of a connection; `ev_data` is null. `c.error` says why, where it was not an ordinary end. */
export const MG_EV_CLOSE = 5;
/** The timer of `mg_set_timer` is due; `ev_data` is the instant it was set to, in seconds since 1970. */
export const MG_EV_TIMER = 6;
/** The reply is whole. */
export const MG_EV_HTTP_REPLY = 101;
/** There is some of the body: all that came so far, or what is new where the handler deletes what it was given. */
export const MG_EV_HTTP_CHUNK = 102;
/** The WebSocket handshake was answered: by 101, or by a refusal, which `resp_code` says. */
export const MG_EV_WEBSOCKET_HANDSHAKE_DONE = 112;
/** A message; or a fragment, with `MG_F_WEBSOCKET_NO_DEFRAG`. */
export const MG_EV_WEBSOCKET_FRAME = 113;
/** A ping, a pong or a close; the first and the last have been answered. */
export const MG_EV_WEBSOCKET_CONTROL_FRAME = 114;

/** A WebSocket message or control frame. `flags` is the frame's first octet: FIN and the opcode. */
export interface websocket_message {
  readonly data: Uint8Array;
  readonly size: number;
  readonly flags: number;
}

/** What `ev_data` is, by event. */
export interface mg_event_payloads {
  readonly [MG_EV_POLL]: number;
  readonly [MG_EV_CONNECT]: number;
  readonly [MG_EV_RECV]: number;
  readonly [MG_EV_SEND]: number;
  readonly [MG_EV_CLOSE]: null;
  readonly [MG_EV_TIMER]: number;
  readonly [MG_EV_HTTP_REPLY]: http_message;
  readonly [MG_EV_HTTP_CHUNK]: http_message;
  readonly [MG_EV_WEBSOCKET_HANDSHAKE_DONE]: http_message;
  readonly [MG_EV_WEBSOCKET_FRAME]: websocket_message;
  readonly [MG_EV_WEBSOCKET_CONTROL_FRAME]: websocket_message;
}

/** The parameters of a handler: `ev` decides the type of `ev_data`. */
export type mg_event_args<U = unknown> = {
  readonly [E in keyof mg_event_payloads]: [
    c: mg_connection,
    ev: E,
    ev_data: mg_event_payloads[E],
    user_data: U,
  ];
}[keyof mg_event_payloads];

/**
 * What is called for every event. Comparing `ev` with a constant, by `switch` or `if`, gives `ev_data` its type;
 * what C casts, TypeScript then knows. All four parameters are written, as in C; `_user_data` where it is not used.
 */
export type mg_event_handler<U = unknown> = (...args: mg_event_args<U>) => void;
