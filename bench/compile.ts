/** Builds what is measured the way the package is built: tsx would add code of its own, and many files memory. */
import { copyFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { buildModules } from "../tools/build/modules.ts";

const root = join(import.meta.dirname, "..");

/** One checkout's programs: the folder of the compiled `bench`, which runs that checkout's client, and its `meerkat`. */
export interface Programs {
  readonly bench: string;
  readonly meerkat: string;
}

/** This checkout's, or those of the client of another one, which this checkout's bench measures. */
export async function compilePrograms(kind: "own" | "baseline", checkout: string = root): Promise<Programs> {
  const output = join(root, "node_modules", ".cache", "meerkat-bench", kind);
  rmSync(output, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ["bench/worker.ts", "bench/server.ts", "bench/relay.ts"],
    outdir: join(output, "dist"),
    outbase: ".",
    chunkNames: "shared/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    plugins: kind === "own" ? [] : [clientOf(resolve(checkout))],
    logLevel: "warning",
  });
  await buildModules({ root: resolve(checkout), outdir: join(output, "cli"), entries: ["cli/main"] });
  copyFileSync(join(root, "package.json"), join(output, "package.json"));
  return { bench: join(output, "dist", "bench"), meerkat: join(output, "cli", "cli", "main.js") };
}

/** The bench's clients are made of another checkout's public door. */
function clientOf(checkout: string): Plugin {
  return {
    name: "client-of-another-checkout",
    setup: (build) => {
      build.onResolve({ filter: /^(?:\.\.\/)+src\/index\.ts$/ }, () => ({
        path: join(checkout, "src", "index.ts"),
      }));
    },
  };
}
