/** Compiles what is measured: tsx would add code of its own to it. */
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const output = join(root, "node_modules", ".cache", "meerkat-bench");

/** The folder of the compiled `bench`. */
export function compilePrograms(): string {
  const compiler = join(root, "node_modules", ".bin", "tsc");
  const settings = join(root, "bench", "tsconfig.emit.json");
  const { status, stdout } = spawnSync(compiler, ["-p", settings, "--noCheck"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`tsc could not write what is to be measured:\n${stdout}`);
  copyFileSync(join(root, "package.json"), join(output, "package.json"));
  return join(output, "bench");
}
