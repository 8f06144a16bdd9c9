/**
 * Has the places of a watch visit what is due, by BullMQ's scheduler, and looks after them: that each has its schedule, also
 * after a queue was emptied, that somebody works there, and that it keeps up.
 */
import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "../../core/index.ts";
import { Absences } from "../absence.ts";
import { workLimits } from "../limits.ts";
import type { Log } from "../log-line.ts";
import { scheduleRuns } from "../queue/begin-run.ts";
import { isAway } from "../database/away.ts";
import type { Work } from "../queue/work.ts";
import { Patience } from "../rounds/patience.ts";
import type { Store } from "../store/port.ts";
import { explainLate, type LateCause } from "./explain-late.ts";

export interface RunsRequest {
  readonly works: readonly Work[];
  readonly store: Pick<Store, "due">;
  /** How often each endpoint is visited. */
  readonly everyMs: () => number;
  readonly now: () => number;
  readonly log: Log;
  /** Something may have been written meanwhile. */
  readonly onLook: () => void;
  readonly tendMs?: number;
}

export class Runs {
  readonly #request: RunsRequest;
  /** How many workers a place had when its queue was asked last, and since when it has none. */
  readonly #workers = new Map<string, number>();
  readonly #empty = new Map<string, number>();
  readonly #behind = new Map<string, LateCause["kind"]>();
  readonly #storeAway: Absences;
  /** Whose queue has not answered yet, and whose queue refused. */
  readonly #tended = new Set<string>();
  readonly #refused = new Set<string>();
  /** By how much the most overdue endpoint of all places is late, in milliseconds. */
  behindMs = 0;

  constructor(request: RunsRequest) {
    this.#request = request;
    this.#storeAway = new Absences(request.now);
  }

  /** Ends when `signal` does. */
  async run(signal: AbortSignal): Promise<void> {
    const { works, onLook, tendMs = workLimits.tendMs.value } = this.#request;
    const patience = new Patience({ log: this.#request.log, signal });
    for (let looks = 0; !signal.aborted; looks++) {
      const late = works.map((work) => this.#lateness(work, patience));
      // A queue that is away answers when it is back: the others are not kept waiting for it.
      for (const work of works) void this.#tend(work, { looks, signal });
      this.behindMs = Math.max(0, ...(await Promise.all(late)));
      onLook();
      await pause(tendMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One at a time: Redis that is away keeps every question. Never fails. */
  async #tend(
    work: Work,
    { looks, signal }: { readonly looks: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const { place } = work;
    if (this.#tended.has(place)) return;
    this.#tended.add(place);
    try {
      await this.#schedule(work, looks);
      if (this.#refused.delete(place)) {
        const sentence = `The queue does what ${place} needs again.`;
        this.#request.log({ level: "info", event: "place-tended", sentence });
      }
    } catch (error) {
      // A queue that is away says so by itself.
      if (!signal.aborted && !isAway(error)) this.#sayRefused(place, error);
    } finally {
      this.#tended.delete(place);
    }
  }

  #sayRefused(place: string, error: unknown): void {
    if (this.#refused.has(place)) return;
    this.#refused.add(place);
    const sentence = `The queue did not do what ${place} needs to be visited from: ${messageOf(error)}. It is tried again.`;
    this.#request.log({ level: "error", event: "place-untended", sentence });
  }

  async #schedule(work: Work, looks: number): Promise<void> {
    await scheduleRuns(work, runsEveryMs(this.#request.everyMs()));
    // At a start of everything, the workers come a moment later.
    if (looks > 0) this.#sayWhetherEmpty(work.place, await work.shards.getWorkersCount());
  }

  #sayWhetherEmpty(place: string, workers: number): void {
    const { log, now } = this.#request;
    this.#workers.set(place, workers);
    if (workers > 0) {
      if (this.#empty.delete(place))
        log({ level: "info", event: "place-visits", sentence: `${place} has a worker again.` });
      return;
    }
    if (this.#empty.has(place)) return;
    this.#empty.set(place, now());
    const sentence = `Nobody visits from ${place}: no worker is there. It is started by "meerkat watch worker --place ${place}".`;
    log({ level: "warning", event: "place-empty", sentence });
  }

  /** Of those that were visited once: one that never can be would come first for ever, and is late by no number. */
  async #lateness(work: Work, patience: Patience): Promise<number> {
    const { now, everyMs } = this.#request;
    const due = await patience.with("due", () => this.#firstDue(work.place));
    const late = now() - (due?.[0]?.nextAt ?? now());
    if (late <= everyMs()) this.#behind.delete(work.place);
    else this.#sayBehind(work, late);
    return late;
  }

  async #firstDue(place: string): ReturnType<Store["due"]> {
    const { store, now } = this.#request;
    try {
      const due = await store.due({ place, now: now(), limit: 1, visited: true });
      this.#storeAway.back();
      return due;
    } catch (error) {
      this.#storeAway.away();
      throw error;
    }
  }

  /** Once, and again where it has another cause. */
  #sayBehind(work: Work, lateMs: number): void {
    const { now, log } = this.#request;
    const { place } = work;
    const { kind, sentence } = explainLate({
      place,
      lateMs,
      now: now(),
      storeAway: this.#storeAway.last,
      queueAway: work.lastAway(),
      workers: this.#workers.get(place),
      emptySinceAt: this.#empty.get(place),
    });
    if (this.#behind.get(place) === kind) return;
    this.#behind.set(place, kind);
    log({ level: "warning", event: "place-behind", sentence });
  }
}

/**
 * What was visited just after a run began is due just after one that begins `everyMs` later, and would wait for the next one: runs
 * begin so often that it waits a tenth of its time at most.
 */
function runsEveryMs(everyMs: number): number {
  return Math.min(workLimits.runEveryMs.value, Math.ceil(everyMs / 10));
}
