/** A header block in pieces: HEADERS without END_HEADERS, and the CONTINUATION frames behind it (RFC 9113 §4.3, §6.10). */

export class HeaderBlock {
  readonly stream: number;
  readonly endStream: boolean;
  readonly startedAt: number;
  #bytes: Uint8Array;
  #length = 0;
  /** CONTINUATION frames so far. */
  frames = 0;

  constructor(stream: number, endStream: boolean, startedAt: number) {
    this.stream = stream;
    this.endStream = endStream;
    this.startedAt = startedAt;
    this.#bytes = new Uint8Array(smallestBytes);
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes.subarray(start, end), this.#length);
    this.#length = needed;
  }
}

const smallestBytes = 4_096;
