/**
 * What somebody pasted, read as other programs' errors.
 *
 * Names and printed words are compared word by word, without case and punctuation, anywhere in the text; the longest
 * wins where one stands inside another. A number counts alone, behind a word of its program (`curl: (60)`), and
 * anywhere when it is hexadecimal or negative with three digits or more. The same number can be several programs'.
 */
import type { ForeignError, ForeignProgram } from "./foreign-program.ts";
import { pastedCharacters } from "./limits.ts";
import { foreignPrograms } from "./programs.ts";

/** One way to read what was pasted. */
export interface Reading {
  readonly program: ForeignProgram;
  readonly error: ForeignError;
}

interface Phrase extends Reading {
  readonly words: readonly string[];
}

interface Hit extends Reading {
  readonly from: number;
  readonly to: number;
}

/** Every reading, the most exact first: those that leave the fewest codes open. */
export function findForeign(pasted: string): readonly Reading[] {
  const text = pasted.slice(0, pastedCharacters.value).toLowerCase();
  const { phrases, numbers } = (index ??= buildIndex());
  const found = new Map<ForeignError, Reading>();
  for (const { program, error } of keepLongest(findPhrases(splitWords(text), phrases)))
    found.set(error, { program, error });
  for (const number of findNumbers(text)) {
    for (const reading of numbers.get(Math.abs(number)) ?? [])
      if (number >= 0 || (reading.error.number ?? 0) < 0) found.set(reading.error, reading);
  }
  return [...found.values()].sort((a, b) => openness(a) - openness(b));
}

/** The names that somebody can mistype: those of one word. */
export function foreignNames(): readonly string[] {
  return foreignPrograms
    .flatMap(({ errors }) => errors.flatMap(({ names }) => names))
    .filter((name) => /^\w+$/.test(name));
}

/** A number as its program writes it. */
export function renderForeignNumber(number: number, { radix = 10 }: Pick<ForeignProgram, "radix">): string {
  if (radix === 10) return String(number);
  return `${number < 0 ? "-" : ""}0x${Math.abs(number).toString(16).padStart(4, "0")}`;
}

function openness({ error: { codes } }: Reading): number {
  return codes.length === 0 ? Number.MAX_SAFE_INTEGER : codes.length;
}

interface Index {
  /** Phrases by their first word. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]>;
  /** Readings by the number without its sign. */
  readonly numbers: ReadonlyMap<number, readonly Reading[]>;
}

let index: Index | undefined;

function buildIndex(): Index {
  const phrases = new Map<string, Phrase[]>();
  const numbers = new Map<number, Reading[]>();
  for (const program of foreignPrograms) {
    for (const error of program.errors) {
      for (const text of [...error.names, ...spokenNumbers(program, error)]) {
        const words = splitWords(text.toLowerCase());
        const [first = ""] = words;
        const list = phrases.get(first) ?? [];
        list.push({ program, error, words });
        phrases.set(first, list);
      }
      if (error.number === undefined) continue;
      const size = Math.abs(error.number);
      numbers.set(size, [...(numbers.get(size) ?? []), { program, error }]);
    }
  }
  return { phrases, numbers };
}

function spokenNumbers({ spoken, radix = 10 }: ForeignProgram, { number }: ForeignError): string[] {
  if (number === undefined) return [];
  const written = [String(number), ...(radix === 16 ? [Math.abs(number).toString(16).padStart(8, "0")] : [])];
  return spoken.flatMap((words) => written.map((one) => `${words} ${one}`));
}

/** Words of letters and digits: `ERR_CERT_INVALID`, `err cert invalid` and `Err-Cert: invalid` are the same three. */
function splitWords(lowerCase: string): string[] {
  return lowerCase.replaceAll("'", "").match(/[\p{L}\d]+/gu) ?? [];
}

function findPhrases(words: readonly string[], phrases: Index["phrases"]): Hit[] {
  return words.flatMap((first, from) =>
    (phrases.get(first) ?? [])
      .filter((phrase) => phrase.words.every((word, i) => words[from + i] === word))
      .map(({ program, error, words: { length } }) => ({ program, error, from, to: from + length })),
  );
}

/** Without the hits that stand inside a longer one. Hits come in the order of their beginning. */
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

const aloneNumber = /^[^\w-]*(-?)(0x[\da-f]{1,8}|\d{1,10})\W*$/;
const tellingNumber = /(?<![\w.-])(-?)(0x[\da-f]{1,8})(?!\w)|(?<![\w.-])(-)(\d{3,5})(?![\w.-])/g;

function findNumbers(text: string): number[] {
  const alone = aloneNumber.exec(text.trim());
  if (alone !== null) return [signed(alone[1], alone[2])];
  return [...text.matchAll(tellingNumber)].map((match) => signed(match[1] ?? match[3], match[2] ?? match[4]));
}

function signed(sign = "", digits = ""): number {
  return sign === "-" ? -Number(digits) : Number(digits);
}
