/** Which content codings this runtime undoes, and how: what is offered and what is decoded come from one table. */
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, type Zlib } from "node:zlib";
// All of it: a bundler makes an import by name of whatever is taken from `* as zlib`, and Node ends at a name it lacks.
import zlib from "node:zlib";
import type { Transform } from "node:stream";

/** Makes the decoder of a coding; the first byte tells two forms of one name apart. */
export type MakeDecoder = (firstByte: number) => Transform & Zlib;

/** How a frame of zstd begins (RFC 8878 §3.1.1): all of one that was cut there. */
const zstdMagic = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);

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

const known: Readonly<Record<string, MakeDecoder | undefined>> = {
  zstd: zstdDecoder(),
  br: () => createBrotliDecompress(),
  gzip: () => createGunzip(),
  // RFC 9110 §8.4.1.2 means zlib's format; some servers send raw deflate. A zlib header has 8 in its low four bits.
  deflate: (firstByte) => ((firstByte & 0x0f) === 8 ? createInflate() : createInflateRaw()),
};

// By a map: the name comes from the server, and may be one that every object has.
const decoders: ReadonlyMap<string, MakeDecoder> = new Map(
  Object.entries(known).flatMap(([name, make]) => (make === undefined ? [] : [[name, make]])),
);

/** What a request offers: the codings that can be undone here. */
export const acceptedCodings: string = [...decoders.keys()].join(", ");

/** Makes the decoder of a coding, its name in lower case; `undefined` for a coding that is not known. */
export function findDecoder(coding: string): MakeDecoder | undefined {
  return decoders.get(coding);
}
