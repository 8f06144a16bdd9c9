/** What can be done with a connection: send, in several forms, set its timer, make it speak HTTP. */
import { assert } from "../../core/index.ts";
import { chunkEnd, writeChunkHead, writeLastChunk } from "../../http1/index.ts";
import type { mg_connection } from "./connection.ts";
import { LiveConnection } from "./live-connection.ts";
import { formatText, type Printable } from "../shared/printf.ts";
import { bytesOf, type Sendable } from "../shared/str.ts";

/** Sends bytes, or a text as UTF-8; before the connection stands they wait. `len` sends only so many. */
export function mg_send(c: mg_connection, data: Sendable, len?: number): void {
  liveOf(c).send(bytesOf(data, len));
}

/** Sends what `printf` makes of a format; how many bytes. @throws HttpsError `option-invalid` where the two do not fit */
export function mg_printf(c: mg_connection, fmt: string, ...args: Printable[]): number {
  const bytes = bytesOf(formatText(fmt, args));
  liveOf(c).send(bytes);
  return bytes.length;
}

/** Sends one chunk of a body whose head said `Transfer-Encoding: chunked`; without data, the last one. */
export function mg_send_http_chunk(c: mg_connection, data: Sendable, len?: number): void {
  const bytes = bytesOf(data, len);
  if (bytes.length === 0) return liveOf(c).send(bytesOf(writeLastChunk()));
  const head = bytesOf(writeChunkHead(bytes.length));
  const end = bytesOf(chunkEnd);
  const chunk = new Uint8Array(head.length + bytes.length + end.length);
  chunk.set(head);
  chunk.set(bytes, head.length);
  chunk.set(end, head.length + bytes.length);
  liveOf(c).send(chunk);
}

/** The same with a format. A text of nothing is not a chunk: it would end the body. */
export function mg_printf_http_chunk(c: mg_connection, fmt: string, ...args: Printable[]): void {
  const text = formatText(fmt, args);
  if (text !== "") mg_send_http_chunk(c, text);
}

/** Sends a WebSocket frame: `op` is WEBSOCKET_OP_TEXT and its like, `| WEBSOCKET_DONT_FIN` for a fragment that is not the last. */
export function mg_send_websocket_frame(
  c: mg_connection,
  op: number,
  ...[data = "", len]: [data?: Sendable, len?: number]
): void {
  liveOf(c).sendFrame(op, bytesOf(data, len));
}

/** The same with a format. */
export function mg_printf_websocket_frame(
  c: mg_connection,
  op: number,
  fmt: string,
  ...args: Printable[]
): void {
  mg_send_websocket_frame(c, op, formatText(fmt, args));
}

/** Asks for one MG_EV_TIMER at this time, in seconds since 1970 (`mg_time() + 15`); 0 for none. What it was before. */
export function mg_set_timer(c: mg_connection, timestamp: number): number {
  return liveOf(c).setTimer(timestamp);
}

/** Has a raw connection speak HTTP: what was sent on it is a request, and replies come as events. */
export function mg_set_protocol_http_websocket(c: mg_connection): void {
  liveOf(c).speakHttp();
}

function liveOf(c: mg_connection): LiveConnection {
  assert(c instanceof LiveConnection, "a connection comes from mg_connect and its kin");
  return c;
}
