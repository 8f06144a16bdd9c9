/**
 * On the first failure of an endpoint it is asked why, and the answer is kept: a failure that comes and goes is looked at
 * while it is there. A few at a time, each endpoint once a while; what does not fit is left out and said, for a diagnosis of
 * something that is over tells nothing.
 */
import { messageOf } from "../../core/index.ts";
import type { WatchedEndpoint } from "../../fleet/index.ts";
import type { Log } from "../log-line.ts";
import type { KeptWhy, Store } from "../store/port.ts";
import { roundLimits } from "./limits.ts";

export interface DiagnosesRequest {
  readonly store: Pick<Store, "keepWhy">;
  /** What `why` says of an endpoint now. */
  readonly ask: (endpoint: WatchedEndpoint, signal: AbortSignal) => Promise<KeptWhy>;
  readonly now: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export class Diagnoses {
  readonly #request: DiagnosesRequest;
  readonly #waiting = new Map<string, WatchedEndpoint>();
  readonly #askedAt = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  leftOut = 0;

  constructor(request: DiagnosesRequest) {
    this.#request = request;
  }

  /** Asks as soon as there is room. */
  want(endpoint: WatchedEndpoint): void {
    const { now, signal } = this.#request;
    if (signal.aborted || this.#waiting.has(endpoint.id)) return;
    const askedAt = this.#askedAt.get(endpoint.id);
    if (askedAt !== undefined && now() - askedAt < roundLimits.whyPauseMs.value) return;
    if (this.#waiting.size >= roundLimits.whysWaiting.value) {
      this.leftOut++;
      return;
    }
    this.#waiting.set(endpoint.id, endpoint);
    this.#start();
  }

  /** When all that were begun have ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #start(): void {
    for (const [id, endpoint] of this.#waiting) {
      if (this.#running.size >= roundLimits.whysAtOnce.value) return;
      this.#waiting.delete(id);
      this.#remember(id);
      const run = this.#ask(endpoint).finally(() => {
        this.#running.delete(run);
        if (!this.#request.signal.aborted) this.#start();
      });
      this.#running.add(run);
    }
  }

  /** The latest are kept: a network that is down is not thousands of entries for ever. */
  #remember(id: string): void {
    this.#askedAt.delete(id);
    this.#askedAt.set(id, this.#request.now());
    const [oldest] = this.#askedAt.keys();
    if (this.#askedAt.size > roundLimits.whysRemembered.value && oldest !== undefined)
      this.#askedAt.delete(oldest);
  }

  async #ask(endpoint: WatchedEndpoint): Promise<void> {
    const { ask, store, log, signal } = this.#request;
    try {
      await store.keepWhy(endpoint.id, await ask(endpoint, signal));
    } catch (error) {
      if (signal.aborted) return;
      const reason = messageOf(error);
      log({
        level: "warning",
        event: "why-failed",
        sentence: `What is wrong with ${endpoint.name} was not found out: ${reason.replace(/\.$/, "")}.`,
      });
    }
  }
}
