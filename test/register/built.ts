/** The package's doors as one build, for programs that run by themselves, and how such a program is run. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Format } from "esbuild";
import { run as runChild, type Outcome } from "../child.ts";
import { constantVersion } from "../../tools/build/constant-version.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Built extends Disposable {
  /** The paths of `meerkat/register`, and of `meerkat`. */
  readonly register: string;
  readonly meerkat: string;
  /** Writes a file beside them, and gives its path. */
  readonly write: (name: string, text: string) => string;
}

/** Builds both doors as one, so that they share what they know. */
export async function buildDoors(format: Format): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-register-"));
  const ending = format === "esm" ? ".mjs" : ".cjs";
  await build({
    entryPoints: [join(root, "src/register.ts"), join(root, "src/index.ts")],
    outdir: folder,
    outExtension: { ".js": ending },
    bundle: true,
    splitting: format === "esm",
    format,
    platform: "node",
    target: "node20.19",
    external: ["tough-cookie"],
    plugins: [constantVersion()],
    logLevel: "error",
  });
  return {
    register: join(folder, `register${ending}`),
    meerkat: join(folder, `index${ending}`),
    write: (name, text) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** Runs a program of `programs/` to its end, with nothing of this process's environment that it would be changed by. */
export function run(
  flags: readonly string[],
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  return runChild(process.execPath, [...flags, ...args], {
    cwd: fileURLToPath(new URL("./programs/", import.meta.url)),
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
  });
}
