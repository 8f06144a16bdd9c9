/** Programs that download: curl, and `meerkat get`. What one used is what its shell was told when it ended. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Sample } from "../sample.ts";
import type { Protocol } from "./client.ts";

export interface Download {
  readonly url: string;
  readonly protocol: Protocol;
  /** A file with the root to believe. */
  readonly caFile: string;
  /** Where the body goes. */
  readonly output: string;
}

/** The command that a program is, without a shell. */
export type DownloadCommand = (download: Download) => readonly string[];

const format = "%{http_code} %{size_download} %{time_total}\\n";

export const curlCommand: DownloadCommand = ({ url, protocol, caFile, output }) => {
  const version = protocol === "h2" ? "--http2" : "--http1.1";
  return ["curl", "-sS", "-f", version, "--cacert", caFile, "-o", output, "-w", format, url];
};

/** The built program at `main`, under this Node. */
export function getCommand(main: string): DownloadCommand {
  return ({ url, caFile, output }) => {
    const flags = ["-s", "--cacert", caFile, "-o", output, "-w", format];
    return [process.execPath, main, "get", ...flags, url];
  };
}

/** bash's `time` asks getrusage(2) what the program used, to the millisecond, from its start to its end. */
const timed = `TIMEFORMAT='used %3U %3S'; time "$@"`;

/** One download. CPU is `undefined` where there is no bash, memory where there is no /proc. */
export async function downloadBy(command: readonly string[]): Promise<Sample> {
  const child = spawn("bash", ["-c", timed, "bash", ...command], { stdio: ["ignore", "pipe", "pipe"] });
  let rssBytes: number | undefined;
  const watch = setInterval(() => (rssBytes = peakOf(child.pid) ?? rssBytes), 20);
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  clearInterval(watch);
  const [status, bytes = 0, seconds = 0] = output.trim().split(" ").map(Number);
  if (status !== 200) throw new Error(`${command[0]} said ${output.trim()} ${errors.trim()}`);
  const [, user, system] = /^used ([\d.]+) ([\d.]+)$/m.exec(errors) ?? [];
  return {
    requests: 1,
    cpuUs: user === undefined ? undefined : (Number(user) + Number(system)) * 1e6,
    wallMs: seconds * 1_000,
    latenciesMs: [seconds * 1_000],
    bytes,
    rssBytes,
    resumed: 0,
  };
}

/** The peak so far of the one program that a shell runs: proc(5), `VmHWM`. */
function peakOf(shell: number | undefined): number | undefined {
  try {
    const [child = ""] = readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8").split(" ");
    const peakKib = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child}/status`, "utf8"))?.[1];
    return peakKib === undefined ? undefined : Number(peakKib) * 1_024;
  } catch {
    return undefined;
  }
}
