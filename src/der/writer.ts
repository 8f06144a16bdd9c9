/** Writes DER (X.690): each function gives one whole element. */
import { assert, compareBytes, concatBytes } from "../core/index.ts";
import { constructedTag, primitiveTag, tag } from "./tags.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** An element with this identifier octet around the parts. */
export function writeElement(identifier: number, ...parts: readonly Uint8Array[]): Bytes {
  let length = 0;
  for (const part of parts) length += part.length;
  return concatBytes([Uint8Array.of(identifier), writeLength(length), ...parts]);
}

export function writeSequence(...parts: readonly Uint8Array[]): Bytes {
  return writeElement(tag.sequence, ...parts);
}

/** SET OF, its elements in the order DER wants (X.690 §11.6). */
export function writeSet(...parts: readonly Uint8Array[]): Bytes {
  return writeElement(tag.set, ...parts.toSorted(compareBytes));
}

/** `[number] EXPLICIT`, or IMPLICIT around something constructed whose parts are given. */
export function writeConstructed(number: number, ...parts: readonly Uint8Array[]): Bytes {
  return writeElement(constructedTag(number), ...parts);
}

/** `[number] IMPLICIT` around a primitive value's content. */
export function writePrimitive(number: number, content: Uint8Array): Bytes {
  return writeElement(primitiveTag(number), content);
}

export function writeBoolean(value: boolean): Bytes {
  return writeElement(tag.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function writeNull(): Bytes {
  return writeElement(tag.null);
}

/** A number, or the big-endian bytes of a number that is not negative. */
export function writeInteger(value: number | Uint8Array): Bytes {
  return writeElement(tag.integer, typeof value === "number" ? numberBytes(value) : unsignedBytes(value));
}

export function writeEnumerated(value: number): Bytes {
  return writeElement(tag.enumerated, numberBytes(value));
}

export function writeOctetString(content: Uint8Array): Bytes {
  return writeElement(tag.octetString, content);
}

export function writeBitString(bytes: Uint8Array, unusedBits = 0): Bytes {
  return writeElement(tag.bitString, Uint8Array.of(unusedBits), bytes);
}

/** A named bit list: bit numbers in, trailing zeros left off (X.690 §11.2.2). */
export function writeNamedBits(bits: readonly number[]): Bytes {
  const highest = Math.max(-1, ...bits);
  const bytes = new Uint8Array((highest + 8) >> 3);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return writeBitString(bytes, highest < 0 ? 0 : 7 - (highest & 7));
}

/** From dotted form. */
export function writeOid(dotted: string): Bytes {
  const arcs = dotted.split(".").map((arc) => BigInt(arc));
  const [first, second, ...rest] = arcs;
  assert(first !== undefined && second !== undefined, "an object identifier has two arcs at least");
  const content: number[] = [];
  for (const arc of [first * 40n + second, ...rest]) {
    const septets: number[] = [Number(arc & 127n)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) septets.unshift(Number(left & 127n) | 0x80);
    content.push(...septets);
  }
  return writeElement(tag.oid, Uint8Array.from(content));
}

export function writeUtf8String(text: string): Bytes {
  return writeElement(tag.utf8String, encoder.encode(text));
}

/** A time as RFC 5280 §4.1.2.5 wants it: UTCTime through 2049, GeneralizedTime from 2050. */
export function writeTime(at: number): Bytes {
  const year = new Date(at).getUTCFullYear();
  if (year < 1950 || year >= 2050) return writeGeneralizedTime(at);
  return writeElement(tag.utcTime, encoder.encode(timeDigits(at).slice(2)));
}

export function writeGeneralizedTime(at: number): Bytes {
  return writeElement(tag.generalizedTime, encoder.encode(timeDigits(at)));
}

function timeDigits(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "")}Z`;
}

function writeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes = unsignedDigits(length);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

function numberBytes(value: number): Uint8Array {
  assert(Number.isSafeInteger(value), "an INTEGER given as a number is a safe integer");
  if (value >= 0) return unsignedBytes(Uint8Array.from(unsignedDigits(value)));
  let count = 1;
  while (value < -(2 ** (count * 8 - 1))) count++;
  return Uint8Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) & 0xff);
}

function unsignedDigits(value: number): readonly number[] {
  const digits: number[] = [];
  for (let left = value; left > 0; left = Math.floor(left / 256)) digits.unshift(left % 256);
  return digits;
}

/** Leading zeros taken off, and one put before a first bit that would mean a sign. */
function unsignedBytes(value: Uint8Array): Uint8Array {
  let start = 0;
  while (start < value.length && value[start] === 0) start++;
  const bytes = value.subarray(start);
  return (bytes[0] ?? 0x80) >= 0x80 ? concatBytes([Uint8Array.of(0), bytes]) : bytes;
}
