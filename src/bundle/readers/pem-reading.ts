/** What a library's own PEM reader takes from a text: the bytes of each block that it takes for a certificate. */
import { DerReader, tag } from "../../der/index.ts";

/** One block as a library decodes it. */
export interface ReadBlock {
  /** Line of its BEGIN, from 1. */
  readonly line: number;
  readonly der: Uint8Array;
}

/** A library's reader of PEM text, as its source has it. Never throws. */
export type PemReader = (text: Uint8Array) => readonly ReadBlock[];

/** Text as characters, one for each byte; a C string ends at the first NUL. */
export function decodeOctets(bytes: Uint8Array, isString: boolean): string {
  const end = isString ? bytes.indexOf(0) : -1;
  return new TextDecoder("latin1").decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The first element, whole; `undefined` where its length says more than there is. What follows it is passed over. */
export function firstElement(der: Uint8Array): Uint8Array | undefined {
  if (der[0] !== tag.sequence) return undefined;
  const { bytes } = DerReader.over(der).readElement();
  return bytes.length === 0 ? undefined : bytes;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const values: ReadonlyMap<string, number> = new Map(Array.from(digits, (digit, value) => [digit, value]));

/** The value of a Base64 digit; `undefined` for every other sign. */
export function base64Value(sign: string): number | undefined {
  return values.get(sign);
}

/** Digits as bytes: groups of four, of which a broken one at the end gives nothing, less what padding stood for. */
export function joinDigits(found: readonly number[], padding: number): Uint8Array {
  const groups = Math.floor(found.length / 4);
  const bytes = new Uint8Array(groups * 3);
  for (let i = 0; i < groups; i++) {
    const [a = 0, b = 0, c = 0, d = 0] = found.slice(i * 4, i * 4 + 4);
    bytes.set([(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d], i * 3);
  }
  return bytes.subarray(0, Math.max(0, bytes.length - padding));
}

/** Counts lines as it is moved forward over a text. */
export class LineCount {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The line, from 1, on which the sign at this offset stands; offsets never go back. */
  lineAt(offset: number): number {
    for (;;) {
      const newline = this.#text.indexOf("\n", this.#at);
      if (newline < 0 || newline >= offset) return this.#line;
      this.#at = newline + 1;
      this.#line++;
    }
  }
}
