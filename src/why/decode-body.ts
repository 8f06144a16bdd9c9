/** Undoes the content codings of a body that was kept, within bounds, to see whether it is what it says. */
import { promisify } from "node:util";
import { brotliDecompress, constants, gunzip, inflate, inflateRaw, type ZlibOptions } from "node:zlib";
import { HttpsError } from "../core/index.ts";
import { errorFromFailure, parseContentCodings, type Fields } from "../http1/index.ts";
import { experimentLimits } from "./limits.ts";

export interface KeptBody {
  readonly fields: Fields;
  readonly body: Uint8Array;
  /** Whether it is all there is. */
  readonly isWhole: boolean;
}

type Decode = (bytes: Uint8Array, options: ZlibOptions) => Promise<Uint8Array>;

const decoders: Readonly<Record<string, Decode | undefined>> = {
  gzip: promisify(gunzip) as Decode,
  deflate: (bytes, options) =>
    // RFC 9110 §8.4.1.2 means zlib's format, with 8 in its low four bits; some servers send raw deflate.
    (promisify(((bytes[0] ?? 8) & 0x0f) === 8 ? inflate : inflateRaw) as Decode)(bytes, options),
  br: (bytes, { maxOutputLength = 0 }) =>
    (promisify(brotliDecompress) as Decode)(bytes, {
      maxOutputLength,
    }),
};

/** The ratio and the floor of the client's own bound (`maxDecodedRatio`). */
const mostRatio = 100;
const ratioFloorBytes = 1_048_576;

/**
 * The decoded body; the raw one where its coding was cut off.
 * @throws HttpsError `content-coding-unknown content-coding-malformed decompression-bomb too-many-codings`
 */
export async function decodeKept({ fields, body, isWhole }: KeptBody): Promise<Uint8Array> {
  const parsed = parseContentCodings(fields);
  if (!parsed.ok) throw errorFromFailure(parsed.failure);
  let decoded = body;
  for (const coding of parsed.codings.toReversed()) {
    const decode = decoders[coding];
    if (decode === undefined) throw new HttpsError("content-coding-unknown", { coding });
    if (decoded.length === 0) return decoded;
    const result = await decodeOne(decode, decoded, { coding, isWhole, encodedBytes: body.length });
    if (result === undefined) return new Uint8Array(0);
    decoded = result;
  }
  return decoded;
}

interface Coding {
  readonly coding: string;
  readonly isWhole: boolean;
  readonly encodedBytes: number;
}

async function decodeOne(
  decode: Decode,
  bytes: Uint8Array,
  { coding, isWhole, encodedBytes }: Coding,
): Promise<Uint8Array | undefined> {
  const maxOutputLength = Math.max(ratioFloorBytes, encodedBytes * mostRatio);
  const finishFlush = isWhole ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  try {
    return await decode(bytes, { maxOutputLength, finishFlush });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      const detail = {
        encodedBytes,
        decodedBytes: maxOutputLength,
        limit: "ratio",
        value: mostRatio,
      } as const;
      throw new HttpsError("decompression-bomb", detail, { cause: error });
    }
    // What was cut off says nothing of its coding: brotli has no way to decode a beginning.
    if (!isWhole && coding === "br") return undefined;
    throw new HttpsError("content-coding-malformed", { coding, reason: message }, { cause: error });
  }
}

/** The beginning of a body as text: UTF-8, with a mark for what is not. */
export function excerptOf(body: Uint8Array): string {
  return new TextDecoder().decode(body.subarray(0, experimentLimits.excerptBytes.value));
}
