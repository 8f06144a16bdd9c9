/**
 * Tries every small change of an area's files, and says how many of them a test or the compiler noticed: of all, and of
 * those that are not accepted, whose share has to be at least `leastKilled`. What is accepted has no effect that a test
 * could notice; where one notices it all the same, its row is wrong, and the area does not hold.
 */
import { isAccepted } from "./accepted/index.ts";
import { leastKilled, type Area } from "./areas.ts";
import { Bench } from "./bench.ts";
import { findRefused } from "./compiler.ts";
import { generateMutants } from "./generate.ts";
import { findFile, findTests, showMutant, type Mutant } from "./mutant.ts";
import { inParallel, type Run } from "./run.ts";
import { sweep } from "./sweep.ts";

export interface AreaOutcome {
  readonly holds: boolean;
  /** Names of those that survived without a reason. */
  readonly survivors: readonly string[];
}

const fates = ["killed by a test", "refused by the compiler", "accepted", "survived"] as const;
type Fate = (typeof fates)[number];

export async function tryArea(area: Area, run: Run): Promise<AreaOutcome> {
  const { tree, root, jobs } = run;
  const startedAt = performance.now();
  const log = (text: string): void =>
    console.error(`${area.name}, ${((performance.now() - startedAt) / 1_000).toFixed(0)} s: ${text}`);
  const all = filesOf(area, run).flatMap((file) => generateMutants(file, tree.get(file) ?? ""));
  const mutants = all.filter((mutant) => run.again?.has(nameOf(mutant, run)) ?? true);
  log(`${mutants.length} mutants`);
  const fate = new Map<Mutant, Fate>();
  const left = (): readonly Mutant[] => mutants.filter((mutant) => !fate.has(mutant));
  const bench = new Bench(root, tree);
  const onTest = (test: string, alive: number): void => log(`${alive} left after ${test}`);
  const quick = findTests(tree, area.quick);
  const { killed, undecided } = await sweep({ root, sources: tree, mutants, tests: quick, jobs, onTest });
  for (const [mutant, test] of killed) {
    fate.set(mutant, "killed by a test");
    bench.note(mutant, test);
  }
  for (const mutant of await findRefused(root, tree, left())) fate.set(mutant, "refused by the compiler");
  log(`${left().length} left after the compiler`);
  const trials = run.isQuick ? left().filter((mutant) => undecided.has(mutant)) : left();
  const wanted = run.isQuick ? quick : findTests(tree, [...area.quick, ...area.tests]);
  const tests = trials.length === 0 ? [] : await soundTests(wanted, { bench, jobs, log });
  let done = 0;
  await inParallel(trials, jobs, async (mutant) => {
    const outcome = await bench.try(mutant, tests);
    fate.set(mutant, outcome.kind === "killed" ? "killed by a test" : fateOfSurvivor(mutant, run));
    if (++done % 20 === 0) log(`${done} of ${trials.length} trials`);
  });
  bench.close();
  for (const mutant of left()) fate.set(mutant, fateOfSurvivor(mutant, run));
  return report(area, fate, { run, log });
}

function fateOfSurvivor(mutant: Mutant, { tree }: Run): Fate {
  const shown = showMutant(tree.get(mutant.file) ?? "", mutant);
  if (isAccepted(shown)) return "accepted";
  console.log(`SURVIVED ${shown.place} (${mutant.rule})\n  - ${shown.before}\n  + ${shown.after}`);
  return "survived";
}

interface Bystanders {
  readonly bench: Bench;
  readonly jobs: number;
  readonly log: (text: string) => void;
}

/** Those that pass without a mutant. */
async function soundTests(
  tests: readonly string[],
  { bench, jobs, log }: Bystanders,
): Promise<readonly string[]> {
  const failures = await inParallel(tests, jobs, (test) => bench.measure(test));
  return tests.filter((test, at) => {
    const failure = failures[at];
    if (failure !== undefined) log(`${test} fails without a mutant, and is left out: ${failure}`);
    return failure === undefined;
  });
}

function report(
  { name }: Area,
  fate: ReadonlyMap<Mutant, Fate>,
  { run, log }: { readonly run: Run; readonly log: (text: string) => void },
): AreaOutcome {
  const count = (wanted: Fate): number => [...fate.values()].filter((one) => one === wanted).length;
  const noticed = count("killed by a test") + count("refused by the compiler");
  const noticeable = fate.size - count("accepted");
  const share = noticeable === 0 ? 1 : noticed / noticeable;
  const percent = (part: number, whole: number): string =>
    `${((100 * part) / whole || 0).toFixed(1)} % of ${whole}`;
  log("over");
  console.log(
    `${name}: ${percent(noticed, noticeable)} that are not accepted were noticed, ${percent(noticed, fate.size)} in all: ${fates.map((one) => `${count(one)} ${one}`).join(", ")}`,
  );
  const wrong = [...fate].filter(([mutant, one]) => {
    return one !== "accepted" && isAccepted(showMutant(run.tree.get(mutant.file) ?? "", mutant));
  });
  for (const [mutant, one] of wrong) console.log(`ACCEPTED, BUT ${one}: ${nameOf(mutant, run)}`);
  const survivors = [...fate].filter(([, one]) => one === "survived").map(([mutant]) => nameOf(mutant, run));
  return { holds: share >= leastKilled && wrong.length === 0, survivors };
}

function filesOf({ files }: Area, { tree, file }: Run): readonly string[] {
  const found = files.flatMap((suffix) => {
    if (suffix.endsWith("/"))
      return [...tree.keys()].filter((path) => path.startsWith(suffix) && isSource(path));
    const path = findFile(tree, suffix);
    if (path === undefined)
      throw new Error(`there is not exactly one file ${suffix}: see tools/mutants/areas.ts`);
    return [path];
  });
  return found.filter((path) => file === undefined || path.endsWith(file));
}

function isSource(path: string): boolean {
  return path.endsWith(".ts") && !path.endsWith(".test.ts");
}

function nameOf(mutant: Mutant, { tree }: Run): string {
  const { place, before, after } = showMutant(tree.get(mutant.file) ?? "", mutant);
  return `${place.replace(/:\d+$/, "")} ${before} => ${after}`;
}
