/** Says once that the queue is away, and once that it is back, however many of its connections notice. */
import type { Log } from "../log-line.ts";

export class QueueHealth {
  readonly #log: Log;
  #isAway = false;

  constructor(log: Log) {
    this.#log = log;
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  away(reason: string): void {
    if (this.#isAway) return;
    this.#isAway = true;
    const sentence = `The queue does not answer: ${reason.replace(/\.$/, "")}. It is tried again.`;
    this.#log({ level: "warning", event: "queue-away", sentence });
  }

  back(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#log({ level: "info", event: "queue-back", sentence: "The queue answers again." });
  }
}
