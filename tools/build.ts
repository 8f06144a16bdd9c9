/**
 * Builds `dist/`: the compiler writes the declarations, esbuild the programs. Each door of the package and each program
 * (`exports` and `bin` in package.json) is one entry, and what they share is in `dist/shared/`: a few files where there are
 * hundreds of sources, because opening them is most of what an import costs.
 *
 * What is built looks for no file beside it and needs no other package: the version is a constant, and what the program and
 * the lab are made of is in their files, with its licences in `dist/licences.txt`.
 */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { build, type Metafile, type Plugin } from "esbuild";
import { writeCommonJs } from "./build/commonjs.ts";
import { constantVersion } from "./build/constant-version.ts";
import { writeDeclarations } from "./build/declarations.ts";
import { renderLicences } from "./build/licences.ts";
import { writeRooms } from "./build/rooms.ts";
import { doors, manifest, programs } from "./doors.ts";

const outdir = "dist";
const target = "node20.18";

rmSync(outdir, { recursive: true, force: true });
execFileSync("npx", ["--no-install", "tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
const places = doors.map(({ place }) => place);
writeDeclarations(outdir, places);
const metafile = await buildModules([...places, ...programs]);
await writeCommonJs(metafile, { outdir, places, target });
writeFileSync(`${outdir}/licences.txt`, renderLicences(metafile));
writeRooms(outdir);

async function buildModules(entries: readonly string[]): Promise<Metafile> {
  const built = await build({
    entryPoints: entries.map((place) => `src/${place}.ts`),
    outbase: "src",
    outdir,
    chunkNames: "shared/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target,
    mainFields: ["module", "main"],
    // What a user adds, where it is wanted.
    external: Object.keys(manifest.peerDependencies),
    plugins: [constantVersion(), builtinsOfCommonJs()],
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
  });
  return built.metafile;
}

/** `require("node:fs")` of a CommonJS package, where there is no `require`: an ES module asks Node for its own modules. */
function builtinsOfCommonJs(): Plugin {
  return {
    name: "builtins-of-commonjs",
    setup: (build) => {
      build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
        kind === "require-call" ? { path, namespace: "builtin" } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      }));
    },
  };
}
