/**
 * A file of flags (curl(1), --config): a flag a line, with or without its hyphens, then its value behind a space, a `=` or a `:`; in
 * quotes where it has spaces, with `\"`, `\\`, `\t`, `\n`, `\r` and `\v` in them; `#` begins a comment.
 *
 * No file is read that is not named: a ~/.curlrc that switches verification off for curl must not do so for this program, nor
 * may a command mean one thing on one machine and another elsewhere.
 */
import type { Context } from "../../frame/context.ts";
import { CommandError } from "../../frame/failure.ts";
import { readInput, readStdin } from "../../frame/files.ts";
import { flagFileBytes } from "../../limits.ts";

/** A line: the flag as a word of the command line, and its value. */
export type FlagLine = readonly [word: string, value?: string];

/** The lines of a file; `-` is stdin. */
export async function readFlagFile(
  file: string,
  { stdin, signal }: Pick<Context, "stdin" | "signal">,
): Promise<readonly FlagLine[]> {
  const asked = { hint: "-K takes a file with a flag a line.", most: flagFileBytes, signal };
  const what = "The file of flags";
  const content = await (file === "-" ? readStdin(stdin, asked) : readInput(file, { ...asked, what }));
  return parseFlagFile(content.toString());
}

/** @throws CommandError for a line that cannot be read */
export function parseFlagFile(text: string): readonly FlagLine[] {
  return text.split(/\r?\n/).flatMap((line, index): readonly FlagLine[] => {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    const [, name = "", given = ""] = /^([^\s=:]+)(?:\s*[=:]\s*|\s+)?(.*)$/s.exec(trimmed) ?? [];
    if (name === "")
      throw new CommandError(`Line ${index + 1} of the file of flags begins with no flag.`, {
        hint: 'A line is such as: output = "file.txt"',
      });
    const word = name.startsWith("-") ? name : `--${name}`;
    const value = valueOf(given);
    return [value === undefined ? [word] : [word, value]];
  });
}

const escapes: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", v: "\v" };

/** What stands in quotes; else up to a space. */
function valueOf(given: string): string | undefined {
  if (given === "" || given.startsWith("#")) return undefined;
  const quoted = /^"((?:[^"\\]|\\.)*)"?/s.exec(given)?.[1];
  if (quoted === undefined) return /^\S*/.exec(given)?.[0];
  return quoted.replaceAll(/\\(.)/gs, (_, sign: string) => escapes[sign] ?? sign);
}
