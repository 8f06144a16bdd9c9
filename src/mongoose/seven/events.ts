/** The events of Mongoose 7 that an HTTP client sees, with the numbers of 7.22 (event.h), and their payloads. */
import type { mg_connection } from "./connection.ts";
import type { mg_http_message } from "./http-message.ts";

/** It failed; `ev_data` is a sentence. MG_EV_CLOSE follows. */
export const MG_EV_ERROR = 0;
/** The connection was made, and nothing has been tried yet. */
export const MG_EV_OPEN = 1;
/** Again and again while the connection lives; `ev_data` is the time in milliseconds since 1970. */
export const MG_EV_POLL = 2;
/** The name was looked up. */
export const MG_EV_RESOLVE = 3;
/** TCP is up. The moment for `mg_tls_init`. */
export const MG_EV_CONNECT = 4;
/** TLS is up, and the server verified. */
export const MG_EV_TLS_HS = 6;
/** Bytes came; `ev_data` says how many. */
export const MG_EV_READ = 7;
/** Bytes went out; `ev_data` says how many. */
export const MG_EV_WRITE = 8;
/** The last event. */
export const MG_EV_CLOSE = 9;
/** The head of a reply is there. */
export const MG_EV_HTTP_HDRS = 10;
/** The reply is whole. */
export const MG_EV_HTTP_MSG = 11;

/** What `ev_data` is, by event. */
export interface mg_event_payloads {
  readonly [MG_EV_ERROR]: string;
  readonly [MG_EV_OPEN]: null;
  readonly [MG_EV_POLL]: number;
  readonly [MG_EV_RESOLVE]: null;
  readonly [MG_EV_CONNECT]: null;
  readonly [MG_EV_TLS_HS]: null;
  readonly [MG_EV_READ]: number;
  readonly [MG_EV_WRITE]: number;
  readonly [MG_EV_CLOSE]: null;
  readonly [MG_EV_HTTP_HDRS]: mg_http_message;
  readonly [MG_EV_HTTP_MSG]: mg_http_message;
}

/** The parameters of a handler: `ev` decides the type of `ev_data`. */
export type mg_event_args = {
  readonly [E in keyof mg_event_payloads]: [c: mg_connection, ev: E, ev_data: mg_event_payloads[E]];
}[keyof mg_event_payloads];

/** What is called for every event, in the form since 7.13: user data is `c.fn_data`. */
export type mg_event_handler = (...args: mg_event_args) => void;
