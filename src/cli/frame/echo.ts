/** What a failure repeats of the command line: words that are URLs, or look like it, without what may be a secret in them. */
import { shownWord } from "../../core/index.ts";
import type { Failure } from "./failure.ts";

/** The failure as it may be printed, whatever was typed where a word, a file or a number should stand. */
export function withoutSecrets(failure: Failure, argv: readonly string[]): Failure {
  const hide = (text: string): string => hideSecrets(text, argv);
  const { hint, detail } = failure;
  return {
    ...failure,
    message: hide(failure.message),
    ...(hint === undefined ? {} : { hint: hide(hint) }),
    ...(typeof detail === "object" && detail !== null ? { detail: mapTexts(detail, hide) } : {}),
  };
}

/** The text, in which each of the words that may hold a secret is shown without it. */
export function hideSecrets(text: string, words: readonly string[]): string {
  // The longest first: one may be the beginning of another.
  return words
    .flatMap(spellings)
    .filter((word) => shownWord(word) !== word)
    .toSorted((one, other) => other.length - one.length)
    .reduce((shown, word) => shown.replaceAll(word, () => shownWord(word)), text);
}

/** As it was typed, as the value of a flag that it is glued to, and each in JSON. */
function spellings(word: string): readonly string[] {
  const [, long] = /^--[\w-]+=([^]*)$/.exec(word) ?? [];
  const values = [word, ...(long === undefined ? [] : [long]), ...(/^-\w/.test(word) ? [word.slice(2)] : [])];
  return values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
}

function mapTexts(detail: object, change: (text: string) => string): object {
  const changed = (value: unknown): unknown => (typeof value === "string" ? change(value) : value);
  return Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, changed(value)]));
}
