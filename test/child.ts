/** Another program, run to its end: what it printed, and how it ended. A program that fails is an outcome, not an error. */
import { execFile } from "node:child_process";

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildSetting {
  /** Default: this process's. */
  readonly cwd?: string;
  /** Everything that the program finds in its environment. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** What it reads. Default: nothing. */
  readonly stdin?: string;
}

/** For what hangs: less than the tests of other programs may take, so that a test can say which program it was. */
const longestMs = 120_000;
const longestOutputBytes = 1 << 26;

/** @throws Error for a program that cannot be started, or that a signal ended, with what it had printed */
export function run(
  command: string,
  args: readonly string[],
  { cwd, env, stdin = "" }: ChildSetting = {},
): Promise<Outcome> {
  const limits = { timeout: longestMs, maxBuffer: longestOutputBytes };
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { cwd, env, ...limits }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === "number") resolve({ exitCode, stdout, stderr });
      else reject(new Error(`${error?.message}\n${stdout}${stderr}`));
    });
    child.stdin?.on("error", () => {}); // A program that ends without reading it has had enough.
    child.stdin?.end(stdin);
  });
}
