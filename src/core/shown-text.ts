/**
 * Text from outside, made harmless for whoever shows it. A terminal obeys controls instead of showing them, and marks of
 * direction and characters without width let a text look like another: each is written as its number.
 */

import { isRecord, ownEntries } from "./options/own.ts";

/** C0, DEL, C1; marks of direction and format; lone surrogates; ends of lines; what has no width of its own. */
const obeyed = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const plain = /^[\x20-\x7e]*$/;

/** For one line: `\x1b`, `\u202e`, `\u{e0001}`. */
export function showControls(text: string): string {
  return plain.test(text) ? text : text.replaceAll(obeyed, numberOf);
}

/** For several lines: tabs and line feeds stay. */
export function showControlsInLines(text: string): string {
  return plain.test(text)
    ? text
    : text.replaceAll(obeyed, (sign) => (sign === "\n" || sign === "\t" ? sign : numberOf(sign)));
}

/** JSON in which nothing is left to obey: the same value to whoever reads it. */
export function showControlsInJson(json: string): string {
  if (plain.test(json)) return json;
  return json.replaceAll(obeyed, (sign) =>
    sign === "\n" || sign === "\t" || sign === "\r"
      ? sign
      : sign.length === 1
        ? unitOf(sign.charCodeAt(0))
        : unitOf(sign.charCodeAt(0)) + unitOf(sign.charCodeAt(1)),
  );
}

function numberOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : unitOf(code);
}

function unitOf(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** No name that a person has to read is longer (a DNS name has 253 characters); a URL's beginning and end tell which. */
const longestText = 512;
/** A sentence with all its values; a page is 3,000 characters. */
const longestSentence = 4_096;

/** The facts of a sentence with long texts cut, so that a peer's name does not make the sentence. */
export function shortenFacts<T>(facts: T): T {
  return shorten(facts, 4) as T;
}

function shorten(value: unknown, depth: number): unknown {
  if (typeof value === "string") return shortenText(value, longestText);
  if (typeof value !== "object" || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((one) => shorten(one, depth - 1));
  return isRecord(value) ? ownEntries(value, (one) => shorten(one, depth - 1)) : value;
}

/** A sentence that is shown: bounded, and on one line. */
export function showSentence(sentence: string): string {
  return showControls(shortenText(sentence, longestSentence));
}

function shortenText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const tail = Math.floor(longest / 8);
  return `${text.slice(0, longest - tail - 3)}...${text.slice(-tail)}`;
}
