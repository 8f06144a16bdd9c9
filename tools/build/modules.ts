/** The package's programs and doors as ES modules by esbuild, with everything in them that the package is made of. */
import { isBuiltin } from "node:module";
import { build, type Metafile, type Plugin } from "esbuild";
import { manifest } from "../doors.ts";
import { constantVersion } from "./constant-version.ts";
import { ownSources } from "./sources.ts";

/** What the programs are written for. */
export const target = "node20.19";

export interface Modules {
  /** The checkout. */
  readonly root: string;
  readonly outdir: string;
  /** Below `src`, without an ending. */
  readonly entries: readonly string[];
}

export async function buildModules({ root, outdir, entries }: Modules): Promise<Metafile> {
  const built = await build({
    absWorkingDir: root,
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
    plugins: [constantVersion(), ownSources(), builtinsOfCommonJs()],
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
    // A door's import of its room is there for what it does to the files.
    logOverride: { "ignored-bare-import": "silent" },
  });
  return built.metafile;
}

/** `require("node:fs")`, or `require("fs")`, of a CommonJS package, where there is no `require`: an ES module asks Node for its own modules. */
function builtinsOfCommonJs(): Plugin {
  return {
    name: "builtins-of-commonjs",
    setup: (build) => {
      build.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
        kind === "require-call" && isBuiltin(path) ? { path, namespace: "builtin" } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      }));
    },
  };
}
