/** Integers with a prefix, as they are written: RFC 7541 §5.1. The decoder reads them in place. */
import type { OctetWriter } from "../octet-writer.ts";

/** No integer that is written has more octets than that: lengths and sizes are below 2^32. */
export const mostIntegerOctets = 6;

/** Writes an integer behind the bits of `pattern`, whose prefix has the bits of `mask`. There must be room. */
export function writeInteger(out: OctetWriter, pattern: number, mask: number, value: number): void {
  const { bytes } = out;
  if (value < mask) {
    bytes[out.length++] = pattern | value;
    return;
  }
  bytes[out.length++] = pattern | mask;
  let rest = value - mask;
  while (rest >= 0x80) {
    bytes[out.length++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[out.length++] = rest;
}
