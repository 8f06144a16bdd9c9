/** Writes docs/benchmarks.md and the chart in it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Missing } from "../run.ts";
import { renderChart } from "./chart.ts";
import type { Result } from "./result.ts";
import { renderTables, renderVersions } from "./table.ts";

const docs = join(import.meta.dirname, "..", "..", "docs");

export async function writeReport(result: Result, missing: readonly Missing[]): Promise<void> {
  await writeFile(join(docs, "benchmarks.svg"), renderChart(result.rows));
  await writeFile(join(docs, "benchmarks.md"), renderPage(result, missing));
}

function renderPage(result: Result, missing: readonly Missing[]): string {
  const { machine } = result;
  const memoryGib = Math.round(machine.memoryBytes / 2 ** 30);
  return `# Benchmarks

Written by \`npm run bench\`; not edited by hand.

${machine.cpu}, ${machine.cores} cores, ${memoryGib} GiB, ${machine.system}. ${renderVersions(result)}

![CPU time per request of each client](benchmarks.svg)

- Every client runs in a process of its own, the server in another, over loopback, on TLS with a certificate that each
  client verifies against the run's own root.
- The clients take turns, round by round, after a warm-up each; every figure is the median over the rounds, with the
  quartiles: half of the rounds lie between them.
- How much of its CPU time Meerkat takes is compared within each round, and the median of these ratios is given: whatever else
  the machine does meanwhile hits both.
- CPU time is that of the client's process, user and system together. It is the figure to compare: rates and latencies
  are those of this machine, on which the server takes its share of the cores.
- Bodies of small answers are parsed as JSON; those of 64 KiB are brought together in memory; a download is read piece
  by piece. Programs (curl, \`meerkat get\`) are measured by downloads alone, from their start to their end. A MB is 10^6 bytes of content.
- HTTP/1.1 and HTTP/2 are scenarios of their own, each at an origin that speaks nothing else. Over HTTP/2 every client has
  one connection; undici with \`allowH2\` and its defaults, \`node:http2\` by hand with windows of 16 MiB. What is 40 ms away
  is behind a relay in a process of its own that holds every chunk that long, each way.
- RSS is the peak of the process, programs and garbage included; for idle connections it is what a thousand of them
  added, after a garbage collection.

${renderTables(result, missing)}
`;
}
