/** Writes the framing of chunked request bodies: RFC 9112 §7.1. The data itself is the caller's to send between. */
import { HttpsError, assert } from "../core/index.ts";
import { writeFieldLine } from "./request-writer.ts";
import { isForbiddenTrailer } from "./trailers.ts";
import type { Field } from "./fields.ts";

/** What precedes `dataBytes` octets of data. A chunk of none would end the body, so there is none. */
export function writeChunkHead(dataBytes: number): string {
  assert(Number.isSafeInteger(dataBytes) && dataBytes > 0, "a chunk has data");
  return `${dataBytes.toString(16)}\r\n`;
}

/** What follows a chunk's data. */
export const chunkEnd = "\r\n";

/** What ends a body: the last chunk, the trailers, and the empty line. Throws `request-field-invalid`. */
export function writeLastChunk(trailers: Iterable<Field> = []): string {
  let lines = "";
  for (const [name, value] of trailers) {
    if (isForbiddenTrailer(name)) {
      throw new HttpsError("request-field-invalid", {
        name,
        value,
        reason: "it may not be a trailer (RFC 9110 §6.5.1)",
      });
    }
    lines += writeFieldLine(name, value);
  }
  return `0\r\n${lines}\r\n`;
}

/** RFC 9112 §6.2: the body sent must have the length its head announced. Throws `request-body-mismatch`. */
export function checkBodySent(declaredBytes: number, sentBytes: number): void {
  if (declaredBytes !== sentBytes)
    throw new HttpsError("request-body-mismatch", { declaredBytes, sentBytes });
}
