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
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const sourceOf = (built: string): string =>
  built.replace(/^(?:\.\/)?dist\//, "src/").replace(/(?:\.d\.ts|\.js)$/, ".ts");
const placeOf = (built: string): string => built.replace(/^(?:\.\/)?dist\//, "").replace(/\.js$/, "");
// What a door exports is what its types say: their source is its own.
const doors = Object.values(manifest.exports).flatMap((door) =>
  typeof door === "string" ? [] : [{ in: sourceOf(door.types), out: placeOf(door.default) }],
);
const programs = Object.values(manifest.bin).map((path) => ({ in: sourceOf(path), out: placeOf(path) }));

rmSync("dist", { recursive: true, force: true });
execFileSync("npx", ["--no-install", "tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
await build({
  entryPoints: [...doors, ...programs],
  outdir: "dist",
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
