/**
 * What somebody pasted, read as other programs' errors.
 *
 * Names and printed words are compared word by word, without case and punctuation, anywhere in the text; the longest
 * wins where one stands inside another. A number counts alone, behind a word of its program (`curl: (60)`), and
 * anywhere when it is hexadecimal or negative with three digits or more. The same number can be several programs'.
 */
import type { FindingCode } from "../diagnosis/index.ts";
import type { ForeignError, ForeignProgram } from "./foreign-program.ts";
import { pastedCharacters } from "./limits.ts";
import { fillers, findNumbers, numberAlone, readNumber, readWord } from "./numbers.ts";
import { foreignPrograms } from "./programs.ts";

/** One way to read what was pasted. */
export interface Reading {
  readonly program: ForeignProgram;
  readonly error: ForeignError;
}

interface Phrase extends Reading {
  readonly name: string;
  readonly words: readonly string[];
}

interface Hit extends Reading {
  readonly from: number;
  readonly to: number;
  /** The number behind the program's word. */
  readonly number?: number;
}

/** Every reading, the most exact first: those that leave the fewest codes open. */
export function findForeign(pasted: string): readonly Reading[] {
  const text = pasted.slice(0, pastedCharacters.value);
  const alone = numberAlone(text);
  if (alone !== undefined) return readNumber(alone);
  const words = splitWords(text.toLowerCase());
  const hits = keepLongest([...findPhrases(words, text), ...findSpoken(words)]);
  const told = new Set(hits.map(({ number }) => number));
  const numbers = findNumbers(text).filter((number) => !told.has(Math.abs(number)));
  const found = new Map<ForeignError, Reading>();
  for (const { program, error } of [...hits, ...numbers.flatMap(readNumber)])
    found.set(error, { program, error });
  return [...found.values()].toSorted((a, b) => openness(a) - openness(b));
}

/** The codes that the readings of one text leave open: where two share a code, the more exact one decides. */
export function openCodes(readings: readonly Reading[]): readonly FindingCode[] {
  const open = new Set<FindingCode>();
  for (const { error } of readings) {
    if (error.codes.some((code) => open.has(code))) continue;
    for (const code of error.codes) open.add(code);
  }
  return [...open];
}

/** The names that somebody can mistype: those of one word. */
export function foreignNames(): readonly string[] {
  return foreignPrograms
    .flatMap(({ errors }) => errors.flatMap(({ names }) => names))
    .filter((name) => /^\w+$/.test(name));
}

function openness({ error: { codes } }: Reading): number {
  return codes.length === 0 ? Number.MAX_SAFE_INTEGER : codes.length;
}

interface Index {
  /** Phrases by their first word. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]>;
  /** The words that stand before numbers, by the first of them. */
  readonly spoken: ReadonlyMap<string, readonly Spoken[]>;
}

interface Spoken {
  readonly program: ForeignProgram;
  readonly words: readonly string[];
}

let index: Index | undefined;

function buildIndex(): Index {
  const phrases = foreignPrograms.flatMap((program) =>
    program.errors.flatMap((error) =>
      error.names.map((name) => ({ program, error, name, words: splitWords(name.toLowerCase()) })),
    ),
  );
  const spoken = foreignPrograms.flatMap((program) =>
    program.spoken.map((text) => ({ program, words: splitWords(text.toLowerCase()) })),
  );
  return { phrases: byFirstWord(phrases), spoken: byFirstWord(spoken) };
}

function byFirstWord<T extends { readonly words: readonly string[] }>(list: readonly T[]): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const one of list) {
    const [first = ""] = one.words;
    map.set(first, [...(map.get(first) ?? []), one]);
  }
  return map;
}

/** Words of letters and digits: `ERR_CERT_INVALID`, `err cert invalid` and `Err-Cert: invalid` are the same three. */
function splitWords(lowerCase: string): string[] {
  return lowerCase.replaceAll("'", "").match(/[\p{L}\d]+/gu) ?? [];
}

function findPhrases(words: readonly string[], text: string): Hit[] {
  const { phrases } = (index ??= buildIndex());
  return words.flatMap((first, from) =>
    (phrases.get(first) ?? [])
      .filter((phrase) => standsAt(phrase.words, words, from) && isMeant(phrase.name, text))
      .map(({ program, error, words: { length } }) => ({ program, error, from, to: from + length })),
  );
}

function standsAt(phrase: readonly string[], words: readonly string[], from: number): boolean {
  return phrase.every((word, i) => words[from + i] === word);
}

/** Names that are also plain English, such as `internal_error`, have to be written as the program writes them. */
function isMeant(name: string, text: string): boolean {
  if (!/^(?:[a-z]+(?:_[a-z]+)*|[A-Z]+)$/.test(name)) return true;
  if (text.trim().toLowerCase() === name.toLowerCase()) return true;
  return /[A-Z_]/.test(name) && new RegExp(`(?<!\\w)${name}(?!\\w)`).test(text);
}

/** Numbers behind a word of their program: `curl: (60)`, `BearSSL error 62`, `wget exit code 5`. */
function findSpoken(words: readonly string[]): Hit[] {
  const { spoken } = (index ??= buildIndex());
  return words.flatMap((first, from) =>
    (spoken.get(first) ?? []).flatMap(({ program, words: own }) => {
      if (!standsAt(own, words, from)) return [];
      let at = from + own.length;
      while (fillers.has(words[at] ?? "")) at++;
      const number = readWord(words[at] ?? "");
      if (number === undefined) return [];
      const { errors } = program;
      const error = errors.find((one) => one.number !== undefined && Math.abs(one.number) === number);
      return error === undefined ? [] : [{ program, error, number, from, to: at + 1 }];
    }),
  );
}

/** Without the hits that stand inside a longer one. */
function keepLongest(hits: readonly Hit[]): Hit[] {
  let reach = 0;
  const longestFirst = hits.toSorted((a, b) => a.from - b.from || b.to - a.to);
  return longestFirst.filter(({ from, to }, i) => {
    const above = longestFirst[i - 1];
    const isTwin = above?.from === from && above.to === to && to === reach;
    if (to <= reach && !isTwin) return false;
    reach = to;
    return true;
  });
}
