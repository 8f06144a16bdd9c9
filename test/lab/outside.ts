/** Which clients that nobody here wrote are on this machine, for looking at the lab from outside. */
import { spawnSync } from "node:child_process";

/** Whether a program is on this machine. */
export function hasProgram(name: string, versionFlag: string): boolean {
  return spawnSync(name, [versionFlag], { stdio: "ignore" }).status === 0;
}

export const hasOpenssl: boolean = hasProgram("openssl", "version");
export const hasCurl: boolean = hasProgram("curl", "--version");
export const hasPython: boolean = hasProgram("python3", "--version");
export const hasCurlHttp2: boolean = /\bHTTP2\b/.test(
  spawnSync("curl", ["--version"]).stdout?.toString() ?? "",
);
export const hasNghttp: boolean = hasProgram("nghttp", "--version");
