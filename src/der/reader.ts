/**
 * Reads DER (X.690 §8, §10, §11): definite and minimal lengths, minimal integers, nothing left over.
 *
 * A reader never throws on input. It remembers the first malformation; after it every read gives an
 * empty value and the reader is at its end, so that a parser reads straight on and asks once, at last.
 *
 * DEVIATION: the order of SET OF elements (§11.6), encoded default values (§11.5) and trailing zero bits
 * of named bit lists (§11.2.2) are not checked: roots in every store break these, and no meaning depends on them.
 */
import { renderHex } from "../core/index.ts";
import { maxDepth, maxOidBytes } from "./limits.ts";
import { tag } from "./tags.ts";

/** What is wrong with the bytes, and at which offset from the beginning of the whole input. */
export interface Malformation {
  readonly reason: string;
  readonly offset: number;
}

/** One element: its identifier octet and where it lies. `bytes` is the whole, `content` what is inside. */
export interface DerElement {
  readonly tag: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

/** A BIT STRING: its bytes, and how many bits of the last byte do not count. */
export interface BitString {
  readonly bytes: Uint8Array;
  readonly unusedBits: number;
}

interface Input {
  readonly bytes: Uint8Array;
  malformation: Malformation | undefined;
}

const nothing = new Uint8Array(0);

export class DerReader {
  readonly #input: Input;
  readonly #end: number;
  readonly #depth: number;
  #at: number;
  /** Content of the header read last. */
  #contentAt = 0;
  #contentEnd = 0;

  private constructor(input: Input, range: { readonly start: number; readonly end: number }, depth: number) {
    this.#input = input;
    this.#at = range.start;
    this.#end = range.end;
    this.#depth = depth;
  }

  /** A reader over `bytes`, or over a part of them: offsets in malformations then still count from the beginning. */
  static over(bytes: Uint8Array, start = 0, end: number = bytes.length): DerReader {
    return new DerReader({ bytes, malformation: undefined }, { start, end }, 0);
  }

  /** The first malformation of the whole input, also one met in an inner reader. */
  get malformation(): Malformation | undefined {
    return this.#input.malformation;
  }

  /** Whether nothing is left, or a malformation ended the reading. */
  get isDone(): boolean {
    return this.#at >= this.#end || this.#input.malformation !== undefined;
  }

  /** Offset of the next element from the beginning of the input. */
  get offset(): number {
    return this.#at;
  }

  /** Identifier octet of the next element, or -1 at the end. */
  peekTag(): number {
    return this.isDone ? -1 : (this.#input.bytes[this.#at] ?? -1);
  }

  /** Records a malformation, unless one came before. */
  fail(reason: string, offset: number = this.#at): void {
    this.#input.malformation ??= { reason, offset };
  }

  /** Says that nothing may follow. */
  finish(): void {
    if (!this.isDone) this.fail("bytes follow where the structure ends");
  }

  /** Enters the next element, which must have this identifier. */
  enter(expected: number): DerReader {
    this.#readHeader(expected);
    if (this.#depth >= maxDepth.value)
      this.fail(`elements lie more than ${maxDepth.value} deep`, this.#contentAt);
    return this.#inner();
  }

  enterSequence(): DerReader {
    return this.enter(tag.sequence);
  }

  /** Enters the next element if it has this identifier. */
  enterOptional(expected: number): DerReader | undefined {
    return this.peekTag() === expected ? this.enter(expected) : undefined;
  }

  /** Takes the next element, whatever it is. */
  readElement(): DerElement {
    const offset = this.#at;
    const found = this.peekTag();
    this.#readHeader(found);
    const { bytes } = this.#input;
    return {
      tag: found,
      offset,
      bytes: bytes.subarray(offset, this.#contentEnd),
      content: bytes.subarray(this.#contentAt, this.#contentEnd),
    };
  }

  /** Passes over the next element, and says whether there was one. */
  skip(): boolean {
    return this.#readHeader(this.peekTag());
  }

  /** Content of the next element, which must have this identifier. */
  readContent(expected: number): Uint8Array {
    if (!this.#readHeader(expected)) return nothing;
    return this.#input.bytes.subarray(this.#contentAt, this.#contentEnd);
  }

  readOctetString(): Uint8Array {
    return this.readContent(tag.octetString);
  }

  readNull(): void {
    if (this.readContent(tag.null).length > 0) this.fail("NULL has content", this.#contentAt);
  }

  /** X.690 §8.2, §11.1: one byte, 00 or FF. `expected` serves IMPLICIT tags. */
  readBoolean(expected: number = tag.boolean): boolean {
    const content = this.readContent(expected);
    const value = content[0];
    if (content.length !== 1 || (value !== 0 && value !== 0xff)) {
      this.fail("BOOLEAN is neither 00 nor FF", this.#contentAt);
    }
    return value === 0xff;
  }

  /** Content of an INTEGER, two's complement, not empty and minimal (X.690 §8.3.2). */
  readInteger(expected: number = tag.integer): Uint8Array {
    const content = this.readContent(expected);
    const first = content[0];
    if (first === undefined) {
      this.fail("INTEGER without content", this.#contentAt);
      return content;
    }
    const second = content[1];
    if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
      this.fail("INTEGER is not minimal", this.#contentAt);
    }
    return content;
  }

  /** An INTEGER between 0 and 2^31 - 1; anything else is a malformation here. */
  readSmallInteger(expected: number = tag.integer): number {
    const content = this.readInteger(expected);
    let value = 0;
    if (content.length > 4 || (content[0] ?? 0) >= 0x80) this.fail("INTEGER out of range", this.#contentAt);
    else for (const byte of content) value = value * 256 + byte;
    return value;
  }

  readBitString(expected: number = tag.bitString): BitString {
    const content = this.readContent(expected);
    const unusedBits = content[0] ?? 8;
    const bytes = content.subarray(1);
    const last = bytes.at(-1);
    if (unusedBits > 7 || (unusedBits > 0 && last === undefined)) {
      this.fail("BIT STRING has a wrong count of unused bits", this.#contentAt);
    } else if (last !== undefined && (last & ((1 << unusedBits) - 1)) !== 0) {
      this.fail("BIT STRING has unused bits that are not zero", this.#contentAt);
    }
    return { bytes, unusedBits: unusedBits > 7 ? 0 : unusedBits };
  }

  /** An OBJECT IDENTIFIER in dotted form; `""` when malformed. */
  readOid(expected: number = tag.oid): string {
    const content = this.readContent(expected);
    if (this.malformation !== undefined) return "";
    const text = renderOid(content);
    if (text === undefined) {
      this.fail("OBJECT IDENTIFIER is empty, too long or not minimal", this.#contentAt);
      return "";
    }
    return text;
  }

  #inner(): DerReader {
    return new DerReader(this.#input, { start: this.#contentAt, end: this.#contentEnd }, this.#depth + 1);
  }

  /** Reads identifier and length octets, and moves past the element. */
  #readHeader(expected: number): boolean {
    const start = this.#at;
    this.#contentAt = start;
    this.#contentEnd = start;
    if (this.#input.malformation !== undefined) return false;
    const { bytes } = this.#input;
    const found = start < this.#end ? bytes[start] : undefined;
    if (found === undefined || found !== expected)
      return this.#refuse(describeMismatch(expected, found), start);
    // X.690 §8.1.2.4: the long form of identifiers. Nothing that is read here uses it.
    if ((found & 0x1f) === 0x1f) return this.#refuse("identifier in the long form", start);
    let at = start + 1;
    let length = at < this.#end ? bytes[at] : undefined;
    if (length === undefined) return this.#refuse("the length is missing", at);
    at++;
    if (length >= 0x80) {
      const count = length & 0x7f;
      if (count === 0) return this.#refuse("indefinite length, which DER forbids", at - 1);
      if (count > 4) return this.#refuse("length of more than four bytes", at - 1);
      length = 0;
      for (let i = 0; i < count; i++) {
        const byte = at < this.#end ? bytes[at] : undefined;
        if (byte === undefined) return this.#refuse("the length is cut off", at);
        length = length * 256 + byte;
        at++;
      }
      // X.690 §10.1: the shortest form.
      if (length < 0x80 || (count > 1 && length < 256 ** (count - 1))) {
        return this.#refuse("length is not minimal", start + 1);
      }
    }
    if (length > this.#end - at) return this.#refuse("an element is longer than what holds it", start);
    this.#contentAt = at;
    this.#contentEnd = at + length;
    this.#at = this.#contentEnd;
    return true;
  }

  #refuse(reason: string, offset: number): false {
    this.fail(reason, offset);
    return false;
  }
}

/** Dotted form of an OBJECT IDENTIFIER's content (X.690 §8.19), or `undefined`. */
function renderOid(content: Uint8Array): string | undefined {
  const last = content.at(-1);
  if (last === undefined || last >= 0x80 || content.length > maxOidBytes.value) return undefined;
  let text = "";
  let arc = 0;
  let large: bigint | undefined;
  let isFresh = true;
  for (const byte of content) {
    if (isFresh && byte === 0x80) return undefined;
    isFresh = byte < 0x80;
    if (large !== undefined) large = large * 128n + BigInt(byte & 0x7f);
    else if (arc > 0x3f_ffff_ffff) large = BigInt(arc) * 128n + BigInt(byte & 0x7f);
    else arc = arc * 128 + (byte & 0x7f);
    if (!isFresh) continue;
    if (text === "") {
      const root = large === undefined && arc < 80 ? Math.floor(arc / 40) : 2;
      text = `${root}.${large === undefined ? arc - root * 40 : large - 80n}`;
    } else text += `.${large ?? arc}`;
    arc = 0;
    large = undefined;
  }
  return text;
}

function describeMismatch(expected: number, found: number | undefined): string {
  if (found === undefined) return "an element is missing";
  return `expected an element ${renderTag(expected)} and found ${renderTag(found)}`;
}

function renderTag(value: number): string {
  return value < 0 ? "of any kind" : renderHex(Uint8Array.of(value));
}
