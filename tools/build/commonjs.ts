/**
 * The doors once more as CommonJS, for what cannot require an ES module (Node before 20.19, many test runners): each built
 * file that a door reaches, translated one by one, so that both forms have the same files and share them the same way.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { transform, type Metafile } from "esbuild";

interface CommonJsOptions {
  readonly outdir: string;
  readonly places: readonly string[];
  readonly target: string;
}

/** Writes a `.cjs` beside each `.js` that the doors at these places reach. */
export async function writeCommonJs(
  metafile: Metafile,
  { outdir, places, target }: CommonJsOptions,
): Promise<void> {
  for (const file of reachedFrom(
    metafile,
    places.map((place) => `${outdir}/${place}.js`),
  )) {
    const { code } = await transform(withCommonJsImports(file, importsOf(metafile, file)), {
      format: "cjs",
      platform: "node",
      target,
      // `import()` of a CommonJS file would go through the loader of ES modules, which some test runners lack.
      supported: { "dynamic-import": false },
      legalComments: "none",
      // A warning tells of what CommonJS lacks, such as import.meta.
      logLevel: "warning",
      logOverride: { "empty-import-meta": "error" },
      sourcefile: file,
    });
    writeFileSync(commonJsOf(file), code);
  }
}

function reachedFrom(metafile: Metafile, entries: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const wanted = [...entries];
  for (let file = wanted.pop(); file !== undefined; file = wanted.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    wanted.push(...importsOf(metafile, file));
  }
  return reached;
}

/** The built files that this one imports. */
function importsOf(metafile: Metafile, file: string): readonly string[] {
  return (metafile.outputs[file]?.imports ?? []).flatMap(({ path, external }) =>
    external === true ? [] : [path],
  );
}

function withCommonJsImports(file: string, imports: readonly string[]): string {
  let text = readFileSync(file, "utf8");
  for (const path of imports) {
    const between = relative(dirname(file), path);
    const specifier = between.startsWith(".") ? between : `./${between}`;
    text = text.replaceAll(`"${specifier}"`, `"${commonJsOf(specifier)}"`);
  }
  return text;
}

function commonJsOf(path: string): string {
  return path.replace(/\.js$/, ".cjs");
}
