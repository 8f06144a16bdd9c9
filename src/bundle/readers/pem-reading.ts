/** What a library's own PEM reader takes from a text: the bytes of each block that it takes for a certificate. */
import { DerReader, tag } from "../../der/index.ts";

/** One block as a library decodes it. */
export interface ReadBlock {
  /** Line of its BEGIN, from 1. */
  readonly line: number;
  readonly der: Uint8Array;
}

/** Where a reader stumbles, and over what: a clause. */
export interface ReadFault {
  /** From 1. */
  readonly line: number;
  readonly why: string;
}

/** What a reader made of a text. */
export interface PemReading {
  readonly blocks: readonly ReadBlock[];
  /** What kept it from reading more; the first is where it began. */
  readonly faults: readonly ReadFault[];
  /** Blocks that it found and could not decode, which some programs do not forgive. */
  readonly broken: number;
}

/** A library's reader of PEM text, as its source has it. Never throws. */
export type PemReader = (text: Uint8Array) => PemReading;

/** Nothing was read, for one reason. */
export function readNothing(line: number, why: string): PemReading {
  return { blocks: [], faults: [{ line, why }], broken: 0 };
}

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

/** Base64 digits as they are read: where blanks may stand, and how many digits there have to be, is each library's own. */
export class Base64Digits {
  readonly #found: number[] = [];
  #padding = 0;

  /** How many there are, padding included. */
  get length(): number {
    return this.#found.length;
  }

  get padding(): number {
    return this.#padding;
  }

  /** Takes one; `false` for any other sign, for a third of padding, and for what follows padding. */
  take(sign: string): boolean {
    const value = sign === "=" ? 0 : values.get(sign);
    if (sign === "=") this.#padding++;
    if (value === undefined || this.#padding > 2 || (this.#padding > 0 && sign !== "=")) return false;
    this.#found.push(value);
    return true;
  }

  /** The value of the last digit before the padding. */
  get lastValue(): number {
    return this.#found.at(-1 - this.#padding) ?? 0;
  }

  /** As bytes: groups of four, of which a broken one at the end gives nothing, less what padding stood for. */
  join(padding: number = this.#padding): Uint8Array {
    const groups = Math.floor(this.#found.length / 4);
    const bytes = new Uint8Array(groups * 3);
    for (let i = 0; i < groups; i++) {
      const [a = 0, b = 0, c = 0, d = 0] = this.#found.slice(i * 4, i * 4 + 4);
      bytes.set([(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d], i * 3);
    }
    return bytes.subarray(0, Math.max(0, bytes.length - padding));
  }
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
