/**
 * Divides a run into shards, a round at a time, until every endpoint that was due at its beginning was visited in it.
 *
 * A round is planned when the place's queue of shards is empty, from what the store says is not visited yet. So whatever
 * happened to the round before (a worker was killed, the planner was, the queue forgot something, an endpoint moved to another
 * network) is made good by the next one, and no two shards that are there at a time touch the same network.
 *
 * Q: Endpoints whose addresses change with each question? A: A worker gives back what is not where the plan had it. From the
 * third round on, what is left is one shard, which is alone in the queue and may touch every network; where it is more than
 * `longestShard` it is divided once more.
 */
import type { WatchedEndpoint } from "../../fleet/index.ts";
import { workLimits } from "../limits.ts";
import type { Log } from "../log-line.ts";
import type { Store } from "../store/port.ts";
import { networkOf } from "../visit/pace.ts";
import { WatchError } from "../watch-error.ts";
import { planId, runName, shardId } from "./run-names.ts";
import { groupShards, type Placed, type Shard } from "./shards.ts";
import type { JobOf, PlanData, PlansData, Processor, Work } from "./work.ts";

export interface PlanRequest {
  readonly work: Work;
  readonly store: Pick<Store, "due" | "unvisited">;
  /** Where an endpoint's visits queue up, as this place's network has it: its addresses; none where it has none. */
  readonly linesOf: (endpoint: WatchedEndpoint) => Promise<readonly string[]>;
  readonly random: () => number;
  readonly now: () => number;
  readonly lookMs: number;
  readonly log: Log;
  readonly onRunEnd?: ((run: string) => void) | undefined;
}

export async function addPlan({ place, plans }: Work, beganAt: number): Promise<void> {
  const run = runName(place, beganAt);
  await plans.add("plan", { kind: "plan", run, beganAt, round: 0, left: "", idle: 0 }, planOptions(run));
}

function planOptions(run: string): object {
  return {
    jobId: planId(run),
    // Kept for a day, so that a run that is over is not begun again by whoever asks for it late.
    removeOnComplete: { age: 86_400 },
    removeOnFail: { age: 86_400 },
    attempts: 1_000_000,
    backoff: { type: "fixed", delay: workLimits.attemptMs.value },
  };
}

export function planner(request: PlanRequest): Processor<PlansData> {
  const health = new StoreHealth(request.log);
  return async (job, token = "") => {
    const { data } = job;
    if (data.kind === "tick") return tick(request, job);
    if ((await shardsThere(request.work)) > 0) return later(request, job, token);
    const due = await health.watch(() => readLeft(request, data));
    if (due === undefined) return later({ ...request, lookMs: workLimits.attemptMs.value }, job, token);
    const left = leftName(due);
    const idle = left === data.left ? data.idle + 1 : 0;
    if (due.length === 0 || idle >= workLimits.idleRounds.value) return endRun(request, data.run, due.length);
    const shards =
      data.round < 2 || due.length > workLimits.longestShard.value ? await divide(request, due) : alone(due);
    // Whoever was suspended for so long that another plans by now ends here.
    if ((await job.extendLock(token, request.work.leaseMs)) !== 1)
      throw new Error("The plan was given to another worker.");
    await job.updateData({ ...data, round: data.round + 1, left, idle });
    await addShards(request.work, data, shards);
    return later(request, job, token);
  };
}

/** Says once that the store is away, and once that it is back: a plan is looked at every few seconds. */
class StoreHealth {
  readonly #log: Log;
  #isAway = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** What came of it; `undefined` where the store is away. */
  async watch<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const outcome = await work();
      if (this.#isAway)
        this.#log({ level: "info", event: "store-back", sentence: "The store answers again (plan)." });
      this.#isAway = false;
      return outcome;
    } catch (error) {
      // Whatever else it is is a fault of ours, and the job's.
      if (!(error instanceof WatchError)) throw error;
      const sentence = `The store does not answer (plan): ${error.message.replace(/\.$/, "")}. It is tried again.`;
      if (!this.#isAway) this.#log({ level: "error", event: "store-away", sentence });
      this.#isAway = true;
      return undefined;
    }
  }
}

/** One run after the other: where one is under way, what is due is left to the next. */
async function tick({ work }: PlanRequest, job: JobOf<PlansData>): Promise<void> {
  const jobs = await work.plans.getJobs(["waiting", "delayed", "active", "prioritized"]);
  if (jobs.some((one) => one?.data.kind === "plan")) return;
  await addPlan(work, momentOf(job));
}

/** When the scheduler meant it to be: the last part of its id. */
function momentOf({ id = "", timestamp }: JobOf<PlansData>): number {
  const meant = Number(id.split(":").at(-1));
  return Number.isSafeInteger(meant) && meant > 0 ? meant : timestamp;
}

async function shardsThere({ shards }: Work): Promise<number> {
  return shards.getJobCountByTypes("waiting", "active", "delayed", "prioritized");
}

async function later(
  { work, now, lookMs }: PlanRequest,
  job: JobOf<PlansData>,
  token: string,
): Promise<never> {
  await job.moveToDelayed(now() + lookMs, token);
  throw new work.errors.DelayedError();
}

/** What was due at the run's beginning and has no visit in it: the longest overdue, where there are more than one run takes. */
async function readLeft(
  { store, work: { place } }: PlanRequest,
  { run, beganAt }: PlanData,
): Promise<readonly WatchedEndpoint[]> {
  const due = await store.due({ place, now: beganAt, limit: workLimits.longestRun.value });
  const left: WatchedEndpoint[] = [];
  const most = workLimits.readAtOnce.value;
  for (let from = 0; from < due.length; from += most) {
    const among = due.slice(from, from + most).map(({ endpoint }) => endpoint.id);
    left.push(...(await store.unvisited({ run, place, among, limit: among.length })));
  }
  return left;
}

/** The same for the same endpoints. */
function leftName(left: readonly WatchedEndpoint[]): string {
  return shardId(
    "left",
    0,
    left.map(({ id }) => id),
  );
}

async function divide(
  { linesOf, random }: PlanRequest,
  left: readonly WatchedEndpoint[],
): Promise<readonly Shard[]> {
  const placed: Placed[] = [];
  const queue = left.values();
  const work = async (): Promise<void> => {
    for (const endpoint of queue) {
      const lines = await linesOf(endpoint).catch(() => []);
      placed.push({ id: endpoint.id, networks: [...new Set(lines.map(networkOf))] });
    }
  };
  await Promise.all(Array.from({ length: workLimits.resolvedAtOnce.value }, work));
  return groupShards(placed, random);
}

function alone(
  left: readonly WatchedEndpoint[],
): readonly (Omit<Shard, "networks"> & { readonly networks: null })[] {
  return [{ endpoints: left.map(({ id }) => id), networks: null }];
}

async function addShards(
  { shards }: Work,
  { run, round }: PlanData,
  all: readonly { readonly endpoints: readonly string[]; readonly networks: readonly string[] | null }[],
): Promise<void> {
  const jobs = all.map(({ endpoints, networks }) => ({
    name: "shard",
    data: { run, endpoints, networks },
    opts: {
      jobId: shardId(run, round, endpoints),
      attempts: workLimits.attempts.value,
      backoff: { type: "exponential", delay: workLimits.attemptMs.value },
      removeOnComplete: true,
      removeOnFail: { count: workLimits.keptFailures.value },
    },
  }));
  const most = workLimits.addedAtOnce.value;
  for (let from = 0; from < jobs.length; from += most) await shards.addBulk(jobs.slice(from, from + most));
}

function endRun({ log, onRunEnd }: PlanRequest, run: string, left: number): void {
  if (left > 0)
    log({
      level: "error",
      event: "run-incomplete",
      sentence: `The run ${run} ends with ${left} endpoints that could not be visited: look for what the workers say.`,
    });
  onRunEnd?.(run);
}
