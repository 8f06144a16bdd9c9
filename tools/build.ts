/**
 * Builds `dist/`: the compiler writes the declarations, esbuild the programs.
 *
 * Each door of the package (`exports` and `bin` in package.json) is one entry, and what they share is in
 * `dist/shared/`: a few files where there are hundreds of sources, because opening them is most of what an import costs.
 * What reads package.json finds it two folders up, as its source does: it is shared by several doors, so that it lies in
 * `dist/shared/`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { build } from "esbuild";

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const doors = [...Object.values(manifest.exports), ...Object.values(manifest.bin)]
  .map((door) => (typeof door === "string" ? door : door.default))
  .filter((path) => path.endsWith(".js") || path.startsWith("dist/"))
  .map((path) => path.replace(/^(?:\.\/)?dist\//, "src/").replace(/\.js$/, ".ts"));

rmSync("dist", { recursive: true, force: true });
execFileSync("npx", ["--no-install", "tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
await build({
  entryPoints: doors,
  outdir: "dist",
  outbase: "src",
  chunkNames: "shared/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.18",
  packages: "external",
  legalComments: "none",
  logLevel: "warning",
});
