/** Looks at this machine's clock beside a monotonic one and the times that servers tell, and says when it cannot be believed. */
import { type ClockMemory, judgeClock, noSamples, noteClock, type Visit } from "../../fleet/index.ts";
import type { Log } from "../log-line.ts";

export class Clock {
  readonly #now: () => number;
  readonly #log: Log;
  #memory: ClockMemory = noSamples;
  #wasBelieved = true;

  constructor(now: () => number, log: Log) {
    this.#now = now;
    this.#log = log;
  }

  /** Whether decisions can be made now. */
  isRight(): boolean {
    this.#note(undefined);
    const verdict = judgeClock(this.#memory);
    if (!verdict.believed && this.#wasBelieved)
      this.#log({ level: "error", event: `clock-${verdict.kind}`, sentence: verdict.sentence });
    if (verdict.believed && !this.#wasBelieved)
      this.#log({ level: "info", event: "clock-right", sentence: "This machine's clock is believed again." });
    this.#wasBelieved = verdict.believed;
    return verdict.believed;
  }

  /** What a server's answer says of the time. */
  learn({ serverDateAt, at }: Visit, host: string): void {
    // The visit ended at `at`, by this clock; what was told then is compared with the time of then.
    if (serverDateAt !== undefined) this.#note({ host, at: serverDateAt + (this.#now() - at) });
  }

  #note(served: { readonly host: string; readonly at: number } | undefined): void {
    this.#memory = noteClock(this.#memory, {
      wallAt: this.#now(),
      monotonicMs: performance.now(),
      served,
    });
  }
}
