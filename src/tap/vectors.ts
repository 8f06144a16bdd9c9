/**
 * Reads TLS's presentation language: big-endian numbers and length-prefixed vectors (RFC 8446 §3).
 *
 * Never throws. A reader that ran past its end, and every reader made from it, has `failed`: its numbers
 * are then 0 and its vectors empty, so a parser reads straight on and asks once, at the end.
 */

export class VectorReader {
  readonly #bytes: Uint8Array;
  readonly #outcome: { failed: boolean };
  #at = 0;

  constructor(bytes: Uint8Array, outcome: { failed: boolean } = { failed: false }) {
    this.#bytes = bytes;
    this.#outcome = outcome;
  }

  get failed(): boolean {
    return this.#outcome.failed;
  }

  /** Bytes not read yet; 0 once failed, so that loops end. */
  get left(): number {
    return this.failed ? 0 : this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#number(1);
  }

  u16(): number {
    return this.#number(2);
  }

  u24(): number {
    return this.#number(3);
  }

  /** The next `count` bytes, as a view. */
  take(count: number): Uint8Array {
    if (count > this.left) {
      this.#outcome.failed = true;
      return new Uint8Array(0);
    }
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  /** A vector whose length stands before it in `prefixBytes` bytes; it fails with this reader. */
  vector(prefixBytes: 1 | 2 | 3): VectorReader {
    return new VectorReader(this.take(this.#number(prefixBytes)), this.#outcome);
  }

  /** What is left, as a view. */
  rest(): Uint8Array {
    return this.take(this.left);
  }

  #number(bytes: number): number {
    let value = 0;
    for (const byte of this.take(bytes)) value = value * 256 + byte;
    return value;
  }
}
