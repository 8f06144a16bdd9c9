/** What the tidy program works on and what it says: a tree of files, and the places where it breaks a house rule. */

/** The files of a tree, by path from its root with `/` between folders. */
export type Tree = ReadonlyMap<string, string>;

/** One place where a rule is broken. */
export interface Breach {
  /** The rule's name, kebab-case. */
  readonly rule: string;
  readonly path: string;
  /** From 1; 0 where the breach has no line. */
  readonly line: number;
  readonly says: string;
}

/** The line, from 1, that `offset` lies on. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** A breach for every match of `pattern` in `text`. */
export function breachesOf(
  found: { readonly rule: string; readonly path: string; readonly text: string },
  pattern: RegExp,
  says: (match: string) => string,
): Breach[] {
  const { rule, path, text } = found;
  return [...text.matchAll(pattern)].map((match) => ({
    rule,
    path,
    line: lineAt(text, match.index),
    says: says(match[0]),
  }));
}

/** One breach as a line that an editor can follow. */
export function renderBreach({ rule, path, line, says }: Breach): string {
  return `${path}${line > 0 ? `:${line}` : ""}: ${says} [${rule}]`;
}
