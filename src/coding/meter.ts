/** Watches what goes into a body's decoders and what comes out, against the two bounds on it. */
import { HttpsError } from "../core/index.ts";
import { codingLimits } from "./limits.ts";

export interface DecodeLimits {
  /** Default `codingLimits.decodedBytes`. */
  readonly maxBytes?: number | undefined;
  /** Default `codingLimits.decodedRatio`. */
  readonly maxRatio?: number | undefined;
}

export class Meter {
  readonly #maxBytes: number;
  readonly #maxRatio: number;
  #encodedBytes = 0;

  constructor({ maxBytes, maxRatio }: DecodeLimits) {
    this.#maxBytes = maxBytes ?? codingLimits.decodedBytes.value;
    this.#maxRatio = maxRatio ?? codingLimits.decodedRatio.value;
  }

  async *countEncoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#encodedBytes += chunk.length;
      yield chunk;
    }
  }

  /** @throws HttpsError `decompression-bomb` */
  async *checkDecoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let decodedBytes = 0;
    for await (const chunk of chunks) {
      decodedBytes += chunk.length;
      if (decodedBytes > this.#maxBytes) throw this.#bomb(decodedBytes, "bytes", this.#maxBytes);
      if (
        decodedBytes > codingLimits.ratioFloorBytes.value &&
        decodedBytes > this.#encodedBytes * this.#maxRatio
      )
        throw this.#bomb(decodedBytes, "ratio", this.#maxRatio);
      yield chunk;
    }
  }

  #bomb(decodedBytes: number, limit: "bytes" | "ratio", value: number): HttpsError {
    return new HttpsError("decompression-bomb", {
      encodedBytes: this.#encodedBytes,
      decodedBytes,
      limit,
      value,
    });
  }
}
