/**
 * Takes the white space and the comments out of what was built. Names stay: a stack trace of a user's names the functions of
 * ours that it went through.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";

/** What a bundler is told of an import: the one comment that has a meaning. */
const advised = /import\(\s*(?<advice>\/\* webpackIgnore: true \*\/)\s*(?<name>\w+)\s*\)/g;

export function minify(outdir: string, target: string): void {
  for (const path of readdirSync(outdir, { recursive: true, encoding: "utf8" })) {
    if (path.endsWith(".js")) minifyFile(join(outdir, path), target);
  }
}

function minifyFile(file: string, target: string): void {
  const text = readFileSync(file, "utf8");
  let { code } = transformSync(text, {
    format: "esm",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    target,
  });
  for (const { groups: { advice = "", name = "" } = {} } of text.matchAll(advised))
    code = code.replaceAll(`import(${name})`, `import(${advice}${name})`);
  writeFileSync(file, code);
}
