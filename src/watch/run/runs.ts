/**
 * Has the places of a watch visit what is due, by BullMQ's scheduler, and looks after them: that each has its schedule, also
 * after a queue was emptied, that somebody works there, and that it keeps up.
 */
import { setTimeout as pause } from "node:timers/promises";
import { renderSpan } from "../../core/index.ts";
import { workLimits } from "../limits.ts";
import type { Log } from "../log-line.ts";
import { scheduleRuns } from "../queue/begin-run.ts";
import type { Work } from "../queue/work.ts";
import { Patience } from "../rounds/patience.ts";
import type { Store } from "../store/port.ts";

export interface RunsRequest {
  readonly works: readonly Work[];
  readonly store: Pick<Store, "due">;
  /** How often each endpoint is visited. */
  readonly everyMs: () => number;
  readonly now: () => number;
  readonly log: Log;
  /** Something may have been written meanwhile. */
  readonly onLook: () => void;
}

export class Runs {
  readonly #request: RunsRequest;
  readonly #empty = new Set<string>();
  readonly #behind = new Set<string>();
  /** By how much the most overdue endpoint of all places is late, in milliseconds. */
  behindMs = 0;

  constructor(request: RunsRequest) {
    this.#request = request;
  }

  /** Ends when `signal` does. */
  async run(signal: AbortSignal): Promise<void> {
    const { works, onLook } = this.#request;
    const patience = new Patience({ log: this.#request.log, signal });
    for (let looks = 0; !signal.aborted; looks++) {
      const late = works.map((work) => this.#lateness(work, patience));
      // A queue that is away answers when it is back: the others are not kept waiting for it.
      for (const work of works) void this.#tend(work, looks).catch(() => undefined);
      this.behindMs = Math.max(0, ...(await Promise.all(late)));
      onLook();
      await pause(workLimits.tendMs.value, undefined, { signal }).catch(() => undefined);
    }
  }

  async #tend(work: Work, looks: number): Promise<void> {
    await scheduleRuns(work, Math.min(workLimits.runEveryMs.value, this.#request.everyMs()));
    // At a start of everything, the workers come a moment later.
    if (looks > 0) this.#sayWhetherEmpty(work.place, await work.shards.getWorkersCount());
  }

  #sayWhetherEmpty(place: string, workers: number): void {
    const { log } = this.#request;
    if (workers > 0) {
      if (this.#empty.delete(place))
        log({ level: "info", event: "place-visits", sentence: `${place} has a worker again.` });
      return;
    }
    if (this.#empty.has(place)) return;
    this.#empty.add(place);
    const sentence = `Nobody visits from ${place}: no worker is there. It is started by "meerkat watch worker --place ${place}".`;
    log({ level: "warning", event: "place-empty", sentence });
  }

  async #lateness({ place }: Work, patience: Patience): Promise<number> {
    const { store, now, everyMs, log } = this.#request;
    const due = await patience.with("due", () => store.due({ place, now: now(), limit: 1 }));
    const late = now() - (due?.[0]?.nextAt ?? now());
    if (late <= everyMs()) this.#behind.delete(place);
    else if (!this.#behind.has(place)) {
      this.#behind.add(place);
      const sentence = `${place} is behind: an endpoint was to be visited from there ${renderSpan(late)} ago. Give the place more workers.`;
      log({ level: "warning", event: "place-behind", sentence });
    }
    return late;
  }
}
