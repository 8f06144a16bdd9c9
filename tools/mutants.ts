/**
 * `npm run mutants`: breaks each promise of the project in its turn, by a small change of the source, and fails when
 * every test stays green. `npm run mutants -- AREA...` tries every small change of an area's files instead,
 * and fails when fewer than nine in ten are noticed. Those of `mutants/accepted/` have no effect that a test could
 * notice, and are counted apart.
 *
 * Nothing is written into the project: the tests are served the changed source.
 */
import { writeFileSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { areas, tryArea, tryPromises, type Run } from "./mutants/index.ts";
import { readTree } from "./tidy/index.ts";

const usage = `usage: npm run mutants -- [AREA...] [--file SUFFIX] [--jobs N] [--out FILE] [--again FILE] [--quick]
areas: ${areas.map(({ name }) => name).join(", ")}, all; without one, the table of promises`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      file: { type: "string" },
      jobs: { type: "string", default: String(cpus().length) },
      out: { type: "string" },
      again: { type: "string" },
      quick: { type: "boolean", default: false },
    },
  });
  const asked = positionals.includes("all") ? areas : areas.filter(({ name }) => positionals.includes(name));
  if (positionals.length > 0 && asked.length === 0) {
    console.error(usage);
    return 2;
  }
  const root = fileURLToPath(new URL("../", import.meta.url));
  const run: Run = {
    root,
    tree: readTree(root),
    jobs: Math.max(1, Number(values.jobs)),
    file: values.file,
    isQuick: values.quick,
    again:
      values.again === undefined
        ? undefined
        : new Set(JSON.parse(readFileSync(values.again, "utf8")) as string[]),
  };
  if (asked.length === 0) return (await tryPromises(run)) ? 0 : 1;
  const survivors: string[] = [];
  let holds = true;
  for (const area of asked) {
    const outcome = await tryArea(area, run);
    holds &&= outcome.holds;
    survivors.push(...outcome.survivors);
  }
  if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(survivors, undefined, 1));
  return holds ? 0 : 1;
}

process.exit(await main());
