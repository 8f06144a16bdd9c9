/** Room for a body as a whole. How much is the peer's choice, within the caller's bound: more than there is may be wanted. */
import { constants } from "node:buffer";
import { HttpsError } from "../../core/index.ts";

/** @throws HttpsError `body-too-large` where that much memory cannot be had */
export function allocate(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (error) {
    throw new HttpsError("body-too-large", { limit: "memory", value: bytes }, { cause: error });
  }
}

/** @throws HttpsError `body-too-large` where the text is longer than a string can be */
export function decodeText(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    const value = constants.MAX_STRING_LENGTH;
    throw new HttpsError("body-too-large", { limit: "string", value }, { cause: error });
  }
}
