/** A body that can be looked at before it is passed on, and counts what was passed. */
export class CountedSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #first: Uint8Array | undefined;
  bytes = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The first chunk with anything in it. */
  async first(): Promise<Uint8Array | undefined> {
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      if (value.length > 0) return (this.#first = value);
    }
  }

  async *all(): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = this.#first; chunk !== undefined; chunk = await this.first()) {
        this.bytes += chunk.length;
        yield chunk;
      }
    } finally {
      await this.#chunks.return?.();
    }
  }
}
