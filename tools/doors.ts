/**
 * The doors of the package: what `exports` in package.json names, which is the one list of them. The build, the tests and
 * the documents read it here. A door's files lie in `dist` where its source lies in `src`: `./dist/x509/public.js` is built
 * from `src/x509/public.ts`, and its declarations lie beside it.
 */
import { readFileSync } from "node:fs";

/** What each condition of a door names: https://nodejs.org/api/packages.html#conditional-exports. */
export interface Conditions {
  /** What Node takes for `import` and `require` alike where it can require an ES module: one instance of everything. */
  readonly "module-sync": string;
  /** What bundlers take for both, for the same reason. */
  readonly module: string;
  /** What a test runner requires that loads modules by itself. */
  readonly require: string;
  readonly default: string;
}

export interface Door {
  /** What a program imports: `meerkat/x509`. */
  readonly name: string;
  /** Where it lies below `src` and below `dist`, without an ending: `x509/public`. */
  readonly place: string;
}

interface Manifest {
  readonly version: string;
  readonly homepage: string;
  readonly exports: Readonly<Record<string, string | Conditions>>;
  readonly bin: Readonly<Record<string, string>>;
  /** The manual page. */
  readonly man: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** In `dist`, beside the package: esbuild's account of the build, with the sources of each file. */
export const metafileName = "metafile.json";

/** package.json. */
export const manifest: Manifest = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as Manifest;

/** Every door, in the order of package.json. */
export const doors: readonly Door[] = Object.entries(manifest.exports).flatMap(([door, target]) =>
  typeof target === "string" ? [] : [{ name: `meerkat${door.slice(1)}`, place: placeOf(target.default) }],
);

/** The programs of `bin`, by their places. */
export const programs: readonly string[] = Object.values(manifest.bin).map(placeOf);

/** What a door has to say in package.json: the same files for all, by its place. */
export function conditionsOf({ place }: Door): Conditions {
  const path = `./dist/${place}`;
  return {
    "module-sync": `${path}.js`,
    module: `${path}.js`,
    require: `${path}.cjs`,
    default: `${path}.js`,
  };
}

function placeOf(built: string): string {
  return built.replace(/^(?:\.\/)?dist\//, "").replace(/\.js$/, "");
}
