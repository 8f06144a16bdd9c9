/** Keeps the house in order: finds every place where a tree of files breaks a rule that a program can check. */
import { checkCircles } from "./circles.ts";
import { checkForm } from "./form.ts";
import { checkImports } from "./imports.ts";
import { checkPurity } from "./purity.ts";
import type { Room } from "./rooms.ts";
import { readSource, type Source } from "./source.ts";
import { checkTable } from "./table.ts";
import { checkLockFile, checkText } from "./text.ts";
import type { Breach, Tree } from "./breach.ts";

export { renderBreach, type Breach, type Tree } from "./breach.ts";
export { isTest } from "./imports.ts";
export { rooms, type Room } from "./rooms.ts";
export { readSource } from "./source.ts";
export { readTree } from "./tree.ts";

/** Every breach in `tree`, by path. */
export function findBreaches(tree: Tree): Breach[] {
  const breaches: Breach[] = [];
  for (const [path, text] of tree) {
    if (path === "package-lock.json") breaches.push(...checkLockFile(path, text));
    else breaches.push(...checkText(path, text));
  }
  const sources = readSources(tree);
  for (const source of sources)
    breaches.push(...checkForm(source), ...checkImports(source), ...checkPurity(source));
  breaches.push(...checkCircles(sources));
  return breaches.toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

/** What the table of rooms says too much, where `tree` is the whole house. */
export function findUnusedRows(tree: Tree, table: Readonly<Record<string, Room>>): Breach[] {
  return checkTable(readSources(tree), table);
}

function readSources(tree: Tree): Source[] {
  return [...tree].filter(([path]) => path.endsWith(".ts")).map(([path, text]) => readSource(path, text));
}
