/** Says once that the queue is away, and once that it is back, however many of its connections notice. */
import { type Absence, Absences } from "../absence.ts";
import type { Log } from "../log-line.ts";

export class QueueHealth {
  readonly #log: Log;
  readonly #absences = new Absences(Date.now);
  #isLeft = false;

  constructor(log: Log) {
    this.#log = log;
  }

  get isAway(): boolean {
    return this.#absences.isAway;
  }

  get lastAway(): Absence | undefined {
    return this.#absences.last;
  }

  /** Its connections are being closed: what they say of that is not news. */
  leave(): void {
    this.#isLeft = true;
  }

  away(reason: string): void {
    if (this.isAway) return;
    this.#absences.away();
    if (this.#isLeft) return;
    const sentence = `The queue does not answer: ${reason.replace(/\.$/, "")}. It is tried again.`;
    this.#log({ level: "warning", event: "queue-away", sentence });
  }

  back(): void {
    if (!this.isAway) return;
    this.#absences.back();
    if (this.#isLeft) return;
    this.#log({ level: "info", event: "queue-back", sentence: "The queue answers again." });
  }
}
