/**
 * Meerkat beside its peers, over HTTPS on loopback: CPU time a request first, since wall clock is noisy, then the rest.
 * `npm run bench`, `npm run bench -- --json --quick --only small-1,download`
 *
 * Everything measured runs as compiled programs in processes of their own, under Node itself; what is compiled is
 * what is in `src` now. A whole run writes docs/benchmarks.md.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { compilePrograms } from "./compile.ts";
import { clientNames, type ClientName } from "./clients/index.ts";
import { describeMachine, describeVersions } from "./machine.ts";
import { downloadSizes, planFor } from "./plan.ts";
import { renderTables } from "./report/table.ts";
import { writeReport } from "./report/write.ts";
import { runScenario, startServer, type Missing } from "./run.ts";
import type { Row } from "./sample.ts";
import { scenarios, type Scenario } from "./scenarios/index.ts";

const { json, only, clients, quick: isQuick } = parseArguments();
const scratch = mkdtempSync(join(tmpdir(), "bench-"));
try {
  const places = { programs: await compilePrograms(), scratch };
  const server = await startServer(places, [65_536, ...downloadSizes(isQuick)]);
  const rows: Row[] = [];
  const missing: Missing[] = [];
  for (const scenario of only ?? scenarios) {
    const startedAt = performance.now();
    const plan = planFor(scenario.name, isQuick);
    const found = await runScenario(scenario, { server, places, plan, clients: clients ?? clientNames });
    rows.push(...found.rows);
    missing.push(...found.missing);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    process.stderr.write(`${scenario.name}: ${seconds} s\n`);
  }
  server.stop();
  const result = { machine: describeMachine(), versions: describeVersions(server.origins.server), rows };
  for (const { scenario, client, reason } of missing)
    process.stderr.write(`no figure for ${client} in ${scenario}: ${reason}\n`);
  const isWhole = !isQuick && only === undefined && clients === undefined;
  if (isWhole) await writeReport(result, missing);
  process.stdout.write(
    json ? `${JSON.stringify(result, undefined, 2)}\n` : `${renderTables(result, missing)}\n`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

interface Arguments {
  readonly json: boolean;
  readonly quick: boolean;
  readonly only?: readonly Scenario[];
  readonly clients?: readonly ClientName[];
}

function parseArguments(): Arguments {
  return new Command("npm run bench --")
    .description("Measures Meerkat beside its peers.")
    .option("--json", "print the figures as JSON", false)
    .option("--quick", "take less than 50 seconds, and be less exact", false)
    .option("--only <scenarios>", "these alone, with commas between", (list) =>
      pick(scenarios, list, ({ name }) => name),
    )
    .option("--clients <clients>", "these alone, with commas between", (list) =>
      pick(clientNames, list, (name) => name),
    )
    .parse()
    .opts<Arguments>();
}

/** Those of `all` that a list with commas names, in their own order. */
function pick<T>(all: readonly T[], list: string, nameOf: (one: T) => string): readonly T[] {
  const wanted = list.split(",");
  const unknown = wanted.find((name) => !all.some((one) => nameOf(one) === name));
  if (unknown === undefined) return all.filter((one) => wanted.includes(nameOf(one)));
  throw new InvalidArgumentError(`There is no ${unknown}; there are ${all.map(nameOf).join(", ")}.`);
}
