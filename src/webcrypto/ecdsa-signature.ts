/**
 * ECDSA signatures in the form that WebCrypto takes: r and s as numbers of the curve's length, one behind the other (IEEE
 * P1363), where certificates have a SEQUENCE of two INTEGERs (RFC 3279 §2.2.3).
 */
import { DerReader } from "../der/index.ts";

/** Both numbers, each of `bytes` bytes; `undefined` where it is not strict DER of two that are positive and fit. */
export function rawEcdsaSignature(der: Uint8Array, bytes: number): Uint8Array | undefined {
  const reader = DerReader.over(der);
  const pair = reader.enterSequence();
  const numbers = [pair.readInteger(), pair.readInteger()];
  pair.finish();
  reader.finish();
  if (reader.malformation !== undefined) return undefined;
  const raw = new Uint8Array(2 * bytes);
  for (const [i, content] of numbers.entries()) {
    // A first bit that is set is a sign; a first byte of zero stands before one that is not.
    if ((content[0] ?? 0x80) >= 0x80) return undefined;
    const number = content[0] === 0 ? content.subarray(1) : content;
    if (number.length > bytes) return undefined;
    raw.set(number, (i + 1) * bytes - number.length);
  }
  return raw;
}
