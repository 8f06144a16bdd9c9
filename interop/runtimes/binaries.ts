/**
 * Bun and Deno, where they are installed: on the PATH, or where `MEERKAT_BUN` and `MEERKAT_DENO` say. `.ci/run` fetches both
 * from npm (`@oven/bun-linux-x64`, `@deno/linux-x64-glibc`) and keeps them outside of the project.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bun, deno, type Runtime } from "../../src/runtime/index.ts";
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

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of the project on the runtime, to its end. */
export function run(
  command: readonly string[] | undefined,
  args: readonly string[],
  {
    stdin = "",
    more = {},
  }: { readonly stdin?: string; readonly more?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const [program = "", ...before] = command ?? [];
  const child = spawn(program, [...before, ...args], {
    cwd: root,
    env: { ...process.env, ...quiet, ...more },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** Nothing of this machine's own: no proxy, no colours. */
const quiet = { NO_COLOR: "1", NO_PROXY: "*", no_proxy: "*" };
