/**
 * `struct mbuf`: bytes that come at one end and leave at the other. What it has shown of itself is never written
 * over, so that slices of it stay true after it has moved on; in C they would not.
 */
import { ByteQueue } from "../../websocket/index.ts";
import { bytesOf, type Sendable } from "./str.ts";

/** A queue of bytes. */
export class mbuf extends ByteQueue {}

/** Takes `n` bytes off the front of a buffer: those that have been dealt with. */
export function mbuf_remove(mb: mbuf, n: number): void {
  mb.remove(n);
}

/** Puts bytes at the end of a buffer; how many. */
export function mbuf_append(mb: mbuf, data: Sendable, len?: number): number {
  const bytes = bytesOf(data, len);
  mb.append(bytes);
  return bytes.length;
}
