/**
 * Divides a run into shards, a round at a time, until every endpoint of the list was visited in it.
 *
 * A round is planned when the place's queue of shards is empty, from what the store says is not visited yet. So whatever
 * happened to the round before (a worker was killed, the planner was, the queue forgot something, an endpoint moved to another
 * network) is made good by the next one, and no two shards that are there at a time touch the same network.
 *
 * Q: Endpoints whose addresses change with each question? A: A worker gives back what is not where the plan had it. From the
 * third round on, what is left is one shard, which is alone in the queue and may touch every network.
 */
import type { WatchedEndpoint } from "../../fleet/index.ts";
import { workLimits } from "../limits.ts";
import type { Log } from "../log-line.ts";
import type { Store } from "../store/port.ts";
import { networkOf } from "../visit/pace.ts";
import { planId, runName, shardId } from "./run-names.ts";
import { groupShards, type Placed, type Shard } from "./shards.ts";
import type { JobOf, PlanData, Processor, Work } from "./work.ts";

export interface PlanRequest {
  readonly work: Work;
  readonly store: Pick<Store, "unvisited">;
  /** The addresses of a name, as this place's network has them; none where it has none. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  readonly random: () => number;
  readonly now: () => number;
  readonly lookMs: number;
  readonly log: Log;
  readonly onRunEnd?: ((run: string) => void) | undefined;
}

export async function addPlan({ plans }: Work, run: string): Promise<void> {
  const data: PlanData = { run, round: 0, left: Infinity, idle: 0 };
  await plans.add("plan", { ...data, left: -1 }, planOptions(run));
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

export function planner(request: PlanRequest): Processor<PlanData | null> {
  return async (job, token = "") => {
    if (job.data === null) return tick(request, job);
    const data = job.data;
    if ((await shardsThere(request.work)) > 0) return later(request, job, token);
    const left = await readLeft(request, data.run);
    const idle = left.length === data.left ? data.idle + 1 : 0;
    if (left.length === 0 || idle >= workLimits.idleRounds.value)
      return endRun(request, data.run, left.length);
    const shards =
      data.round < 2 || left.length > workLimits.longestShard.value
        ? await divide(request, left)
        : alone(left);
    await job.updateData({ ...data, round: data.round + 1, left: left.length, idle });
    // Whoever was suspended for so long that another plans by now ends here.
    await job.extendLock(token, request.work.leaseMs);
    await addShards(request.work, data, shards);
    return later(request, job, token);
  };
}

/** One run after the other: where the one before is not over, this one is left out. */
async function tick({ work, log }: PlanRequest, job: JobOf<PlanData | null>): Promise<void> {
  const plans = await work.plans.getJobs(["waiting", "delayed", "active", "prioritized"]);
  const run = runName(work.place, momentOf(job));
  const before = plans.find((plan) => plan?.data !== null && plan?.data.run !== run && plan?.name === "plan");
  if (before === undefined) return addPlan(work, run);
  log({
    level: "warning",
    event: "run-left-out",
    sentence: `The run ${run} is left out: the one before is not over. Give it more time, or the place more workers.`,
  });
}

/** When the scheduler meant it to be: the last part of its id. */
function momentOf({ id = "", timestamp }: JobOf<PlanData | null>): number {
  const meant = Number(id.split(":").at(-1));
  return Number.isSafeInteger(meant) && meant > 0 ? meant : timestamp;
}

async function shardsThere({ shards }: Work): Promise<number> {
  return shards.getJobCountByTypes("waiting", "active", "delayed", "prioritized");
}

async function later(
  { work, now, lookMs }: PlanRequest,
  job: JobOf<PlanData | null>,
  token: string,
): Promise<never> {
  await job.moveToDelayed(now() + lookMs, token);
  throw new work.errors.DelayedError();
}

async function readLeft({ store, work }: PlanRequest, run: string): Promise<readonly WatchedEndpoint[]> {
  const limit = workLimits.readAtOnce.value;
  const left: WatchedEndpoint[] = [];
  for (let after: string | undefined; ;) {
    const page = await store.unvisited({ run, place: work.place, after, limit });
    left.push(...page);
    if (page.length < limit) return left;
    after = page.at(-1)?.id;
  }
}

async function divide(
  { resolve, random }: PlanRequest,
  left: readonly WatchedEndpoint[],
): Promise<readonly Shard[]> {
  const placed: Placed[] = [];
  const networksOf = new Map<string, readonly string[]>();
  const queue = left.values();
  const work = async (): Promise<void> => {
    for (const { id, host } of queue) {
      const networks = networksOf.get(host) ?? [
        ...new Set((await resolve(host).catch(() => [])).map(networkOf)),
      ];
      networksOf.set(host, networks);
      placed.push({ id, networks });
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
