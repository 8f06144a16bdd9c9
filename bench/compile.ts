/** Builds what is measured the way the package is built: tsx would add code of its own, and many files memory. */
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const output = join(root, "node_modules", ".cache", "meerkat-bench");

/** The folder of the compiled `bench`. */
export async function compilePrograms(): Promise<string> {
  rmSync(output, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ["bench/worker.ts", "bench/server.ts"],
    outdir: join(output, "dist"),
    outbase: ".",
    chunkNames: "shared/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.18",
    packages: "external",
    logLevel: "warning",
  });
  copyFileSync(join(root, "package.json"), join(output, "package.json"));
  return join(output, "dist", "bench");
}
