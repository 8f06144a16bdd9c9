/** Bytes that come at one end and leave at the other. What it has shown is never written over: slices of it stay true. */

const smallestBytes = 256;

/** A queue of bytes. */
export class ByteQueue {
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
