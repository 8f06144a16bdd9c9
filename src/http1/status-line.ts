/** The short way through a status line: `HTTP/1.x SP 3DIGIT SP`, octet by octet where it stands (RFC 9112 §4). */
import { SP } from "./octets.ts";

/** "HTTP/" */
export const httpName: readonly number[] = [72, 84, 84, 80, 47];

/** Octets before the reason: `HTTP/1.1 200 `. */
export const ordinaryStatusBytes = 13;

/** 1000 times the minor version plus the status code; -1 when the line is not whole, or is written otherwise. */
export function findOrdinaryStatus(bytes: Uint8Array, at: number, end: number): number {
  if (at + ordinaryStatusBytes > end || bytes[at + 5] !== 0x31 || bytes[at + 6] !== 0x2e) return -1;
  for (let i = 0; i < httpName.length; i++) if (bytes[at + i] !== httpName[i]) return -1;
  if (bytes[at + 8] !== SP || bytes[at + 12] !== SP) return -1;
  const minor = digitAt(bytes, at + 7);
  const hundreds = digitAt(bytes, at + 9);
  const tens = digitAt(bytes, at + 10);
  const units = digitAt(bytes, at + 11);
  if (minor < 0 || hundreds < 1 || tens < 0 || units < 0) return -1;
  return minor * 1000 + hundreds * 100 + tens * 10 + units;
}

function digitAt(bytes: Uint8Array, at: number): number {
  const digit = (bytes[at] as number) - 48;
  return digit <= 9 ? digit : -1;
}
