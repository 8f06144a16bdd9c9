/** Every code of the catalogue is provoked by a test: here, that some test outside the catalogue's room names it. */
import type { Breach, Tree } from "./breach.ts";
import { isTest } from "./imports.ts";

/** The tests of these say something about every code at once, so their naming one proves nothing. */
const aboutAllCodes =
  /^(?:src\/core\/|test\/tidy\.test\.ts$|test\/docs\.test\.ts$|src\/cli\/frame\/exit-codes\.test\.ts$)/;

export function checkCodes(tree: Tree, codes: readonly string[]): Breach[] {
  const tests = [...tree].filter(([path]) => isTest(path) && !aboutAllCodes.test(path));
  const named = new Set<string>();
  for (const [, text] of tests)
    for (const match of text.matchAll(/["'`]([a-z0-9-]+)["'`]/g)) named.add(match[1] ?? "");
  return codes
    .filter((code) => !named.has(code))
    .map((code) => ({
      rule: "code-without-test",
      path: "src/core/catalogue",
      line: 0,
      says: `no test provokes "${code}"`,
    }));
}
