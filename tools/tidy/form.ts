/** Rules of form: file names, the opening comment, exports, length. What the linter can check is left to it. */
import { breachesOf, type Breach } from "./breach.ts";
import { isTest } from "./imports.ts";
import type { Source } from "./source.ts";

/** A name that says nothing about what a file decides. */
const emptyNames = /(?:^|[/.-])(?:utils?|helpers?|common|misc|types)(?=[/.-])/;

/** The linter bounds the files of the product at 400 lines of code; tests may be twice that. */
const testCodeLines = 800;

export function checkForm(source: Source): Breach[] {
  const { path, text, code } = source;
  const breaches: Breach[] = [];
  const add = (rule: string, says: string): void => void breaches.push({ rule, path, line: 0, says });
  const name = path.split("/").at(-1) ?? path;
  if (emptyNames.test(path)) add("empty-name", "the name does not say what the file decides");
  if (!/^[a-z0-9]+(?:[.-][a-z0-9]+)*\.ts$/.test(name)) add("kebab-case", `"${name}" is not kebab-case`);
  if (!/^(?:#![^\n]*\n)?\/\*\*/.test(text))
    add("opening-comment", "the file does not open with a /** */ comment");
  const lines = code.split("\n").filter((line) => line.trim() !== "").length;
  if (isTest(path) && lines > testCodeLines)
    add("test-length", `${lines} lines of code, past ${testCodeLines}`);
  return [
    ...breaches,
    ...breachesOf(
      { rule: "export-star", path, text: code },
      /\bexport\s*\*/g,
      () => "names are exported one by one",
    ),
    ...breachesOf(
      { rule: "focused-test", path, text: code },
      /\b(?:describe|it|test)\.only\b/g,
      (match) => `${match} leaves the other tests out`,
    ),
  ];
}
