/** Clients that nobody here wrote, for looking at the lab from outside. */
import { execFile, spawnSync } from "node:child_process";

/** Whether a program is on this machine. */
export function hasProgram(name: string, versionFlag: string): boolean {
  return spawnSync(name, [versionFlag], { stdio: "ignore" }).status === 0;
}

export const hasOpenssl: boolean = hasProgram("openssl", "version");
export const hasCurl: boolean = hasProgram("curl", "--version");
export const hasPython: boolean = hasProgram("python3", "--version");

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; `input` is its standard input. A program that fails is an outcome, not an error. */
export function run(name: string, args: readonly string[], input = ""): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(name, args, { timeout: 120_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({
        status: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      });
    });
    child.stdin?.on("error", () => undefined); // A program that ends without reading it has had enough.
    child.stdin?.end(input);
  });
}
