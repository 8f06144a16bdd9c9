/** Has a place visit all its endpoints once: a run, which workers share. */
import { runName } from "./run-names.ts";
import { addPlan } from "./plan.ts";
import type { Work } from "./work.ts";

/** Begins a run now, and says what it is called. */
export async function beginRun(work: Work, beganAt: number): Promise<string> {
  const run = runName(work.place, beganAt);
  await addPlan(work, run);
  return run;
}
