/** A plan whose store is away: it is looked at again and again, and that is told at the beginning and at the end. */
import { expect, test } from "vitest";
import type { LogLine } from "../log-line.ts";
import { WatchError } from "../watch-error.ts";
import { planner, type PlanRequest } from "./plan.ts";
import type { JobOf, PlansData } from "./work.ts";

class Delayed extends Error {}

test("a store that is away is told once, and once that it is back; the plan waits for it, and does not fail", async () => {
  const lines: LogLine[] = [];
  let isAway = true;
  const delayed: number[] = [];
  const ended: string[] = [];
  const plan = planner({
    work: {
      place: "here",
      errors: { DelayedError: Delayed },
      shards: { getJobCountByTypes: () => Promise.resolve(0) },
    },
    store: { due: () => (isAway ? Promise.reject(new WatchError("It is away.")) : Promise.resolve([])) },
    now: () => 0,
    lookMs: 1,
    log: (line: LogLine) => lines.push(line),
    onRunEnd: (run: string) => ended.push(run),
  } as unknown as PlanRequest);
  const job = {
    data: { kind: "plan", run: "here 1", beganAt: 0, round: 0, left: "", idle: 0 },
    moveToDelayed: (at: number) => Promise.resolve(delayed.push(at)),
  } as unknown as JobOf<PlansData>;
  for (let times = 0; times < 3; times++) await expect(plan(job, "token")).rejects.toThrow(Delayed);
  isAway = false;
  await plan(job, "token");
  expect(delayed).toEqual([5_000, 5_000, 5_000]);
  expect(ended).toEqual(["here 1"]);
  expect(lines.map(({ event, sentence }) => [event, sentence])).toEqual([
    ["store-away", "The store does not answer (plan): It is away. It is tried again."],
    ["store-back", "The store answers again (plan)."],
  ]);
});
