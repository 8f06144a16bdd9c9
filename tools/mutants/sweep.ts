/** Kills what it can of many mutants at once: test by test, with every mutant that the test reaches. */
import { fileURLToPath } from "node:url";
import type { StageWord, SweepQuestion } from "./sweep-stage.ts";
import type { Mutant } from "./mutant.ts";
import { inParallel } from "./run.ts";
import { writeSchemata, type Numbered } from "./schemata.ts";
import { Worker } from "./worker.ts";

const stageFile = fileURLToPath(new URL("./sweep-stage.ts", import.meta.url));
/** For the loading of the tests; and for one test with one mutant in it, which without it is done in a moment. */
const patience = { loadingMs: 180_000, tryingMs: 15_000 };

export interface SweepRequest {
  readonly root: string;
  readonly sources: ReadonlyMap<string, string>;
  readonly mutants: readonly Mutant[];
  readonly tests: readonly string[];
  readonly jobs: number;
  readonly onTest: (test: string, alive: number) => void;
}

export interface Swept {
  /** By mutant, the test file that killed it. */
  readonly killed: ReadonlyMap<Mutant, string>;
  /**
   * Mutants that only a trial of its own can judge: of what is evaluated once, when a source is loaded; and those by
   * which a test went on for ever.
   */
  readonly undecided: ReadonlySet<Mutant>;
}

export async function sweep(request: SweepRequest): Promise<Swept> {
  const { root, mutants, tests, jobs } = request;
  const numbered = mutants.map((mutant, at): Numbered => ({ id: at + 1, mutant }));
  const alive = new Set(numbered.map(({ id }) => id));
  const killed = new Map<Mutant, string>();
  const undecided = new Set<number>();
  const sources = schemataOf(request, numbered);
  const idle: Worker<SweepQuestion, StageWord>[] = [];
  await inParallel(tests, jobs, async (test) => {
    for (let isOver = false; !isOver;) {
      const known = idle.pop();
      const worker = known ?? (await Worker.open<SweepQuestion, StageWord>(stageFile));
      const question = { test: root + test, alive: [...alive], ...(known === undefined ? { sources } : {}) };
      const found = await askStage(worker, question);
      for (const id of found.killed) {
        if (!alive.delete(id)) continue;
        const mutant = mutants[id - 1];
        if (mutant !== undefined) killed.set(mutant, test);
      }
      for (const id of [...found.loaded, ...found.doubtful]) undecided.add(id);
      isOver = !found.isCutShort;
      if (worker.isAlive && isOver) idle.push(worker);
      else worker.end();
      // Another round would meet them again.
      for (const id of found.doubtful) alive.delete(id);
    }
    request.onTest(test, alive.size);
  });
  for (const worker of idle) worker.end();
  return { killed, undecided: new Set(mutants.filter((_, at) => undecided.has(at + 1))) };
}

function schemataOf({ root, sources }: SweepRequest, numbered: readonly Numbered[]): Record<string, string> {
  const files = new Set(numbered.map(({ mutant }) => mutant.file));
  return Object.fromEntries(
    [...files].map((file) => [
      root + file,
      writeSchemata(
        sources.get(file) ?? "",
        numbered.filter(({ mutant }) => mutant.file === file),
      ),
    ]),
  );
}

interface Found {
  readonly killed: readonly number[];
  readonly doubtful: readonly number[];
  readonly loaded: readonly number[];
  /** Whether something was left behind, so that the rest has to be swept in a fresh process. */
  readonly isCutShort: boolean;
}

function askStage(worker: Worker<SweepQuestion, StageWord>, question: SweepQuestion): Promise<Found> {
  const killed: number[] = [];
  const doubtful: number[] = [];
  const loaded: number[] = [];
  let trying: number | undefined;
  let isSpoilt = false;
  return worker.ask<Found>(question, {
    listen: (word) => {
      if (word.kind === "over") return { killed, doubtful, loaded, isCutShort: isSpoilt };
      if (word.kind === "loaded") {
        loaded.push(...word.ids);
        return undefined;
      }
      trying = word.kind === "rested" ? undefined : word.id;
      if (word.kind === "killed") killed.push(word.id);
      else if (word.kind === "doubtful") doubtful.push(word.id);
      else if (word.kind === "spoilt") isSpoilt = true;
      return undefined;
    },
    // It goes round and round: whoever runs the tests would notice.
    onSilence: () => ({
      killed: trying === undefined ? killed : [...killed, trying],
      doubtful,
      loaded,
      isCutShort: trying !== undefined,
    }),
    patienceMs: () => (trying === undefined ? patience.loadingMs : patience.tryingMs),
  });
}
