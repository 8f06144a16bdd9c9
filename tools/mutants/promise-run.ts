/** Breaks each promise of the table in its turn. */
import type { Tree } from "../tidy/index.ts";
import { Bench } from "./bench.ts";
import { findFile, findTests, type Mutant } from "./mutant.ts";
import { promises, type BrokenPromise } from "./promises/index.ts";
import { inParallel, type Run } from "./run.ts";

/** Whether every promise is held by one of the tests that its row names. */
export async function tryPromises(run: Run): Promise<boolean> {
  const { root, tree, jobs } = run;
  const rows = promises.filter(({ file }) => run.file === undefined || file.endsWith(run.file));
  const bench = new Bench(root, tree);
  const startedAt = performance.now();
  const tests = findTests(
    tree,
    rows.flatMap((row) => row.tests),
  );
  // A test that is red as it is notices nothing.
  const red = new Map<string, string>();
  await inParallel(tests, jobs, async (test) => {
    const failure = await bench.measure(test);
    if (failure !== undefined) red.set(test, failure);
  });
  for (const [test, failure] of red) console.log(`RED       ${test}: ${failure}`);
  const faults = await inParallel(rows, jobs, async (row) => {
    const fault = await tryPromise(row, { run, bench, red });
    console.log(
      fault === undefined ? `held      ${row.law}` : `NOT HELD  ${row.law}\n  ${row.file}: ${fault}`,
    );
    return fault;
  });
  bench.close();
  const broken = faults.filter((fault) => fault !== undefined).length;
  const time = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log(`${rows.length - broken} of ${rows.length} promises are held by a test (${time} s)`);
  return broken === 0 && red.size === 0;
}

interface Means {
  readonly run: Run;
  readonly bench: Bench;
  readonly red: ReadonlyMap<string, string>;
}

async function tryPromise(row: BrokenPromise, { run, bench, red }: Means): Promise<string | undefined> {
  const found = findBreach(row, run.tree);
  if (typeof found === "string") return found;
  const tests = found.tests.filter((test) => !red.has(test));
  const outcome = await bench.try(found.mutant, tests);
  return outcome.kind === "killed" ? undefined : `no test notices ${JSON.stringify(row.becomes)}`;
}

/** The mutant of a row and its tests, or why the row fits the tree no more. */
export function findBreach(
  row: BrokenPromise,
  tree: Tree,
): string | { readonly mutant: Mutant; readonly tests: readonly string[] } {
  const file = findFile(tree, row.file);
  if (file === undefined) return "there is not exactly one file of this name";
  const source = tree.get(file) ?? "";
  const start = source.indexOf(row.code);
  if (start === -1) return `${JSON.stringify(row.code)} is not there any more`;
  if (source.includes(row.code, start + 1)) return `${JSON.stringify(row.code)} is there more than once`;
  const tests = findTests(tree, row.tests);
  if (tests.length === 0) return `there is no test ${row.tests.join(", ")}`;
  const end = start + row.code.length;
  return { mutant: { file, start, end, replacement: row.becomes, rule: "promise" }, tests };
}
