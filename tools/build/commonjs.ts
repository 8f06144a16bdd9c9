/**
 * The doors for `require` where Node's own is not asked by `module-sync`: a test runner that loads modules by itself, and a
 * tool that names the condition. Each hands on the ES module, so that a program has one instance of everything.
 */
import { writeFileSync } from "node:fs";
import { basename } from "node:path";

/** Writes a `.cjs` beside each door. */
export function writeCommonJs(outdir: string, places: readonly string[]): void {
  for (const place of places) writeFileSync(`${outdir}/${place}.cjs`, handOn(`./${basename(place)}.js`));
}

/** A test runner's `require` may refuse an ES module; the `require` of the process takes one, from Node 20.19 on. */
function handOn(file: string): string {
  return `"use strict";
try {
  module.exports = require("${file}");
} catch (error) {
  if (process.features.require_module !== true)
    throw new Error("This require() cannot load an ES module: use Node 20.19 or later, or import() meerkat.", { cause: error });
  module.exports = process.getBuiltinModule("node:module").createRequire(__filename)("${file}");
}
`;
}
