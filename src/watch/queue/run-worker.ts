/**
 * A worker of a place: takes shards, has their endpoints visited, and writes down what came of it. Workers come and go: one
 * that is stopped gives the rest of its shards back at once, what one that is killed had is taken over when its lease ends.
 * An endpoint is visited at least once, and counts once: the store takes one visit of (endpoint, place, run).
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Decision, EndpointHistory, Visit, WatchedEndpoint } from "../../fleet/index.ts";
import { messageOf, renderCount } from "../../core/index.ts";
import { workLimits } from "../limits.ts";
import type { Log } from "../log-line.ts";
import type { Store } from "../store/port.ts";
import { networkOf } from "../visit/pace.ts";
import { holdLease, type Lease } from "./lease.ts";
import { Patience } from "../rounds/patience.ts";
import { planner, type PlanRequest } from "./plan.ts";
import type { JobOf, Processor, ShardData, Work } from "./work.ts";

export interface WorkerRequest {
  readonly work: Work;
  readonly store: Pick<Store, "due" | "unvisited" | "record">;
  /**
   * One visit, in its own turn: whoever visits keeps to what servers can bear, and to the lines that it may stand in, so that a
   * name that moved meanwhile does not lead to a network that another worker speaks to: then nothing comes of it, and a later
   * round visits it. Never fails but when it is interrupted.
   */
  readonly visit: (endpoint: WatchedEndpoint, round: VisitRound) => Promise<Visit | undefined>;
  readonly decide: (history: EndpointHistory, visit: Visit) => Decision;
  readonly onDecision?: ((decision: Decision, endpoint: WatchedEndpoint) => void) | undefined;
  readonly linesOf: PlanRequest["linesOf"];
  readonly random: () => number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Log;
  /** Default one second. */
  readonly lookMs?: number;
  readonly onRunEnd?: ((run: string) => void) | undefined;
}

export interface VisitRound {
  readonly run: string;
  readonly place: string;
  readonly mayTouch: (line: string) => boolean;
  readonly signal: AbortSignal;
}

export interface RunningWorker {
  /** Gives back what is not visited yet, and ends when everything that was visited is written down. */
  stop(): Promise<void>;
}

export function runWorker(request: WorkerRequest): RunningWorker {
  const { work, log, lookMs = workLimits.planLookMs.value } = request;
  const stopping = new AbortController();
  const planning = work.planner(planner({ ...request, lookMs }));
  const visiting = work.visitor(visitor(request, stopping.signal), workLimits.shardsAtOnce.value);
  const onEnd = (error: unknown): void =>
    log({ level: "error", event: "worker-ended", sentence: `The worker ended: ${messageOf(error)}` });
  planning.run().catch(onEnd);
  visiting.run().catch(onEnd);
  return {
    stop: async () => {
      stopping.abort();
      const workers = [planning, visiting];
      const open = new Set(workers);
      const closing = workers.map((one) => one.close().then(() => open.delete(one)));
      await Promise.race([Promise.allSettled(closing), pause(work.patienceMs(), undefined, { ref: false })]);
      // Nothing of it is to keep the process.
      for (const one of open) void one.disconnect().catch(() => undefined);
    },
  };
}

function visitor(request: WorkerRequest, stopping: AbortSignal): Processor<ShardData> {
  return async (job, token = "") => {
    const lease = holdLease(job, token, request.work.leaseMs);
    const signal = AbortSignal.any([lease.signal, stopping]);
    const patience = new Patience({ log: request.log, signal });
    const shard = new ShardVisit(request, job.data, { lease, stopping, patience });
    try {
      await shard.run();
      shard.say();
    } finally {
      // Whoever speaks to these networks next knows nothing of the connections that just ended.
      if (shard.hasVisited && lease.isHeld()) await pause(workLimits.quietMs.value);
      lease.release();
    }
    if (!lease.isHeld()) throw new Error("The shard was given to another worker.");
    if (!stopping.aborted) return;
    await giveBack(job, token, request.work);
  };
}

/** To whoever takes it next, who asks the store what is left of it. */
async function giveBack(job: JobOf<ShardData>, token: string, { errors }: Work): Promise<never> {
  await job.moveToWait(token);
  throw new errors.WaitingError();
}

interface Ends {
  readonly lease: Lease;
  readonly stopping: AbortSignal;
  /** A store that is away is waited for: what was visited is not to be visited again for it. */
  readonly patience: Patience;
}

/** One shard on its way. */
class ShardVisit {
  readonly #request: WorkerRequest;
  readonly #shard: ShardData;
  readonly #networks: ReadonlySet<string> | undefined;
  readonly #ends: Ends;
  readonly #failed = new AbortController();
  /** Ends the visits that are under way. */
  readonly #signal: AbortSignal;
  hasVisited = false;
  /** Of those that were visited, by their ids. */
  readonly #endpoints = new Map<string, WatchedEndpoint>();
  #written = 0;
  #made: Visit[] = [];
  #recording: Promise<void> = Promise.resolve();

  constructor(request: WorkerRequest, shard: ShardData, ends: Ends) {
    this.#request = request;
    this.#shard = shard;
    this.#networks = shard.networks === null ? undefined : new Set(shard.networks);
    this.#ends = ends;
    this.#signal = AbortSignal.any([ends.lease.signal, ends.stopping, this.#failed.signal]);
  }

  async run(): Promise<void> {
    const { endpoints: among, run } = this.#shard;
    const { store, work } = this.#request;
    const query = { run, place: work.place, among, limit: among.length };
    const left = (await this.#ends.patience.with("unvisited", () => store.unvisited(query))) ?? [];
    const queue = inOrderOf(among, left).values();
    const one = async (): Promise<void> => {
      for (const endpoint of queue) {
        if (this.#signal.aborted || !this.#ends.lease.isHeld()) return;
        await this.#visit(endpoint);
      }
    };
    // Where one ends for a fault, the others come to their end, too: nobody is spoken to for a shard that was handed on.
    const faulty = (error: unknown): never => {
      this.#failed.abort();
      throw error;
    };
    const works = Array.from({ length: workLimits.underWay.value }, () => one().catch(faulty));
    const ends = await Promise.allSettled(works);
    await this.#record(1);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  say(): void {
    const endpoints = this.#written;
    if (endpoints === 0) return;
    const sentence = `${renderCount(endpoints, "endpoint")} of the run ${this.#shard.run}: visited and written down.`;
    this.#request.log({ level: "info", event: "shard-visited", sentence, facts: { endpoints } });
  }

  async #visit(endpoint: WatchedEndpoint): Promise<void> {
    const { visit, work, log } = this.#request;
    this.hasVisited = true;
    try {
      const { run } = this.#shard;
      const mayTouch = (line: string): boolean => this.#networks?.has(networkOf(line)) !== false;
      // A signal of its own: many listeners on one make Node warn of a leak.
      const signal = AbortSignal.any([this.#signal]);
      const made = await visit(endpoint, { run, place: work.place, mayTouch, signal });
      if (made === undefined) return;
      this.#endpoints.set(endpoint.id, endpoint);
      this.#made.push(made);
    } catch (error) {
      if (this.#signal.aborted) return;
      const sentence = `A visit of ${endpoint.name} failed by a fault of Meerkat: ${messageOf(error)}`;
      log({ level: "error", event: "bug", sentence });
      return;
    }
    await this.#record(workLimits.recordedAtOnce.value);
  }

  /** Writes down what was made, where it is enough; one transaction at a time. */
  async #record(least: number): Promise<void> {
    this.#recording = this.#recording.then(async () => {
      if (this.#made.length < least) return;
      const visits = this.#made;
      this.#made = [];
      await this.#write(visits);
    });
    await this.#recording;
  }

  async #write(visits: readonly Visit[]): Promise<void> {
    const { store, decide, onDecision, log } = this.#request;
    try {
      const written = await this.#ends.patience.with("record", () => store.record(visits, decide));
      // Whoever stops gives up a store that is away.
      if (written === undefined) return;
      this.#written += written.length;
      for (const decision of written) {
        const endpoint = this.#endpoints.get(decision.endpoint);
        if (endpoint !== undefined) onDecision?.(decision, endpoint);
      }
    } catch (error) {
      const [only, ...others] = visits;
      if (others.length === 0) {
        const name = this.#endpoints.get(only?.endpoint ?? "")?.name ?? "nobody";
        const sentence = `What a visit of ${name} means failed by a fault of Meerkat: ${messageOf(error)}`;
        return log({ level: "error", event: "bug", sentence });
      }
      // One of them is the cause; the others are written.
      for (const visit of visits) await this.#write([visit]);
    }
  }
}

/** The plan's order, which is random, and not the store's. */
function inOrderOf(
  ids: readonly string[],
  endpoints: readonly WatchedEndpoint[],
): readonly WatchedEndpoint[] {
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
