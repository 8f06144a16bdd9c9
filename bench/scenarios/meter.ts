/** Measures what the process used between two moments. */
import type { Sample } from "../sample.ts";

/** Runs `work` and adds what it cost to what it says it did. Memory is the process's peak so far. */
export async function metered(
  work: () => Promise<Pick<Sample, "requests" | "latenciesMs" | "bytes" | "resumed">>,
): Promise<Sample> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const done = await work();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  // getrusage(2) gives the peak in KiB.
  return { ...done, wallMs, cpuUs: user + system, rssBytes: process.resourceUsage().maxRSS * 1_024 };
}
