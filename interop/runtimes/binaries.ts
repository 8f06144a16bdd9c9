/**
 * Bun and Deno, where they are installed: on the PATH, or where `MEERKAT_BUN` and `MEERKAT_DENO` say. `.ci/run` fetches both
 * from npm (`@oven/bun-linux-x64`, `@deno/linux-x64-glibc`) and keeps them outside of the project.
 */
import { fileURLToPath } from "node:url";
import { bun, deno, type Runtime } from "../../src/runtime/index.ts";
import { run as runChild, type Outcome } from "../../test/child.ts";
import { findProgram } from "../servers/process.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Binary {
  readonly runtime: Runtime;
  /** The program and what stands before a script; `undefined` where it is not installed. */
  readonly command: readonly string[] | undefined;
  /** What switches the runtime's own verification off, as far as it has such a switch. */
  readonly careless: { readonly env: Readonly<Record<string, string>>; readonly flags: readonly string[] };
}

const named = (variable: string, name: string): string | undefined =>
  process.env[variable] ?? findProgram(name);

const bunPath = named("MEERKAT_BUN", "bun");
const denoPath = named("MEERKAT_DENO", "deno");
const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };

export const binaries: readonly Binary[] = [
  { runtime: bun, command: bunPath === undefined ? undefined : [bunPath], careless: { env, flags: [] } },
  {
    runtime: deno,
    command: denoPath === undefined ? undefined : [denoPath, "run", "-A", "--no-lock", "--quiet"],
    careless: { env, flags: ["--unsafely-ignore-certificate-errors"] },
  },
];

/** Runs a script of the project on the runtime, to its end. */
export function run(
  command: readonly string[] | undefined,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const [program = "", ...before] = command ?? [];
  return runChild(program, [...before, ...args], { cwd: root, env: { ...process.env, ...quiet, ...more } });
}

/** Nothing of this machine's own: no proxy, no colours. */
const quiet = { NO_COLOR: "1", NO_PROXY: "*", no_proxy: "*" };
