/** Finds out by PING (RFC 9113 §6.7) whether a peer that says nothing is still there. */
import { Deadline } from "./deadline.ts";

export interface LivenessPorts {
  /** When something came last. */
  readonly lastReadAt: () => number;
  readonly ask: () => void;
  /** Nothing came, for as long as was waited for an answer. */
  readonly onSilent: (limitMs: number) => void;
}

export class Liveness {
  readonly #limitMs: number;
  readonly #ports: LivenessPorts;
  readonly #deadline = new Deadline(() => this.#look());
  /** When it was asked, and has not been heard since. */
  #askedAt: number | undefined;
  #isStopped = false;

  /** @param limitMs how long a peer may say nothing before it is asked, and before it is given up; `Infinity`: it is not asked */
  constructor(limitMs: number, ports: LivenessPorts) {
    this.#limitMs = limitMs;
    this.#ports = ports;
    if (limitMs !== Infinity) this.#deadline.set(limitMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#deadline.clear();
  }

  #look(): void {
    // Whoever was busy looks at the clock before the socket: what came in time may still lie there.
    if (this.#isUnheard) setImmediate(() => this.#decide());
    else this.#goOn();
  }

  #decide(): void {
    if (this.#isStopped) return;
    if (this.#isUnheard) this.#ports.onSilent(this.#limitMs);
    else this.#goOn();
  }

  /** That something came counts, however long ago: a timer may be late by more than an answer takes. */
  get #isUnheard(): boolean {
    return this.#askedAt !== undefined && this.#ports.lastReadAt() < this.#askedAt;
  }

  #goOn(): void {
    const now = performance.now();
    const leftMs = this.#ports.lastReadAt() + this.#limitMs - now;
    this.#askedAt = leftMs > 0 ? undefined : now;
    this.#deadline.set(leftMs > 0 ? leftMs : this.#limitMs, now);
    if (leftMs <= 0) this.#ports.ask();
  }
}
