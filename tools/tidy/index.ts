/** Keeps the house in order: finds every place where a tree of files breaks a rule that a program can check. */
import { checkCodes } from "./codes.ts";
import { checkForm } from "./form.ts";
import { checkImports } from "./imports.ts";
import { checkPurity } from "./purity.ts";
import { readSource } from "./source.ts";
import { checkLockFile, checkText } from "./text.ts";
import type { Breach, Tree } from "./breach.ts";

export { renderBreach, type Breach, type Tree } from "./breach.ts";
export { isTest } from "./imports.ts";
export { rooms } from "./rooms.ts";
export { readSource } from "./source.ts";
export { readTree } from "./tree.ts";

/** Every breach in `tree`, by path. `codes` are the catalogue's. */
export function findBreaches(tree: Tree, codes: readonly string[]): Breach[] {
  const breaches = checkCodes(tree, codes);
  for (const [path, text] of tree) {
    if (path === "package-lock.json") breaches.push(...checkLockFile(path, text));
    else breaches.push(...checkText(path, text));
    if (!path.endsWith(".ts")) continue;
    const source = readSource(path, text);
    breaches.push(...checkForm(source), ...checkImports(source), ...checkPurity(source));
  }
  return breaches.toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}
