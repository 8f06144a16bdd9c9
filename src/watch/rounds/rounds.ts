/**
 * The rounds of one place: takes what is due, has it visited, and writes down what came of it. An endpoint is in one place
 * of three: due in the store, under way here, or written down. A kill at any moment loses the visits that were under way,
 * and these are due still.
 */
import type { Decision, EndpointHistory, Visit, WatchedEndpoint } from "../../fleet/index.ts";
import type { Log } from "../log-line.ts";
import type { Store } from "../store/port.ts";
import { roundLimits } from "./limits.ts";
import { Patience } from "./patience.ts";

export interface RoundsRequest {
  readonly store: Store;
  readonly place: string;
  /** One visit, in its own turn: whoever visits keeps to what servers can bear. Never fails but when it is interrupted. */
  readonly visit: (endpoint: WatchedEndpoint, run: string) => Promise<Visit>;
  readonly decide: (history: EndpointHistory, visit: Visit) => Decision;
  /** Told of every decision that was written. */
  readonly onDecision: (decision: Decision, visit: Visit) => void;
  /**
   * Told of every visit as it ends: whether this machine's clock can be believed. While it cannot, a few endpoints are
   * visited for the times that their servers tell, and nothing is decided.
   */
  readonly isClockRight: (visit?: Visit, endpoint?: WatchedEndpoint) => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

export class Rounds {
  readonly #request: RoundsRequest;
  readonly #stop = new AbortController();
  readonly #patience: Patience;
  /** Endpoints that are under way, by their id. */
  readonly #taken = new Set<string>();
  /** Endpoints of which a visit failed by a fault of ours: due still, and not visited until the next start. */
  readonly #broken = new Set<string>();
  #made: Visit[] = [];
  #writing: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  /** How long the store's most overdue endpoint had been due when it was asked last, in milliseconds. */
  behindMs = 0;
  visits = 0;

  constructor(request: RoundsRequest) {
    this.#request = request;
    this.#patience = new Patience({ log: request.log, signal: this.#stop.signal });
  }

  /** Ends when `signal` does, with everything written that was visited; `once`: when nothing is due any more, too. */
  async run(signal: AbortSignal, { once = false }: { readonly once?: boolean } = {}): Promise<void> {
    const stop = (): void => {
      this.#stop.abort();
      this.#wake?.();
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    try {
      while (!this.#stop.signal.aborted) {
        const isRight = this.#request.isClockRight();
        const taken = await this.#take(isRight ? roundLimits.underWay.value : roundLimits.clockVisits.value);
        if (once && taken === 0 && this.#taken.size === 0) return;
        if (taken === 0 || !isRight) await this.#pause();
      }
    } finally {
      signal.removeEventListener("abort", stop);
      await this.#writing;
      await this.#write();
    }
  }

  /** Something may be due earlier than was known: the list was changed. */
  lookAgain(): void {
    this.#wake?.();
  }

  async #take(most: number): Promise<number> {
    const { store, place, now } = this.#request;
    const room = most - this.#taken.size;
    if (room <= 0) return 0;
    // Those under way are due still, as far as the store knows, and those that a fault of ours keeps.
    const limit = room + this.#taken.size + this.#broken.size;
    const due = await this.#patience.with("due", () => store.due({ place, now: now(), limit }));
    if (due === undefined) return 0;
    const free = due
      .filter(({ endpoint: { id } }) => !this.#taken.has(id) && !this.#broken.has(id))
      .slice(0, room);
    this.behindMs = Math.max(0, ...due.map(({ nextAt }) => (nextAt === undefined ? 0 : now() - nextAt)));
    for (const { endpoint } of free) void this.#visit(endpoint);
    return free.length;
  }

  async #visit(endpoint: WatchedEndpoint): Promise<void> {
    this.#taken.add(endpoint.id);
    const run = `${this.#request.place} ${new Date(this.#request.now()).toISOString()}`;
    try {
      const visit = await this.#request.visit(endpoint, run);
      if (!this.#request.isClockRight(visit, endpoint)) return void this.#taken.delete(endpoint.id);
      this.#made.push(visit);
      if (this.#made.length >= roundLimits.written.value) this.#wake?.();
      this.#writing ??= this.#writeSoon();
    } catch (error) {
      if (this.#stop.signal.aborted) return void this.#taken.delete(endpoint.id);
      this.#tellBug(endpoint.id, `A visit of ${endpoint.name}`, error);
      this.#wake?.();
    }
  }

  /** What is made within one turn of the event loop, and while the store is busy, is written together. */
  async #writeSoon(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    try {
      await this.#write();
    } finally {
      this.#writing = undefined;
      this.#wake?.();
    }
  }

  async #write(): Promise<void> {
    while (this.#made.length > 0) {
      const visits = this.#made.slice(0, roundLimits.written.value);
      // Given up: whoever stops the watch does not wait for a store that is away, and what it lacks is due still.
      if (!(await this.#record(visits))) return;
      this.#made = this.#made.slice(visits.length);
      this.visits += visits.length;
    }
  }

  /** Whether the visits are written, or never will be. */
  async #record(visits: readonly Visit[]): Promise<boolean> {
    const { store, decide, onDecision } = this.#request;
    const byEndpoint = new Map(visits.map((visit) => [visit.endpoint, visit]));
    try {
      const decisions = await this.#patience.with("record", () => store.record(visits, decide));
      if (decisions === undefined) return false;
      for (const { endpoint } of visits) this.#taken.delete(endpoint);
      for (const decision of decisions) {
        const visit = byEndpoint.get(decision.endpoint);
        if (visit !== undefined) onDecision(decision, visit);
      }
      return true;
    } catch (error) {
      const [only, ...others] = visits;
      if (only !== undefined && others.length === 0) {
        this.#tellBug(only.endpoint, `What a visit of ${only.endpoint} means`, error);
        return true;
      }
      // One of them is the cause; the others are written.
      for (const visit of visits) if (!(await this.#record([visit]))) return false;
      return true;
    }
  }

  /** A fault of ours. The endpoint is not visited again until the next start: it would fail at once, again and again. */
  #tellBug(id: string, what: string, error: unknown): void {
    this.#taken.delete(id);
    this.#broken.add(id);
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const sentence = `${what} failed by a fault of Meerkat: ${reason}`;
    this.#request.log({ level: "error", event: "bug", sentence });
  }

  /** Until something was written, the list has changed, or it is time to ask the store again. */
  async #pause(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, roundLimits.pauseMs.value);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
