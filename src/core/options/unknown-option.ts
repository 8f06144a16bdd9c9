/** An unknown option: the name somebody most likely meant, where another program's options tell. */
import { HttpsError } from "../error.ts";
import { shownWord } from "../url/shown-url.ts";

/** Names of options that are not ours, and how the same is said here. */
export type Elsewhere = ReadonlyMap<string, string>;

/** The error for an option that is none of `known`; `prefix` is what stands before its name. */
export function unknownOption(
  name: string,
  known: readonly string[],
  { prefix, elsewhere }: { readonly prefix: string; readonly elsewhere: Elsewhere },
): HttpsError<"option-unknown"> {
  const meant = elsewhere.get(name) ?? likely(name, known);
  const detail = { option: prefix + shownWord(name), ...(meant === undefined ? {} : { meant }) };
  return new HttpsError("option-unknown", detail);
}

/** The same name in other letters, a name that one of them begins, or one that differs in few places. */
export function likely(name: string, known: readonly string[]): string | undefined {
  const word = name.toLowerCase();
  if (word.length < 3) return undefined;
  const same = known.find((one) => one.toLowerCase() === word);
  const longer = known.filter((one) => one.toLowerCase().startsWith(word));
  return (
    same ??
    (longer.length === 1 ? longer[0] : undefined) ??
    known.find((one) => isNear(word, one.toLowerCase()))
  );
}

/** Whether one letter more, less, other, or two neighbours exchanged, make the one of the other. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [x, y] = [a.slice(start), b.slice(start)];
  const swapped = x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2);
  return swapped || x.slice(1) === y.slice(1) || x.slice(1) === y || x === y.slice(1);
}
