/** The timer of a connection, which rings once, at an instant (`mg_set_timer`). */
import { longestDelayMs, mg_time } from "../shared/manager.ts";

export class Timer {
  /** Seconds since 1970; 0 for none. */
  #at = 0;
  #timeout: NodeJS.Timeout | undefined;
  readonly #onRing: (at: number) => void;

  constructor(onRing: (at: number) => void) {
    this.#onRing = onRing;
  }

  /** In seconds since 1970, 0 for none; gives what it was set to. */
  set(at: number): number {
    const before = this.#at;
    this.#at = at;
    this.#arm();
    return before;
  }

  #arm(): void {
    clearTimeout(this.#timeout);
    if (this.#at <= 0) return;
    const delayMs = Math.min(longestDelayMs, Math.max(0, Math.ceil((this.#at - mg_time()) * 1000)));
    this.#timeout = setTimeout(() => this.#ring(), delayMs);
  }

  #ring(): void {
    const at = this.#at;
    // A delay is bounded, and a clock can be set back.
    if (mg_time() < at) return this.#arm();
    this.#at = 0;
    this.#onRing(at);
  }
}
