/**
 * `struct mbuf`: bytes that come at one end and leave at the other. What it has shown of itself is never written
 * over, so that slices of it stay true after it has moved on; in C they would not.
 */
import { bytesOf, type Sendable } from "./str.ts";

const smallestBytes = 256;

/** A queue of bytes. */
export class mbuf {
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;

  /** How many bytes it holds. */
  get len(): number {
    return this.#end - this.#start;
  }

  /** The bytes it holds. */
  get buf(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Takes bytes off the front. */
  remove(count: number): void {
    this.#start = Math.min(this.#end, this.#start + Math.max(0, count));
    if (this.#start === this.#end) this.clear();
  }

  /** Holds nothing; slices that were taken keep what they have. */
  clear(): void {
    this.#bytes = new Uint8Array(0);
    this.#start = 0;
    this.#end = 0;
  }

  #grow(more: number): void {
    const kept = this.buf;
    const grown = new Uint8Array(Math.max(smallestBytes, 2 * kept.length, kept.length + more));
    grown.set(kept);
    this.#bytes = grown;
    this.#start = 0;
    this.#end = kept.length;
  }
}

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
