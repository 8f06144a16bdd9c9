/**
 * Undoes content codings (RFC 9110 §8.4) as the body is read, within bounds on what comes out: a body that unpacks
 * to more than it may is an error, not memory.
 */
import { pipeline, Readable } from "node:stream";
import { HttpsError, messageOf } from "../core/index.ts";
import type { Fields } from "../http1/index.ts";
import { contentCodings } from "./content-encoding.ts";
import { CountedSource } from "./counted-source.ts";
import { findDecoder } from "./decoders.ts";
import { Meter, type DecodeLimits } from "./meter.ts";

export interface EncodedBody extends DecodeLimits {
  /** Those of the body's head. */
  readonly fields: Fields;
  readonly encoded: AsyncIterable<Uint8Array>;
}

/**
 * The body before its codings.
 * @throws HttpsError `too-many-codings`, and as it is read `content-coding-unknown content-coding-malformed
 * decompression-bomb`
 */
export function decodeBody(body: EncodedBody): AsyncIterable<Uint8Array> {
  const codings = contentCodings(body.fields);
  const meter = new Meter(body);
  let stream = meter.countEncoded(body.encoded);
  for (const coding of codings.toReversed()) stream = meter.checkDecoded(decodeOne(stream, coding));
  return stream;
}

/** Whether every coding of a body with these fields can be undone. @throws HttpsError `too-many-codings` */
export function areCodingsKnown(fields: Fields): boolean {
  return contentCodings(fields).every((coding) => findDecoder(coding) !== undefined);
}

async function* decodeOne(encoded: AsyncIterable<Uint8Array>, coding: string): AsyncGenerator<Uint8Array> {
  const makeDecoder = findDecoder(coding);
  if (makeDecoder === undefined) throw new HttpsError("content-coding-unknown", { coding });
  const source = new CountedSource(encoded);
  const first = await source.first();
  if (first === undefined) return; // Nothing at all is what many servers send for an empty body.
  const decoder = makeDecoder(first[0] ?? 0);
  pipeline(Readable.from(source.all()), decoder, () => {}); // Its error comes out of the loop below.
  try {
    // A copy: zlib's chunks lie side by side in its own buffer, which may not be given away.
    for await (const chunk of decoder) yield new Uint8Array(chunk as Uint8Array);
  } catch (error) {
    if (error instanceof HttpsError) throw error;
    const reason = messageOf(error);
    throw new HttpsError("content-coding-malformed", { coding, reason }, { cause: error });
  }
  // zlib stops at the end of its format and says nothing of what follows.
  const left = source.bytes - decoder.bytesWritten;
  if (left > 0) {
    throw new HttpsError("content-coding-malformed", { coding, reason: `${left} bytes follow its end` });
  }
}
