/**
 * Undoes content codings (RFC 9110 §8.4) as the body is read, within bounds on what comes out: a body that unpacks
 * to more than it may is an error, not memory.
 */
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, type Zlib } from "node:zlib";
import * as zlib from "node:zlib";
import { pipeline, Readable, type Transform } from "node:stream";
import { HttpsError } from "../../core/index.ts";

export interface DecodeLimits {
  readonly maxBytes: number;
  readonly maxRatio: number;
}

/** Makes the decoder of a coding; the first byte tells two forms of one name apart. */
type MakeDecoder = (firstByte: number) => Transform & Zlib;

/** How a frame of zstd begins (RFC 8878 §3.1.1): all of one that was cut there. */
const zstdMagic = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);

// RFC 9110 §8.4.1.2 means zlib's format; some servers send raw deflate. A zlib header has 8 in its low four bits.
const decoders: Readonly<Record<string, MakeDecoder | undefined>> = {
  zstd: zstdDecoder(),
  br: () => createBrotliDecompress(),
  gzip: () => createGunzip(),
  deflate: (firstByte) => ((firstByte & 0x0f) === 8 ? createInflate() : createInflateRaw()),
};

// By a map: the name comes from the server, and may be one that every object has.
const makeDecoders: ReadonlyMap<string, MakeDecoder> = new Map(
  Object.entries(decoders).flatMap(([name, make]) => (make === undefined ? [] : [[name, make]])),
);

/** Node has zstd since 22.15, and since 24 a decoder that notices when its input is cut short; before, none is used. */
function zstdDecoder(): MakeDecoder | undefined {
  const { createZstdDecompress, zstdDecompressSync } = zlib as {
    readonly createZstdDecompress?: () => Transform & Zlib;
    readonly zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array;
  };
  if (createZstdDecompress === undefined || zstdDecompressSync === undefined) return undefined;
  try {
    zstdDecompressSync(zstdMagic);
    return undefined;
  } catch {
    return () => createZstdDecompress();
  }
}

/** What a request offers: the codings that can be undone here. */
export const acceptedCodings: string = [...makeDecoders.keys()].join(", ");

/** Smaller bodies may be of any ratio: a page of blanks is no attack. */
const ratioFloorBytes = 1_048_576;

/**
 * The decoded body; `codings` in the order they were applied.
 * @throws HttpsError `content-coding-unknown content-coding-malformed decompression-bomb`
 */
export function decodeBody(
  encoded: AsyncIterable<Uint8Array>,
  codings: readonly string[],
  limits: DecodeLimits,
): AsyncIterable<Uint8Array> {
  const meter = new Meter(limits);
  let stream = meter.countEncoded(encoded);
  for (const coding of codings.toReversed()) stream = meter.checkDecoded(decodeOne(stream, coding));
  return stream;
}

async function* decodeOne(encoded: AsyncIterable<Uint8Array>, coding: string): AsyncGenerator<Uint8Array> {
  const make = makeDecoders.get(coding);
  if (make === undefined) throw new HttpsError("content-coding-unknown", { coding });
  const source = new CountedSource(encoded);
  const first = await source.first();
  if (first === undefined) return; // Nothing at all is what many servers send for an empty body.
  const decoder = make(first[0] ?? 0);
  pipeline(Readable.from(source.all()), decoder, () => {}); // Its error comes out of the loop below.
  try {
    // A copy: zlib's chunks lie side by side in its own buffer, which may not be given away.
    for await (const chunk of decoder) yield new Uint8Array(chunk as Uint8Array);
  } catch (error) {
    if (error instanceof HttpsError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HttpsError("content-coding-malformed", { coding, reason }, { cause: error });
  }
  // zlib stops at the end of its format and says nothing of what follows.
  const left = source.bytes - decoder.bytesWritten;
  if (left > 0) {
    throw new HttpsError("content-coding-malformed", { coding, reason: `${left} bytes follow its end` });
  }
}

/** A body that can be looked at before it is passed on, and counts what was passed. */
class CountedSource {
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

/** Watches what goes in and what comes out. */
class Meter {
  readonly #limits: DecodeLimits;
  #encodedBytes = 0;

  constructor(limits: DecodeLimits) {
    this.#limits = limits;
  }

  async *countEncoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#encodedBytes += chunk.length;
      yield chunk;
    }
  }

  async *checkDecoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let decodedBytes = 0;
    for await (const chunk of chunks) {
      decodedBytes += chunk.length;
      this.#check(decodedBytes);
      yield chunk;
    }
  }

  #check(decodedBytes: number): void {
    const { maxBytes, maxRatio } = this.#limits;
    const encodedBytes = this.#encodedBytes;
    if (decodedBytes > maxBytes) {
      throw new HttpsError("decompression-bomb", {
        encodedBytes,
        decodedBytes,
        limit: "bytes",
        value: maxBytes,
      });
    }
    if (decodedBytes > ratioFloorBytes && decodedBytes > encodedBytes * maxRatio) {
      throw new HttpsError("decompression-bomb", {
        encodedBytes,
        decodedBytes,
        limit: "ratio",
        value: maxRatio,
      });
    }
  }
}
