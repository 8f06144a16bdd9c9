/**
 * Reads CA certificates back out of C source: byte arrays with DER, string literals with PEM, BearSSL's anchors.
 *
 * No C is understood beyond that: comments are passed over, `NAME[] = { 0x30, ... }` gives bytes, string literals
 * are joined in their order. Every scan goes forward only.
 */
import {
  DerReader,
  tag,
  writeBitString,
  writeInteger,
  writeNull,
  writeOid,
  writeSequence,
} from "../../der/index.ts";
import type { Bundle, BundleEntry, Placed, Remark } from "../bundle.ts";
import { maxBundleEntries } from "../limits.ts";
import { readDerBundle } from "./der.ts";
import { readNameAndKey } from "./esp-bundle.ts";
import { encodeText } from "./format.ts";
import { readPemBundle } from "./pem.ts";

interface ByteArray {
  readonly name: string;
  readonly line: number;
  readonly bytes: Uint8Array;
}

/** Whether text looks like C source that carries certificates. */
export function isCSource(text: string): boolean {
  return /\[[^\]\n]{0,40}\]\s{0,40}=\s{0,40}[{"/\n]/.test(text) || /^[ \t]{0,40}"-----BEGIN /m.test(text);
}

/** Reads C source. */
export function readCSource(source: string): Bundle {
  const { code, literals } = separate(source);
  const bytes = source.length;
  const arrays = findArrays(code);
  const anchors = readAnchors(arrays);
  if (anchors.length > 0) return { format: "bearssl", bytes, entries: anchors, remarks: [] };
  const entries: BundleEntry[] = [];
  const remarks: Remark[] = [];
  for (const { name, line, bytes: der } of arrays) {
    if (der[0] !== tag.sequence) continue;
    for (const entry of readDerBundle(der).entries)
      entries.push({ ...entry, place: `${name}, line ${line}` });
  }
  if (literals.includes("-----BEGIN ")) {
    const inner = readPemBundle(encodeText(literals));
    entries.push(...inner.entries.map(ofJoinedStrings));
    remarks.push(...inner.remarks.map(ofJoinedStrings));
  }
  return { format: "c-source", bytes, entries: entries.slice(0, maxBundleEntries.value), remarks };
}

/** No line of the file: a device never sees it. */
function ofJoinedStrings<P extends Placed>(one: P): P {
  return { ...one, place: `${one.place} of the joined strings`, line: undefined };
}

/** The code without comments and literals, its lines where they were; and the literals, joined as the compiler joins them. */
function separate(source: string): { readonly code: string; readonly literals: string } {
  const code: string[] = [];
  const literals: string[] = [];
  const special = /["/]/g;
  let at = 0;
  while (at < source.length) {
    special.lastIndex = at;
    const start = special.exec(source)?.index ?? source.length;
    code.push(source.slice(at, start));
    if (start === source.length) break;
    if (source[start] === '"') {
      const end = endOfLiteral(source, start + 1);
      literals.push(unescape(source.slice(start + 1, end)));
      at = end + 1;
      continue;
    }
    const end = endOfComment(source, start);
    code.push(end === start ? "/" : source.slice(start, end).replaceAll(/[^\n]+/g, " "));
    at = Math.max(end, start + 1);
  }
  return { code: code.join(""), literals: literals.join("") };
}

/** Where the literal's closing quote stands, or the end of its line. */
function endOfLiteral(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const sign = source[at];
    if (sign === "\\") at++;
    else if (sign === '"' || sign === "\n") return at;
  }
  return source.length;
}

/** One past the comment that begins here; the same offset where none does. */
function endOfComment(source: string, start: number): number {
  if (source[start + 1] === "/") {
    const end = source.indexOf("\n", start);
    return end < 0 ? source.length : end;
  }
  if (source[start + 1] !== "*") return start;
  const end = source.indexOf("*/", start + 2);
  return end < 0 ? source.length : end + 2;
}

function unescape(content: string): string {
  const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "", "\n": "" };
  return content.replaceAll(/\\([\s\S])/g, (_, sign: string) => escapes[sign] ?? sign);
}

function findArrays(text: string): readonly ByteArray[] {
  const arrays: ByteArray[] = [];
  const pattern =
    /(?<![A-Za-z0-9_])([A-Za-z_][A-Za-z0-9_]{0,127})\[[^\]\n]{0,40}\][^={};"]{0,80}=\s{0,80}\{([^{}]*)\}/g;
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(pattern)) {
    if (arrays.length === maxBundleEntries.value) break;
    line += text.slice(counted, match.index).split("\n").length - 1;
    counted = match.index;
    const bytes = parseBytes(match[2] ?? "");
    if (bytes !== undefined) arrays.push({ name: match[1] ?? "", line, bytes });
  }
  return arrays;
}

/** `0x30, 130, ...` as bytes, or `undefined` where something else stands there. */
function parseBytes(list: string): Uint8Array | undefined {
  const parts = list.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  const bytes = new Uint8Array(parts.length);
  for (const [i, part] of parts.entries()) {
    if (!/^(?:0[xX][0-9A-Fa-f]{1,2}|[0-9]{1,3})$/.test(part)) return undefined;
    const value = Number(part);
    if (value > 255) return undefined;
    bytes[i] = value;
  }
  return bytes.length === 0 ? undefined : bytes;
}

/** BearSSL's anchors: `TA0_DN` with `TA0_RSA_N` and `TA0_RSA_E`, or with `TA0_EC_Q`. */
function readAnchors(arrays: readonly ByteArray[]): readonly BundleEntry[] {
  const byName = new Map(arrays.map(({ name, bytes }) => [name, bytes]));
  return arrays.flatMap(({ name, line, bytes }) => {
    const prefix = /^(.*)_DN$/.exec(name)?.[1];
    if (prefix === undefined) return [];
    const place = `${prefix}, line ${line}`;
    const key = buildKey({
      modulus: byName.get(`${prefix}_RSA_N`),
      exponent: byName.get(`${prefix}_RSA_E`),
      point: byName.get(`${prefix}_EC_Q`),
    });
    if (key === undefined)
      return [{ kind: "unreadable", place, reason: "its name stands there without a key" } as const];
    return [readNameAndKey(bytes, key, place)];
  });
}

interface KeyParts {
  readonly modulus: Uint8Array | undefined;
  readonly exponent: Uint8Array | undefined;
  readonly point: Uint8Array | undefined;
}

/** Uncompressed points say their curve by their length (SEC 1 §2.3.3). */
const curveOfPoint: Readonly<Record<number, string>> = {
  65: "1.2.840.10045.3.1.7",
  97: "1.3.132.0.34",
  133: "1.3.132.0.35",
};

/** A SubjectPublicKeyInfo of the parts. */
function buildKey({ modulus, exponent, point }: KeyParts): Uint8Array | undefined {
  if (modulus !== undefined && exponent !== undefined) {
    const pair = writeSequence(writeInteger(modulus), writeInteger(exponent));
    return writeSequence(writeSequence(writeOid("1.2.840.113549.1.1.1"), writeNull()), writeBitString(pair));
  }
  const curve = point === undefined ? undefined : curveOfPoint[point.length];
  if (point === undefined || curve === undefined) return undefined;
  return writeSequence(writeSequence(writeOid("1.2.840.10045.2.1"), writeOid(curve)), writeBitString(point));
}

/** Whether the bytes are DER from the first to the last. */
export function isDer(bytes: Uint8Array): boolean {
  const reader = DerReader.over(bytes);
  return bytes[0] === tag.sequence && reader.skip();
}
