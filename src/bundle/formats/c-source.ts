/**
 * Reads CA certificates back out of C source: byte arrays with DER, string literals with PEM, BearSSL's anchors.
 *
 * No C is understood beyond that: comments are passed over, `NAME[] = { 0x30, ... }` gives bytes (of DER, of an ESP
 * bundle, or of a PEM file), string literals are joined in their order. Every scan goes forward only.
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
import type { Bundle, BundleEntry, PemText, Placed, Remark } from "../bundle.ts";
import { maxBundleEntries } from "../limits.ts";
import { readDerBundle } from "./der.ts";
import { readEspBundle, readNameAndKey } from "./esp-bundle.ts";
import { encodeText } from "./format.ts";
import { readPemBundle } from "./pem.ts";

interface ByteArray {
  readonly name: string;
  readonly line: number;
  readonly bytes: Uint8Array;
}

/** Whether text looks like C source that carries certificates. */
export function isCSource(text: string): boolean {
  return (
    // Between the name and what it is there may be attributes: PROGMEM, __attribute__((aligned(4))).
    /\[[^\]\n]{0,40}\][^={};"[\]]{0,80}=\s{0,40}[{"/\n]/.test(text) ||
    // Bytes of a certificate in braces or brackets, whatever stands before them.
    /[{[(]\s{0,40}(?:\(\w{1,40}\)\s?)?(?:0[xX]30|48)[uU]?\s{0,4},\s{0,40}(?:\(\w{1,40}\)\s?)?(?:0[xX]8[1-3]|1(?:29|30|31)|-12[567])[uU]?\b/.test(
      text,
    ) ||
    /"\\x30\\x8[1-3]/i.test(text) ||
    /^[ \t]{0,40}"(?:\\[nrt]|\s){0,9}-----BEGIN /m.test(text) ||
    // A string of C, or a raw one of C++: R"EOF(-----BEGIN
    /(?:=|^[ \t]{0,40}#define[ \t]{1,40}\w{1,99})[\s\\(]{0,40}(?:"|(?:[A-Z]{1,9}\s{0,9})?(?:u8|[uUL])?R"[^()\s\\"]{0,16}\()(?:\\[nrt]|\s){0,9}-----BEGIN /m.test(
      text,
    )
  );
}

/** Reads C source. */
export function readCSource(source: string): Bundle {
  const { code, literals } = separate(source);
  const bytes = source.length;
  const arrays = findArrays(code);
  const anchors = readAnchors(arrays);
  if (anchors.length > 0) return { format: "bearssl", bytes, entries: anchors, remarks: [], texts: [] };
  const espBundle = findEspBundle(arrays);
  if (espBundle !== undefined) return { ...espBundle, bytes };
  const entries: BundleEntry[] = [];
  const remarks: Remark[] = [];
  for (const { name, line, bytes: der } of arrays) {
    if (der[0] !== tag.sequence) continue;
    const place = `${name}, line ${line}`;
    const inner = readDerBundle(der);
    for (const entry of inner.entries) entries.push({ ...entry, place });
    for (const remark of inner.remarks) remarks.push({ ...remark, place });
  }
  const texts: PemText[] = [];
  let lines = 0;
  for (const { name, line, bytes: content } of arrays) {
    const isUnterminated = content.at(-1) !== 0;
    const text = isUnterminated ? content : content.subarray(0, -1);
    const signs = new TextDecoder("latin1").decode(text);
    if (content[0] === tag.sequence || !signs.includes("-----BEGIN ")) continue;
    const inner = readPemBundle(text);
    const place = `${name}, line ${line}`;
    texts.push({ bytes: text, linesBefore: lines, ...(isUnterminated && { isUnterminated }) });
    if (isUnterminated) remarks.push({ kind: "no-nul", place, text: "" });
    for (const part of inner.entries) entries.push({ ...ofJoinedStrings(part, lines), place });
    for (const part of inner.remarks)
      if (isOfStrings(part)) remarks.push({ ...ofJoinedStrings(part, lines), place });
    lines += signs.split("\n").length;
  }
  for (const literal of literals) {
    const der = derIn(literal);
    if (der !== undefined)
      for (const entry of readDerBundle(der).entries)
        entries.push({ ...entry, place: "a string of escapes" });
    if (!literal.includes("-----BEGIN ")) continue;
    const text = encodeText(literal);
    const inner = readPemBundle(text);
    texts.push({ bytes: text, linesBefore: lines });
    for (const entry of inner.entries) entries.push(ofJoinedStrings(entry, lines));
    for (const remark of inner.remarks) if (isOfStrings(remark)) remarks.push(ofJoinedStrings(remark, lines));
    lines += literal.split("\n").length;
  }
  return {
    format: texts.length === 0 ? "c-array" : "c-source",
    bytes,
    entries: entries.slice(0, maxBundleEntries.value),
    remarks,
    texts,
  };
}

/** A string of `\\x30\\x82...`: DER. */
function derIn(literal: string): Uint8Array | undefined {
  if (!/^0[\x80-\xff]/.test(literal)) return undefined;
  return Uint8Array.from(literal, (sign) => sign.charCodeAt(0));
}

/** The one array, where it is a bundle as the generator of ESP-IDF writes it: its form decides how a device verifies. */
function findEspBundle(arrays: readonly ByteArray[]): Bundle | undefined {
  const [only, ...others] = arrays;
  return only === undefined || others.length > 0 ? undefined : readEspBundle(only.bytes);
}

/** Lines are counted over all strings, so that what an oddity costs is a certificate of its own string. */
function ofJoinedStrings<P extends Placed>(one: P, before: number): P {
  const line = one.line === undefined ? undefined : before + one.line;
  return { ...one, place: `${one.place} of the joined strings`, line };
}

/** A program hands over a string, which has no last line and no longest one. */
function isOfStrings({ kind }: Remark): boolean {
  return kind !== "no-final-newline" && kind !== "long-line";
}

/** The code without comments and literals, its lines where they were; and the literals, joined as the compiler joins them. */
function separate(source: string): { readonly code: string; readonly literals: readonly string[] } {
  const code: string[] = [];
  const literals: string[][] = [];
  const special = /["/]/g;
  let at = 0;
  // Nothing but blanks, comments and line continuations since the literal before.
  let isAdjacent = false;
  while (at < source.length) {
    special.lastIndex = at;
    const start = special.exec(source)?.index ?? source.length;
    const between = source.slice(at, start);
    code.push(between);
    if (!/^[\s\\]*(?:\b(?:u8|[uUL])?R|\b(?:u8|[uUL]))?$/.test(between)) isAdjacent = false;
    if (start === source.length) break;
    if (source[start] === '"') {
      const { text, end } = readLiteral(source, start);
      if (isAdjacent) literals.at(-1)?.push(text);
      else literals.push([text]);
      isAdjacent = true;
      at = end + 1;
      continue;
    }
    const end = endOfComment(source, start);
    code.push(end === start ? "/" : source.slice(start, end).replaceAll(/[^\n]+/g, " "));
    at = Math.max(end, start + 1);
  }
  return { code: code.join(""), literals: literals.map((parts) => parts.join("")) };
}

/** What the literal holds that opens at `start`, and where its closing quote stands. */
function readLiteral(source: string, start: number): { readonly text: string; readonly end: number } {
  // A raw string of C++ ends where its own delimiter does, and knows no escapes.
  const raw = source[start - 1] === "R" ? /"([^()\\\s"]{0,16})\(/y : undefined;
  if (raw !== undefined) raw.lastIndex = start;
  const opening = raw?.exec(source);
  if (opening === null || opening === undefined) {
    const end = endOfLiteral(source, start + 1);
    return { text: unescape(source.slice(start + 1, end)), end };
  }
  const from = start + opening[0].length;
  const closing = `)${opening[1] ?? ""}"`;
  const found = source.indexOf(closing, from);
  const until = found < 0 ? source.length : found;
  return { text: source.slice(from, until), end: found < 0 ? source.length : found + closing.length - 1 };
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
  const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\n": "" };
  return content.replaceAll(
    /\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|([\s\S]))/g,
    (_, hex: string | undefined, octal: string | undefined, sign = "") => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      const code = octal === undefined ? 0 : Number.parseInt(octal, 8) & 0xff;
      // A NUL ends the string, which ends here all the same.
      if (octal !== undefined) return code === 0 ? "" : String.fromCharCode(code);
      return escapes[sign] ?? sign;
    },
  );
}

/** Lists of bytes: in braces, or in the brackets of other languages; each by the name that stands before it. */
function findArrays(text: string): readonly ByteArray[] {
  const arrays: ByteArray[] = [];
  const lists = /[{[]([^{}[\]]{2,})[}\]]/g;
  let line = 1;
  let counted = 0;
  let name = "";
  for (const match of text.matchAll(lists)) {
    if (arrays.length === maxBundleEntries.value) break;
    const bytes = parseBytes(match[1] ?? "");
    if (bytes === undefined) continue;
    // The newline before the name is not yet the name's own.
    const before = text.slice(Math.max(counted, match.index - longestDeclaration), match.index);
    const declared = declaration.exec(before);
    name = declared?.[1] ?? name;
    const at = declared === null ? match.index : match.index - before.length + declared.index;
    line += text.slice(counted, at).split("\n").length - 1;
    counted = at;
    arrays.push({ name: name === "" ? "list" : name, line, bytes });
  }
  return arrays;
}

const longestDeclaration = 400;
/** `ca[] PROGMEM =`, `ca[2][900] = {`, `std::array<uint8_t, 9> ca{`, `CA = bytes(`, `CA: [u8; 9] =`. */
const declaration =
  /(?<![A-Za-z0-9_])([A-Za-z_]\w{0,127})\s{0,9}(?:(?:\[[^\]\n]{0,40}\]\s{0,9}){1,4}[^={};"]{0,80}={0,1}|=\s{0,80}\w{0,40}\(?|:[^={};"]{0,80}=|)[\s{]{0,80}$/;

/** `0x30, 130, ...` as bytes, or `undefined` where something else stands there. */
function parseBytes(list: string): Uint8Array | undefined {
  const parts = list.split(",").map((part) => part.trim());
  if (parts.at(-1) === "") parts.pop();
  const bytes = new Uint8Array(parts.length);
  for (const [i, part] of parts.entries()) {
    const value = parseOctet(part);
    if (value === undefined) return undefined;
    bytes[i] = value;
  }
  return bytes.length === 0 ? undefined : bytes;
}

/** One octet, with a cast or a suffix, signed, or as a character. */
function parseOctet(part: string): number | undefined {
  const plain = part.replace(/^\(\w{1,40}\)\s?/, "");
  const sign = /^'(\\?[^'\\]|\\\\)'$/.exec(plain)?.[1];
  if (sign !== undefined) return unescape(sign).charCodeAt(0);
  const digits = /^(?:0[xX][0-9A-Fa-f]{1,2}|-?[0-9]{1,3})(?=[uUlL]{0,2}$)/.exec(plain)?.[0];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  return value > 255 || value < -128 ? undefined : value & 0xff;
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

/** Whether the bytes begin with an element of DER; in text, "0" is followed by another sign. */
export function isDer(bytes: Uint8Array): boolean {
  const reader = DerReader.over(bytes);
  return bytes[0] === tag.sequence && (bytes[1] ?? 0) >= 0x80 && reader.skip();
}
