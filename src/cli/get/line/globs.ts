/**
 * Several URLs in one (curl(1), "GLOBBING"): `{a,b}` for each of these, `[1-9]`, `[001-100]`, `[a-z]` and `[1-9:2]` for a range.
 * The last one counts fastest. `#1` in the name of `-o` is what the first of them stands for.
 */
import { CommandError } from "../../frame/failure.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { globbedUrls } from "../../limits.ts";

/** One URL of a pattern, and what each of its parts stands for there. */
export interface GlobbedUrl {
  readonly url: string;
  readonly parts: readonly string[];
}

type Piece = string | readonly string[];

/** The URLs of a pattern. @throws CommandError for one that cannot be read, and for more than may be */
export function expandGlobs(pattern: string): readonly GlobbedUrl[] {
  const pieces = parsePieces(pattern);
  const count = pieces.reduce((most, piece) => most * (typeof piece === "string" ? 1 : piece.length), 1);
  if (count > globbedUrls.value)
    throw complain(`it stands for ${count} URLs, more than ${globbedUrls.value}`, pattern);
  let urls: readonly GlobbedUrl[] = [{ url: "", parts: [] }];
  for (const piece of pieces)
    urls = urls.flatMap(({ url, parts }) =>
      typeof piece === "string"
        ? [{ url: url + piece, parts }]
        : piece.map((one) => ({ url: url + one, parts: [...parts, one] })),
    );
  return urls;
}

/** The name of a file in which `#1` is the first part; a number beyond the last part stays as it is. */
export function fillName(name: string, parts: readonly string[]): string {
  return name.replace(/#(\d{1,3})/g, (whole, number: string) => parts[Number(number) - 1] ?? whole);
}

function parsePieces(pattern: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  let at = 0;
  const add = (values: readonly string[], length: number): void => {
    pieces.push(text, values);
    text = "";
    at += length;
  };
  while (at < pattern.length) {
    const sign = pattern[at] ?? "";
    const rest = pattern.slice(at);
    if (sign === "\\" && /^\\[{}[\]]/.test(rest)) {
      text += pattern[at + 1] ?? "";
      at += 2;
    } else if (sign === "{") {
      const [whole, inside = ""] =
        /^\{((?:[^\\{}]|\\.)*)\}/s.exec(rest) ?? refuse("a brace is not closed", pattern);
      if (inside === "") throw complain("there is nothing between two braces", pattern);
      add(splitSet(inside), whole.length);
    } else if (sign === "[") {
      // An IPv6 address in a URL stands for itself.
      const address = /^\[[0-9a-f:.]*:[0-9a-f:.]*(?:%[^\]]*)?\]/i.exec(rest)?.[0];
      if (address !== undefined && /\/\/(?:[^/?#]*@)?$/.test(pattern.slice(0, at))) {
        text += address;
        at += address.length;
        continue;
      }
      if (rest.startsWith("[]")) {
        text += "[]"; // curl takes these for themselves.
        at += 2;
        continue;
      }
      const [whole, inside = ""] = /^\[([^\]]*)\]/.exec(rest) ?? refuse("a bracket is not closed", pattern);
      add(readRange(inside, pattern), whole.length);
    } else if (sign === "}" || sign === "]") {
      throw complain(`"${sign}" closes nothing`, pattern);
    } else {
      text += sign;
      at++;
    }
  }
  return [...pieces, text];
}

function splitSet(inside: string): readonly string[] {
  return inside.split(/(?<!\\),/).map((one) => one.replaceAll(/\\(.)/gs, "$1"));
}

function readRange(inside: string, pattern: string): readonly string[] {
  const letters = /^([a-z])-([a-z])(?::(\d{1,9}))?$/i.exec(inside);
  if (letters !== null) {
    const [, first = "", last = "", step = "1"] = letters;
    const isOneCase = /^[a-z]/.test(first) === /^[a-z]/.test(last);
    return count(
      isOneCase ? [first.charCodeAt(0), last.charCodeAt(0), Number(step)] : [1, 0, 1],
      String.fromCharCode,
      pattern,
    );
  }
  const numbers = /^(\d{1,15})-(\d{1,15})(?::(\d{1,9}))?$/.exec(inside);
  if (numbers === null) throw complain(`"[${inside}]" is not a range`, pattern);
  const [, first = "", last = "", step = "1"] = numbers;
  const width = first.startsWith("0") ? first.length : 1;
  return count(
    [Number(first), Number(last), Number(step)],
    (value) => String(value).padStart(width, "0"),
    pattern,
  );
}

function count(
  [first, last, step]: readonly [first: number, last: number, step: number],
  write: (value: number) => string,
  pattern: string,
): readonly string[] {
  if (last < first || step < 1) throw complain("a range ends before it begins", pattern);
  const length = Math.floor((last - first) / step) + 1;
  if (length > globbedUrls.value)
    throw complain(`a range has ${length} values, more than ${globbedUrls.value}`, pattern);
  return Array.from({ length }, (_, index) => write(first + index * step));
}

function refuse(reason: string, pattern: string): never {
  throw complain(reason, pattern);
}

function complain(reason: string, pattern: string): CommandError {
  return new CommandError(`The URL "${pattern}" is a pattern that cannot be read: ${reason}.`, {
    hint: "Braces and brackets stand for several URLs, as in curl; -g takes them as they are.",
    exitCode: exitCode.badUrl,
  });
}
