/** A database that was away: from when to when, as whoever asked it saw it. */
export interface Absence {
  /** Epoch milliseconds. */
  readonly fromAt: number;
  /** `undefined`: it is away still. */
  readonly toAt: number | undefined;
}

/** Keeps the last absence. */
export class Absences {
  readonly #now: () => number;
  last: Absence | undefined;

  /** `now`: epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get isAway(): boolean {
    return this.last !== undefined && this.last.toAt === undefined;
  }

  away(): void {
    if (!this.isAway) this.last = { fromAt: this.#now(), toAt: undefined };
  }

  back(): void {
    if (this.last !== undefined && this.isAway) this.last = { ...this.last, toAt: this.#now() };
  }
}
