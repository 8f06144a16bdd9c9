/**
 * Finds the data in a chunked body: RFC 9112 §7.1. It takes everything that is not data: sizes, extensions (which
 * mean nothing here and are bounded), and the CRLF behind each. Line ends are CRLF, never LF alone: a reader that
 * takes LF and one that does not find different chunks in the same bytes.
 */
import { chunkSizeDigitLimit } from "./limits.ts";
import {
  BACKSLASH,
  CR,
  EQUALS,
  LF,
  QUOTE,
  SEMICOLON,
  TEXT,
  TOKEN,
  WHITE,
  excerptBytes,
  hexValues,
  octetClasses,
  renderOctets,
} from "./octets.ts";
import { tolerances, type Tolerance } from "./tolerance.ts";
import type { Failure } from "./failure.ts";
import type { ReaderLimits } from "./limits.ts";

/** States: what the next octet belongs to. */
const FirstDigit = 0;
const Size = 1;
const PaddingAfterSize = 2; // BWS: an extension must follow, unless padding is allowed.
const BeforeName = 3;
const Name = 4;
const AfterName = 5;
const BeforeValue = 6;
const Token = 7;
const Quoted = 8;
const QuotedPair = 9;
const AfterValue = 10;
const SizeLf = 11;
const Data = 12;
const DataCr = 13;
const DataLf = 14;
const Last = 15;
const Failed = 16;

const paddingAllowed = tolerances["space-after-chunk-size"];
const nothing = new Uint8Array(0);

export class ChunkScanner {
  /** Octets of the current chunk's data still to come. */
  dataBytes = 0;
  failure: Failure | undefined = undefined;

  readonly #limits: ReaderLimits;
  readonly #allowedBits: number;
  #state: number = FirstDigit;
  #digits = 0;
  #extensionBytes = 0;
  /** The line's octets from reads before this one, at most an excerpt's. */
  #lineBefore: Uint8Array = nothing;
  #lineStart = 0;
  /** Added to an index, the offset in the exchange. */
  #origin = 0;

  constructor(limits: ReaderLimits, allowedBits: number) {
    this.#limits = limits;
    this.#allowedBits = allowedBits;
  }

  /** Whether the next octet is data. */
  get hasData(): boolean {
    return this.#state === Data;
  }

  /** Whether the chunk of size zero has been read: the trailer section follows. */
  get last(): boolean {
    return this.#state === Last;
  }

  begin(): void {
    this.#state = FirstDigit;
    this.#digits = 0;
    this.#extensionBytes = 0;
    this.dataBytes = 0;
    this.failure = undefined;
    this.#lineBefore = nothing;
  }

  /** Says that `count` octets of data were taken. */
  take(count: number): void {
    this.dataBytes -= count;
    if (this.dataBytes === 0) this.#state = DataCr;
  }

  /**
   * Scans framing from `from` on and stops where data begins (`dataBytes` says how much), after the last chunk's
   * line (`last`), at a fault (`failure`) or at `end`. `origin` added to an index gives the offset.
   */
  scan(bytes: Uint8Array, from: number, end: number, origin: number): number {
    this.#origin = origin;
    this.#lineStart = from;
    let at = from;
    while (at < end && this.#state !== Data && this.#state < Last) {
      const octet = bytes[at] as number;
      if (this.#state <= Size) at = this.#size(bytes, at, octet);
      else if (this.#state >= SizeLf) at = this.#lineEnd(bytes, at, octet);
      else at = this.#extension(bytes, at, octet);
    }
    this.#keepLine(bytes, at);
    return at;
  }

  #size(bytes: Uint8Array, from: number, first: number): number {
    const value = hexValues[first] as number;
    if (value >= 0) {
      if (this.#digits === chunkSizeDigitLimit.value)
        return this.#fail(bytes, from, "a chunk size has at most 16 digits");
      this.dataBytes = this.dataBytes * 16 + value;
      if (this.dataBytes > Number.MAX_SAFE_INTEGER)
        return this.#fail(bytes, from, "a chunk size is below 2^53");
      this.#digits++;
      return this.#to(Size, from + 1);
    }
    if (this.#state === FirstDigit)
      return this.#fail(bytes, from, "a chunk begins with its size in hexadecimal digits");
    if (first === CR) return this.#to(SizeLf, from + 1);
    if (first === SEMICOLON) return this.#countExtension(from, BeforeName);
    if (((octetClasses[first] as number) & WHITE) !== 0) return this.#countExtension(from, PaddingAfterSize);
    return this.#fail(bytes, from, "CRLF or an extension follows a chunk size");
  }

  /** CRLF after the size and after the data. */
  #lineEnd(bytes: Uint8Array, at: number, octet: number): number {
    if (this.#state === DataCr) {
      this.#lineStart = at;
      return octet === CR ? this.#to(DataLf, at + 1) : this.#fail(bytes, at, "CRLF follows a chunk's data");
    }
    if (octet !== LF) {
      const rule = this.#state === DataLf ? "CRLF follows a chunk's data" : "a chunk's line ends with CRLF";
      return this.#fail(bytes, at, rule);
    }
    this.#lineStart = at + 1;
    this.#lineBefore = nothing;
    this.#digits = 0;
    if (this.#state === DataLf) return this.#to(FirstDigit, at + 1);
    return this.#to(this.dataBytes === 0 ? Last : Data, at + 1);
  }

  /** `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`, RFC 9112 §7.1.1. */
  #extension(bytes: Uint8Array, at: number, octet: number): number {
    const octetClass = octetClasses[octet] as number;
    const next = this.#afterExtensionOctet(octet, octetClass);
    if (next === Failed) {
      const isPadding = this.#state === PaddingAfterSize && octet === CR;
      const tolerance = isPadding ? "space-after-chunk-size" : undefined;
      return this.#fail(bytes, at, "a chunk extension is a name, or a name and its value", tolerance);
    }
    return next === SizeLf ? this.#to(SizeLf, at + 1) : this.#countExtension(at, next);
  }

  #afterExtensionOctet(octet: number, octetClass: number): number {
    const white = (octetClass & WHITE) !== 0;
    const token = (octetClass & TOKEN) !== 0;
    switch (this.#state) {
      case PaddingAfterSize:
        if (white) return PaddingAfterSize;
        if (octet === CR && (this.#allowedBits & paddingAllowed) !== 0) return SizeLf;
        return octet === SEMICOLON ? BeforeName : Failed;
      case BeforeName:
        if (white) return BeforeName;
        return token ? Name : Failed;
      case Name:
        return token ? Name : afterName(octet, white);
      case AfterName:
        return octet === CR ? Failed : afterName(octet, white);
      case BeforeValue:
        if (white) return BeforeValue;
        if (octet === QUOTE) return Quoted;
        return token ? Token : Failed;
      case Token:
        return token ? Token : afterValue(octet, white);
      case Quoted:
        if (octet === QUOTE) return AfterValue;
        if (octet === BACKSLASH) return QuotedPair;
        return (octetClass & TEXT) === 0 ? Failed : Quoted;
      case QuotedPair:
        return (octetClass & TEXT) === 0 ? Failed : Quoted;
      default:
        return afterValue(octet, white);
    }
  }

  #countExtension(at: number, next: number): number {
    const value = this.#limits.chunkExtensionBytes;
    if (++this.#extensionBytes <= value) return this.#to(next, at + 1);
    this.#state = Failed;
    this.failure = { code: "chunk-extensions-too-large", detail: { value, offset: this.#origin + at } };
    return at;
  }

  #to(state: number, at: number): number {
    this.#state = state;
    return at;
  }

  #fail(bytes: Uint8Array, at: number, rule: string, tolerance?: Tolerance): number {
    this.#keepLine(bytes, at + 1);
    this.#state = Failed;
    const detail = { rule, offset: this.#origin + at, excerpt: renderOctets(this.#lineBefore), tolerance };
    this.failure = { code: "chunk-malformed", detail };
    return at;
  }

  /** Keeps the end of a line that goes on in the next read, for the excerpt of a failure. */
  #keepLine(bytes: Uint8Array, end: number): void {
    if (this.#lineStart >= end) return;
    const line = new Uint8Array(this.#lineBefore.length + end - this.#lineStart);
    line.set(this.#lineBefore);
    line.set(bytes.subarray(this.#lineStart, end), this.#lineBefore.length);
    this.#lineBefore = line.slice(-excerptBytes);
  }
}

function afterName(octet: number, white: boolean): number {
  if (octet === CR) return SizeLf;
  if (octet === SEMICOLON) return BeforeName;
  if (octet === EQUALS) return BeforeValue;
  return white ? AfterName : Failed;
}

function afterValue(octet: number, white: boolean): number {
  if (octet === CR) return SizeLf;
  if (octet === SEMICOLON) return BeforeName;
  return white ? AfterValue : Failed;
}
