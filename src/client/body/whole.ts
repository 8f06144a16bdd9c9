/** A body as a whole: its chunks joined, and how its text is decoded. */
import { HttpsError } from "../../core/index.ts";
import { parseMediaType, type Fields } from "../../http1/index.ts";
import { allocate } from "./allocate.ts";

/** Keeps nothing between two calls that are not told to stream. */
export const utf8: TextDecoder = new TextDecoder();

/** @throws HttpsError `body-too-large` */
export async function joinChunks(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw new HttpsError("body-too-large", { limit: "maxBodyBytes", value: maxBytes });
    parts.push(chunk);
  }
  const whole = allocate(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** By the charset of the content type; UTF-8 unless that says otherwise. */
export function decoderFor(fields: Fields): TextDecoder {
  const type = fields.get("content-type");
  const charset = type === undefined ? undefined : parseMediaType(type)?.parameters.get("charset");
  if (charset === undefined) return utf8;
  try {
    return new TextDecoder(charset);
  } catch {
    return utf8; // A charset nobody knows; UTF-8 is the likeliest.
  }
}
