/** Which content codings this runtime undoes, and how: what is offered and what is decoded come from one table. */
import type { Transform } from "node:stream";
import type * as Zlib from "node:zlib";
import { node, runtimeHere } from "../runtime/index.ts";

/** Makes the decoder of a coding; the first byte tells two forms of one name apart. */
export type MakeDecoder = (firstByte: number) => Transform & Zlib.Zlib;

/** What Node has of this in later versions than the oldest that is supported. */
interface LaterZlib {
  readonly createZstdDecompress: () => Transform & Zlib.Zlib;
  readonly zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array;
}

/** How a frame of zstd begins (RFC 8878 §3.1.1): all of one that was cut there. */
const zstdMagic = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);

/** Loaded with the first body that is encoded: it takes milliseconds. */
function nodesZlib(): typeof Zlib & LaterZlib {
  return process.getBuiltinModule("node:zlib") as typeof Zlib & LaterZlib;
}

/**
 * Whether there is a decoder of zstd that notices when its input is cut short. Node has one since 24, and one that does not
 * since 22.15: that is known without loading it. Another runtime's is tried.
 */
function undoesZstd(): boolean {
  const { versions } = process;
  if (runtimeHere === node)
    return Object.hasOwn(versions, "zstd") && Number.parseInt(versions.node, 10) >= 24;
  try {
    nodesZlib().zstdDecompressSync?.(zstdMagic);
    return false;
  } catch {
    return true;
  }
}

/** RFC 9110 §8.4.1.2 means zlib's format; some servers send raw deflate. A zlib header has 8 in its low four bits. */
function makeInflate(firstByte: number): ReturnType<MakeDecoder> {
  const { createInflate, createInflateRaw } = nodesZlib();
  return (firstByte & 0x0f) === 8 ? createInflate() : createInflateRaw();
}

// A map: the name comes from the server, and may be one that every object has.
const decoders: ReadonlyMap<string, MakeDecoder> = new Map<string, MakeDecoder>([
  ...(undoesZstd() ? [["zstd", () => nodesZlib().createZstdDecompress()] as const] : []),
  ["br", () => nodesZlib().createBrotliDecompress()],
  ["gzip", () => nodesZlib().createGunzip()],
  ["deflate", makeInflate],
]);

/** What a request offers: the codings that can be undone here. */
export const acceptedCodings: string = [...decoders.keys()].join(", ");

/** Makes the decoder of a coding, its name in lower case; `undefined` for a coding that is not known. */
export function findDecoder(coding: string): MakeDecoder | undefined {
  return decoders.get(coding);
}
