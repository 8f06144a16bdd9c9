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
import { renderTables } from "./report/table.ts";
import { writeReport } from "./report/write.ts";
import { runScenario, startServer, type Missing, type Plan } from "./run.ts";
import type { Row } from "./sample.ts";
import { scenarios, type Scenario } from "./scenarios/index.ts";

const mebibyte = 1_048_576;

const whole: Plan = {
  rounds: 7,
  heavyRounds: 5,
  warmUp: { ms: 1_000, downloadBytes: 256 * mebibyte, uploadBytes: 64 * mebibyte },
  effort: { ms: 1_000, downloadBytes: 1_024 * mebibyte, uploadBytes: 256 * mebibyte },
};

/** Enough to see that everything works, and roughly how it compares. */
const quick: Plan = {
  rounds: 2,
  heavyRounds: 1,
  warmUp: { ms: 300, downloadBytes: 16 * mebibyte, uploadBytes: 8 * mebibyte },
  effort: { ms: 150, downloadBytes: 128 * mebibyte, uploadBytes: 32 * mebibyte },
};

const { json, only, clients, quick: isQuick } = parseArguments();
const plan = isQuick ? quick : whole;
const scratch = mkdtempSync(join(tmpdir(), "bench-"));
try {
  const places = { programs: await compilePrograms(), scratch };
  const sizes = [65_536, plan.warmUp.downloadBytes, plan.effort.downloadBytes];
  const server = await startServer(places, sizes);
  const rows: Row[] = [];
  const missing: Missing[] = [];
  for (const scenario of only ?? scenarios) {
    process.stderr.write(`${scenario.name}\n`);
    const found = await runScenario(scenario, { server, places, plan, clients: clients ?? clientNames });
    rows.push(...found.rows);
    missing.push(...found.missing);
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
