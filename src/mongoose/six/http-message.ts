/**
 * `struct http_message`: a reply as a handler sees it. The library keeps 19 headers of a reply and drops the rest, and
 * those that are empty; here all are kept, in their order.
 */
import type { ResponseHead } from "../../http1/index.ts";
import { mg_mk_str, mg_str } from "../shared/str.ts";

/** A reply: its status, its headers, and as much of its body as there is. */
export interface http_message {
  /** The head, and the body as far as it is there. */
  readonly message: mg_str;
  /** All of the body that is kept, chunked undone: in MG_EV_HTTP_CHUNK what there is so far. */
  readonly body: mg_str;
  /** Empty: a reply has none. */
  readonly method: mg_str;
  /** Empty: a reply has none. */
  readonly uri: mg_str;
  /** `HTTP/1.1` */
  readonly proto: mg_str;
  /** The status, as `200`. */
  readonly resp_code: number;
  /** The reason phrase, as `OK`. */
  readonly resp_status_msg: mg_str;
  /** Empty: a reply has none. */
  readonly query_string: mg_str;
  /** Names in the case they came in. An empty one ends the list, so that C's loops over it end too. */
  readonly header_names: readonly mg_str[];
  /** The values beside the names. */
  readonly header_values: readonly mg_str[];
  /** The length that the reply announced, or -1. */
  readonly content_length: number;
}

/** The value of a header, its name in any case, or null. Of several the first, as in C. */
export function mg_get_http_header(hm: http_message, name: string): mg_str | null {
  const wanted = name.toLowerCase();
  const at = hm.header_names.findIndex(({ len, p }) => len > 0 && latin1(p).toLowerCase() === wanted);
  return (at === -1 ? undefined : hm.header_values[at]) ?? null;
}

const nothing = mg_mk_str("");

/** The part of a message that is the same in each of a reply's events. */
export type MessageHead = Omit<http_message, "message" | "body">;

/** What a response's head amounts to. */
export function describeHead(head: ResponseHead, announcedBytes: number | undefined): MessageHead {
  const fields = [...head.fields];
  return {
    method: nothing,
    uri: nothing,
    proto: mg_mk_str(`HTTP/${head.version}`),
    resp_code: head.status,
    resp_status_msg: octets(head.reason),
    query_string: nothing,
    header_names: [...fields.map(([name]) => octets(name)), nothing],
    header_values: [...fields.map(([, value]) => octets(value)), nothing],
    content_length: announcedBytes ?? -1,
  };
}

function octets(text: string): mg_str {
  return new mg_str(Uint8Array.from(text, (sign) => sign.charCodeAt(0)));
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
