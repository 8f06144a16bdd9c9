/** One small change of the product's source, by which a test has to turn red. */
import type { Tree } from "../tidy/index.ts";

export interface Mutant {
  /** Path from the project's root. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** What kind of change it is. */
  readonly rule: string;
}

/** A mutant as a person reads it: the place, the line as it stands, and as it becomes. */
export interface Shown {
  readonly place: string;
  readonly before: string;
  readonly after: string;
}

export function applyMutant(source: string, { start, end, replacement }: Mutant): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

/** The lines it changes, on one line each and cut where they are long. */
export function showMutant(source: string, mutant: Mutant): Shown {
  const from = source.lastIndexOf("\n", mutant.start - 1) + 1;
  const newline = source.indexOf("\n", mutant.end);
  const to = newline === -1 ? source.length : newline;
  const line = source.slice(0, mutant.start).split("\n").length;
  const tail = source.slice(mutant.end, to);
  const after = source.slice(from, mutant.start) + mutant.replacement + tail;
  return {
    place: `${mutant.file}:${line}`,
    before: shorten(source.slice(from, to)),
    after: shorten(after),
  };
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}

/** The one file whose path ends in `suffix`: rows name files so that they follow when folders are moved. */
export function findFile(tree: Tree, suffix: string): string | undefined {
  const found = [...tree.keys()].filter((path) => path.startsWith("src/") && isAt(path, suffix));
  return found.length === 1 ? found[0] : undefined;
}

/** Every test whose path ends in one of the suffixes, or lies in a folder that one of them names by a final slash. */
export function findTests(tree: Tree, suffixes: readonly string[]): readonly string[] {
  const tests = [...tree.keys()].filter((path) => path.endsWith(".test.ts"));
  const found = suffixes.flatMap((suffix) =>
    tests.filter((path) => (suffix.endsWith("/") ? path.startsWith(suffix) : isAt(path, suffix))),
  );
  return [...new Set(found)];
}

function isAt(path: string, suffix: string): boolean {
  return path === suffix || path.endsWith(`/${suffix}`);
}
