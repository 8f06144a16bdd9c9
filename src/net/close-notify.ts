/**
 * Tells, when a TLS connection has ended, whether the peer's close_notify ended it or a bare TCP FIN.
 *
 * RFC 8446 §6.1: without close_notify the data may be truncated; RFC 9112 §9.8 lets it decide whether a body
 * without a length is complete. Node reports both ends alike, as `end`. But it reports close_notify as soon as
 * OpenSSL has opened the alert, while TCP is still being read, and a FIN only once libuv has stopped reading TCP.
 * So, at the very moment of the end, `readStart()` of the TCP handle answers `EALREADY` after a close_notify and
 * 0 after a FIN: libuv 1.46, Node 20's, clears that state in uv__stream_eof before it calls back. Nothing is
 * counted, and nothing runs for each read.
 *
 * DEVIATION: `_handle` and `_parent` are Node's internals. They are looked at feature by feature, and tried
 * once while the connection is known to be reading; where they do not answer as expected the result is "unknown".
 *
 * Counting ciphertext against plaintext would not do: whoever cuts the connection can leave just as many bytes
 * of the next record as an alert takes.
 */
import type { TLSSocket } from "node:tls";
import { getSystemErrorName } from "node:util";

/** `received` and `not-received` are certain. */
export type CloseNotify = "received" | "not-received" | "unknown";

/**
 * Watches how `socket` ends. Call it in the `secureConnect` event; ask the function it returns in or after `end`.
 *
 * Works where TLS runs on a TCP socket of Node's own, a proxy's tunnel included; over any other stream, and for
 * TLS inside TLS, the answer is "unknown". An error, a reset or a fatal alert among them, is not an end: "unknown" too.
 */
export function watchCloseNotify(socket: TLSSocket): () => CloseNotify {
  const handles = findHandles(socket);
  if (handles === undefined || !isReading(handles.tcp)) return () => "unknown";
  let atEnd: CloseNotify = "unknown";
  // The one public call that Node makes synchronously at the end of the stream, before anything else is read.
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk === null) atEnd = wasCloseNotify(handles) ? "received" : "not-received";
    return push(chunk, encoding);
  };
  return () => atEnd;
}

/** The handle of TCP: `readStart` answers 0 or a negative error number of libuv's. */
interface TcpHandle {
  readStart(): number;
  readStop(): number;
}

interface Handles {
  /** `reading` is false while the reader has asked for no more. */
  readonly tls: { readonly reading: boolean };
  readonly tcp: TcpHandle;
}

function findHandles(socket: TLSSocket): Handles | undefined {
  const tls = property(socket, "_handle");
  const tcp = property(tls, "_parent");
  // Not a stream of JavaScript's, which has no such state, and not TLS, whose outer close_notify is not an end of ours.
  if (property(property(tcp, "constructor"), "name") !== "TCP") return undefined;
  if (property(tls, "reading") !== true) return undefined;
  const complete =
    typeof property(tcp, "readStart") === "function" && typeof property(tcp, "readStop") === "function";
  return complete ? { tls: tls as Handles["tls"], tcp: tcp as TcpHandle } : undefined;
}

function property(of: unknown, name: string): unknown {
  return typeof of === "object" || typeof of === "function"
    ? (of as Record<string, unknown> | null)?.[name]
    : undefined;
}

function wasCloseNotify({ tls, tcp }: Handles): boolean {
  // While the reader holds it up TCP is not read, and cannot have ended: the records at hand had the alert.
  return !tls.reading || isReading(tcp);
}

/** Whether libuv reads this handle. Asking starts the reading of one that had stopped: it is stopped again. */
function isReading(tcp: TcpHandle): boolean {
  const status = tcp.readStart();
  if (status === 0) tcp.readStop();
  return status < 0 && getSystemErrorName(status) === "EALREADY";
}
