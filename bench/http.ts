/**
 * Meerkat beside its peers, over HTTPS on loopback: CPU time a request first, since wall clock is noisy, then the rest.
 * `npm run bench`, `npm run bench -- --json --quick --only small-1,download --rounds 21`
 *
 * Everything measured runs as compiled programs in processes of their own, under Node itself; what is compiled is
 * what is in `src` now. A whole run writes docs/benchmarks.md. `--baseline DIR` compares this checkout with another one
 * instead: both take turns in the same run, which shows differences of a few percent.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { compilePrograms } from "./compile.ts";
import { clientNames, type ClientName } from "./clients/index.ts";
import type { Entry } from "./contender.ts";
import { describeMachine, describeVersions } from "./machine.ts";
import { downloadSizes, planFor, type Kind } from "./plan.ts";
import { renderJson } from "./report/json.ts";
import { renderTables } from "./report/table.ts";
import { writeReport } from "./report/write.ts";
import { runScenario, startServer, type Missing } from "./run.ts";
import type { Row } from "./sample.ts";
import { scenarios, type Scenario } from "./scenarios/index.ts";

const { json, only, clients, quick: isQuick, rounds, baseline } = parseArguments();
const kind: Kind = baseline !== undefined ? "baseline" : isQuick ? "quick" : "whole";
const scratch = mkdtempSync(join(tmpdir(), "bench-"));
try {
  const own = await compilePrograms("own");
  const programs =
    baseline === undefined ? { own } : { own, baseline: await compilePrograms("baseline", baseline) };
  const server = await startServer(own, [65_536, ...downloadSizes(kind)]);
  const caFile = join(scratch, "ca.pem");
  writeFileSync(caFile, server.ca);
  const places = { programs, scratch, caFile };
  const rows: Row[] = [];
  const missing: Missing[] = [];
  for (const scenario of only ?? scenarios) {
    const startedAt = performance.now();
    const plan = planFor(scenario.name, kind, rounds);
    const found = await runScenario(scenario, { server, places, plan, entries: entriesFor(kind, clients) });
    rows.push(...found.rows);
    missing.push(...found.missing);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    process.stderr.write(`${scenario.name}: ${seconds} s\n`);
  }
  server.stop();
  const result = { machine: describeMachine(), versions: describeVersions(server.origins.server), rows };
  for (const { scenario, client, reason } of missing)
    process.stderr.write(`no figure for ${client} in ${scenario}: ${reason}\n`);
  const isWhole = kind === "whole" && only === undefined && clients === undefined;
  if (isWhole) await writeReport(result, missing);
  process.stdout.write(json ? `${renderJson(result)}\n` : `${renderTables(result, missing)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Beside another checkout, whatever is Meerkat's takes part twice, and nobody else unless it was asked for. */
function entriesFor(kind: Kind, asked: readonly ClientName[] | undefined): readonly Entry[] {
  if (kind !== "baseline") return (asked ?? clientNames).map((client) => ({ client, checkout: "own" }));
  return (asked ?? (["meerkat", "meerkat get"] as const)).flatMap((client): readonly Entry[] =>
    client.startsWith("meerkat")
      ? [
          { client, checkout: "own" },
          { client, checkout: "baseline" },
        ]
      : [{ client, checkout: "own" }],
  );
}

interface Arguments {
  readonly json: boolean;
  readonly quick: boolean;
  readonly only?: readonly Scenario[];
  readonly clients?: readonly ClientName[];
  readonly rounds?: number;
  readonly baseline?: string;
}

function parseArguments(): Arguments {
  return new Command("npm run bench --")
    .description("Measures Meerkat beside its peers.")
    .option("--json", "print the figures as JSON, those of each round too", false)
    .option("--quick", "take less than a minute, and be less exact", false)
    .option("--only <scenarios>", "these alone, with commas between", (list) =>
      pick(scenarios, list, ({ name }) => name),
    )
    .option("--clients <clients>", "these alone, with commas between", (list) =>
      pick(clientNames, list, (name) => name),
    )
    .option("--rounds <n>", "how often each client is measured", parseCount)
    .option("--baseline <dir>", "compare with another checkout of Meerkat, by many short rounds")
    .parse()
    .opts<Arguments>();
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("A count of rounds is 1 or more.");
}

/** Those of `all` that a list with commas names, in their own order. */
function pick<T>(all: readonly T[], list: string, nameOf: (one: T) => string): readonly T[] {
  const wanted = list.split(",");
  const unknown = wanted.find((name) => !all.some((one) => nameOf(one) === name));
  if (unknown === undefined) return all.filter((one) => wanted.includes(nameOf(one)));
  throw new InvalidArgumentError(`There is no ${unknown}; there are ${all.map(nameOf).join(", ")}.`);
}
