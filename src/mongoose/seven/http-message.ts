/** `struct mg_http_message`: a reply. The library keeps 30 headers; here all are kept. */
import type { ResponseHead } from "../../http1/index.ts";
import { mg_mk_str, mg_str } from "../shared/str.ts";

/** `struct mg_http_header`: a field's name, in the case it came in, and its value. */
export interface mg_http_header {
  readonly name: mg_str;
  readonly value: mg_str;
}

/** A reply. Its status line is where a request has method, URI and version: `HTTP/1.1`, `200`, `OK`. */
export interface mg_http_message {
  readonly method: mg_str;
  readonly uri: mg_str;
  readonly proto: mg_str;
  readonly query: mg_str;
  readonly headers: readonly mg_http_header[];
  readonly head: mg_str;
  /** In MG_EV_HTTP_HDRS empty; in MG_EV_HTTP_MSG whole, chunked undone. */
  readonly body: mg_str;
  /** Head and body. */
  readonly message: mg_str;
}

const nothing = mg_mk_str("");

/** A message of a head and what there is of the body; `whole` holds both. */
export function describeMessage(head: ResponseHead, headBytes: number, whole: Uint8Array): mg_http_message {
  return {
    method: mg_mk_str(`HTTP/${head.version}`),
    uri: mg_mk_str(String(head.status)),
    proto: latin1(head.reason),
    query: nothing,
    headers: [...head.fields].map(([name, value]) => ({ name: latin1(name), value: latin1(value) })),
    head: new mg_str(whole.subarray(0, headBytes)),
    body: new mg_str(whole.subarray(headBytes)),
    message: new mg_str(whole),
  };
}

/** The status of a reply, as `200`. */
export function mg_http_status(hm: mg_http_message): number {
  return Number(String(hm.uri));
}

/** The value of a header, its name in any case, or null; of several the first. */
export function mg_http_get_header(hm: mg_http_message, name: string): mg_str | null {
  const wanted = name.toLowerCase();
  return hm.headers.find((header) => String(header.name).toLowerCase() === wanted)?.value ?? null;
}

function latin1(text: string): mg_str {
  return new mg_str(Uint8Array.from(text, (sign) => sign.charCodeAt(0)));
}
