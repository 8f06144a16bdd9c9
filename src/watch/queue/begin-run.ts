/** Has a place visit what is due: a run, which workers share. */
import { runName } from "./run-names.ts";
import { planOneByOne } from "./one-plan.ts";
import { addPlan } from "./plan.ts";
import type { Work } from "./work.ts";

/** Begins a run now, and says what it is called. What is due at `beganAt` is visited in it. */
export async function beginRun(work: Work, beganAt: number): Promise<string> {
  await addPlan(work, beganAt);
  return runName(work.place, beganAt);
}

/** Has BullMQ begin a run every so often, however often this is asked for: from then on, whoever asked may end. */
export async function scheduleRuns({ plans }: Work, everyMs: number): Promise<void> {
  const known = await plans.getJobScheduler(schedule);
  // A schedule that is set anew begins anew.
  if (known?.every === everyMs) return;
  // As when the queue was opened: it may have lost everything since.
  await planOneByOne(plans);
  const opts = { removeOnComplete: true, removeOnFail: true };
  await plans.upsertJobScheduler(
    schedule,
    { every: everyMs },
    { name: "tick", data: { kind: "tick" }, opts },
  );
}

const schedule = "runs";
