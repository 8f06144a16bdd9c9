/** `struct mg_str`: bytes and their length. Text where it is asked for as text. */

const utf8 = new TextDecoder();
const encoder = new TextEncoder();

/** Bytes with a length, as the C structure. In a template string it is its text, read as UTF-8. */
export class mg_str {
  /** The bytes; exactly `len` of them. They stay as they are: no copy is needed to keep them. */
  readonly p: Uint8Array;

  constructor(p: Uint8Array) {
    this.p = p;
  }

  get len(): number {
    return this.p.length;
  }

  toString(): string {
    return utf8.decode(this.p);
  }
}

/** Text, bytes or a slice: what is sent may be any of them. */
export type Sendable = string | Uint8Array | mg_str;

/** The bytes of what is to be sent; with `len`, as in C, the first `len` of them. */
export function bytesOf(data: Sendable, len?: number): Uint8Array {
  const bytes = typeof data === "string" ? encoder.encode(data) : data instanceof mg_str ? data.p : data;
  return len === undefined ? bytes : bytes.subarray(0, len);
}

/** A slice of a text's bytes (UTF-8). */
export function mg_mk_str(text: string): mg_str {
  return new mg_str(encoder.encode(text));
}

/** 0 when the slice is this text; otherwise below or above it, as `strcmp`. */
export function mg_vcmp(s: mg_str, text: string): number {
  return compare(s.p, encoder.encode(text));
}

/** The same without regard to the case of ASCII letters. */
export function mg_vcasecmp(s: mg_str, text: string): number {
  return compare(lowered(s.p), lowered(encoder.encode(text)));
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function lowered(bytes: Uint8Array): Uint8Array {
  return bytes.map((octet) => (octet >= 65 && octet <= 90 ? octet + 32 : octet));
}
