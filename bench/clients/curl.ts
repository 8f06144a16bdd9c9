/** curl, a program of its own: what it used is read from the machine's own accounts, as far as there are any. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sample } from "../sample.ts";

/** Linux counts CPU time in hundredths of a second (sysconf(3), `_SC_CLK_TCK`). */
const usPerTick = 10_000;

/** One download to nowhere. CPU and memory are `undefined` where there is no /proc. */
export async function downloadByCurl(url: string, ca: string): Promise<Sample> {
  const caFile = join(tmpdir(), `bench-ca-${process.pid}.pem`);
  writeFileSync(caFile, ca);
  const format = "%{http_code} %{size_download} %{time_total}";
  const child = spawn("curl", ["-sS", "-f", "--cacert", caFile, "-o", "/dev/null", "-w", format, url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let used: Used | undefined;
  const watch = setInterval(() => (used = usedBy(child.pid) ?? used), 5);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  clearInterval(watch);
  const [status, bytes = 0, seconds = 0] = output.split(" ").map(Number);
  if (status !== 200) throw new Error(`curl said ${output}`);
  return {
    requests: 1,
    cpuUs: used?.cpuUs,
    wallMs: seconds * 1_000,
    latenciesMs: [seconds * 1_000],
    bytes,
    rssBytes: used?.rssBytes,
    resumed: 0,
  };
}

interface Used {
  readonly cpuUs: number;
  readonly rssBytes: number;
}

/** What a running process has used: proc(5), `stat` fields 14 and 15, and `VmHWM` of `status`. */
function usedBy(pid: number | undefined): Used | undefined {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    const peakKib = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    if (peakKib === undefined) return undefined;
    return {
      cpuUs: (Number(afterName[11]) + Number(afterName[12])) * usPerTick,
      rssBytes: Number(peakKib) * 1_024,
    };
  } catch {
    return undefined;
  }
}
