/**
 * Waits for a store that is away: a database that is started anew, a disk that is full. What was to be done is tried again,
 * with longer and longer pauses, until it succeeds or the watch is stopped; it is said once that the store is away, and once
 * that it is back.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../log-line.ts";
import { WatchError } from "../watch-error.ts";
import { roundLimits } from "./limits.ts";

export interface PatienceRequest {
  readonly log: Log;
  /** When it ends, a store that is away is asked a few times more, and given up. */
  readonly signal: AbortSignal;
}

export class Patience {
  readonly #request: PatienceRequest;
  readonly #away = new Set<string>();

  constructor(request: PatienceRequest) {
    this.#request = request;
  }

  /** Whether something is being tried again at this moment. */
  get isWaiting(): boolean {
    return this.#away.size > 0;
  }

  /** What came of it; `undefined` where the watch was stopped before it succeeded. `what` names it in the log. */
  async with<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    let last = roundLimits.lastRetries.value;
    for (let waitMs = roundLimits.firstRetryMs.value; ; waitMs *= 2) {
      try {
        const outcome = await work();
        if (this.#away.delete(what)) this.#say("info", "store-back", `The store answers again (${what}).`);
        return outcome;
      } catch (error) {
        // What is not a store that is away is a fault of ours, and stays one however often it is tried.
        if (!(error instanceof WatchError)) throw error;
        const reason = error.message;
        if (!this.#away.has(what))
          this.#say(
            "error",
            "store-away",
            `The store does not answer (${what}): ${reason.replace(/\.$/, "")}. It is tried again.`,
          );
        this.#away.add(what);
        const { signal } = this.#request;
        if (signal.aborted && last-- === 0) return undefined;
        await wait(Math.min(waitMs, roundLimits.mostRetryMs.value), signal);
      }
    }
  }

  #say(level: "info" | "error", event: string, sentence: string): void {
    this.#request.log({ level, event, sentence });
  }
}

/** Whoever stops the watch is not kept waiting by a long pause. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) await pause(Math.min(ms, roundLimits.firstRetryMs.value));
  else await pause(ms, undefined, { signal }).catch(() => undefined);
}
