/**
 * The queue that workers share: BullMQ 6, on Redis (or Valkey) or on PostgreSQL, whichever a team has. All three packages are
 * optional peers, loaded when a queue is opened.
 *
 * Two queues a place: `plans` divides a run into shards, `shards` holds them. Redis has to keep what it is told
 * (`appendonly yes`, `maxmemory-policy noeviction`), as BullMQ says.
 */
import { setTimeout as pause } from "node:timers/promises";
import type * as BullMq from "bullmq";
import { messageOf } from "../../core/index.ts";
import type { Absence } from "../absence.ts";
import { databaseAddress, type DatabaseAddress } from "../database/address.ts";
import { isAway, isUnconnected } from "../database/away.ts";
import { workLimits } from "../limits.ts";
import { WatchError } from "../watch-error.ts";
import { connectPostgres } from "./connect-postgres.ts";
import { connectRedis } from "./connect-redis.ts";
import type { Connected, ConnectRequest, WorkRequest } from "./connection.ts";
import { QueueHealth } from "./health.ts";
import { loadPackage } from "./load-package.ts";
import { planOneByOne } from "./one-plan.ts";
import { unusable } from "./unusable.ts";

/** It is time for a run. */
export interface TickData {
  readonly kind: "tick";
}

/** What a plan is about: one round of a run. */
export interface PlanData {
  readonly kind: "plan";
  readonly run: string;
  readonly beganAt: number;
  readonly round: number;
  /** Names the endpoints that were left when the round before was planned. */
  readonly left: string;
  /** How many rounds in a row left as many as the one before. */
  readonly idle: number;
}

export type PlansData = TickData | PlanData;

export interface ShardData {
  readonly run: string;
  /** Ids. */
  readonly endpoints: readonly string[];
  /** The only networks that this shard may touch; `null`: it is alone, and may touch all. */
  readonly networks: readonly string[] | null;
}

export type Processor<Data> = BullMq.Processor<Data, unknown>;
export type JobOf<Data> = BullMq.Job<Data>;

export interface Work {
  readonly place: string;
  readonly leaseMs: number;
  readonly plans: BullMq.Queue<PlansData>;
  readonly shards: BullMq.Queue<ShardData>;
  readonly errors: Pick<typeof BullMq, "DelayedError" | "WaitingError">;
  planner(processor: Processor<PlansData>): BullMq.Worker<PlansData>;
  visitor(processor: Processor<ShardData>, concurrency: number): BullMq.Worker<ShardData>;
  /** When the queue was away last; `undefined`: it was there since it was opened. */
  lastAway(): Absence | undefined;
  /** How long whoever stops waits for the queue. */
  patienceMs(): number;
  close(): Promise<void>;
}

/**
 * Waits for a queue that is away, and says so.
 *
 * @throws WatchError where a package is missing, or the address cannot be used
 */
export async function openWork(request: WorkRequest): Promise<Work> {
  const { place, leaseMs = workLimits.leaseMs.value } = request;
  if (!/^[\w.-]{1,63}$/.test(place))
    throw new WatchError(`${JSON.stringify(place)} is not the name of a place.`, {
      hint: "Up to 63 letters, digits, dots, hyphens and underscores: berlin-dmz.",
    });
  const bullmq = await loadPackage(() => import("bullmq"), "bullmq");
  const health = new QueueHealth(request.log);
  const address = databaseAddress(await request.url());
  const connected = await connect({ ...request, bullmq, health }, address);
  const makers = makersOf(connected, { ...request, leaseMs, bullmq, health });
  const plans = makers.queueOf<PlansData>("plans");
  const shards = makers.queueOf<ShardData>("shards");
  const patienceMs = (): number => (health.isAway ? workLimits.leaveMs : workLimits.stopMs).value;
  const close = async (): Promise<void> => {
    health.leave();
    const closing = Promise.allSettled([plans.close(), shards.close()]);
    await Promise.race([closing, pause(patienceMs(), undefined, { ref: false })]);
    await connected.end();
  };
  try {
    await prepare(plans, request.signal);
  } catch (error) {
    // What is asked of a Redis that is away waits, and so would the queues.
    health.leave();
    if (request.signal?.aborted === true) await connected.end();
    await close().catch(() => undefined);
    request.signal?.throwIfAborted();
    throw unusable(address, error);
  }
  return {
    place,
    leaseMs,
    plans,
    shards,
    errors: bullmq,
    planner: (processor) => makers.workerOf("plans", processor, { concurrency: 1 }),
    // A shard's lock is renewed by its lease, which knows when it is lost.
    visitor: (processor, concurrency) =>
      makers.workerOf("shards", processor, { concurrency, skipLockRenewal: true }),
    lastAway: () => health.lastAway,
    patienceMs,
    close,
  };
}

/** Waits for a queue that went away meanwhile, until `signal` ends. */
async function prepare(plans: BullMq.Queue<PlansData>, signal: AbortSignal | undefined): Promise<void> {
  const over = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(new Error("It was stopped."));
    signal?.addEventListener("abort", stop, { once: true, signal: over.signal });
  });
  try {
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await Promise.race([planOneByOne(plans), stopped]);
      } catch (error) {
        if (signal?.aborted === true || !isAway(error)) throw error;
        await pause(workLimits.retryMs.value, undefined, signal === undefined ? {} : { signal });
      }
    }
  } finally {
    over.abort();
  }
}

interface Makers {
  readonly queueOf: <Data>(name: string) => BullMq.Queue<Data>;
  readonly workerOf: <Data>(
    name: string,
    processor: Processor<Data>,
    more: Pick<BullMq.WorkerOptions, "concurrency" | "skipLockRenewal">,
  ) => BullMq.Worker<Data>;
}

function makersOf(
  { connection, factory, skipVersionCheck }: Connected,
  { place, leaseMs, log, bullmq, health }: ConnectRequest & { readonly leaseMs: number },
): Makers {
  // Much of what BullMQ tells is an answer: a lock that was lost, a job that is gone.
  const onError = (error: Error): void => {
    if (isUnconnected(error)) return health.away(messageOf(error));
    const sentence = `The queue did not do what it was asked: ${messageOf(error)}`;
    log({ level: "warning", event: "queue-error", sentence });
  };
  const nameOf = (name: string): string => `meerkat-${name}-${place}`;
  return {
    queueOf: <Data>(name: string) => {
      const queue = new bullmq.Queue<Data>(nameOf(name), { connection, skipVersionCheck }, factory as never);
      queue.on("error", onError);
      return queue;
    },
    workerOf: <Data>(
      name: string,
      processor: Processor<Data>,
      more: Pick<BullMq.WorkerOptions, "concurrency" | "skipLockRenewal">,
    ) => {
      const options = {
        ...more,
        connection,
        skipVersionCheck,
        lockDuration: leaseMs,
        stalledInterval: Math.ceil(leaseMs / 2),
        // A shard that was lost with its worker is given to another, however often that happens.
        maxStalledCount: 1_000_000,
        runRetryDelay: workLimits.retryMs.value,
        autorun: false,
      };
      const worker = new bullmq.Worker<Data>(nameOf(name), processor, options, factory as never);
      worker.on("error", onError);
      worker.on("failed", (job, error) => {
        const isOver = job === undefined || job.finishedOn !== undefined;
        const sentence = `A job of ${name} failed and is ${isOver ? "not " : ""}tried again: ${messageOf(error)}`;
        log({ level: "warning", event: "job-failed", sentence });
      });
      return worker;
    },
  };
}

function connect(request: ConnectRequest, address: DatabaseAddress): Promise<Connected> {
  return address.kind === "redis" ? connectRedis(request, address) : connectPostgres(request, address);
}
