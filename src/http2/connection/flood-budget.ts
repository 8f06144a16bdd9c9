/**
 * How many frames of a kind the peer may send that bring nobody further (RFC 9113 §10.5): so many at once, so many a
 * second besides, and what is earned by work that explains them.
 */
import { floodAllowances, type CountedKind } from "../limits.ts";

interface Budget {
  left: number;
  filledAt: number;
  /** Frames that came. */
  count: number;
}

export class FloodBudgets {
  readonly #budgets = new Map<CountedKind, Budget>();

  /** One more came. `false`: it was one too many. */
  spend(kind: CountedKind, now: number): boolean {
    const budget = this.#of(kind, now);
    const { burst, perSecond } = floodAllowances[kind];
    const refilled = budget.left + ((now - budget.filledAt) * perSecond) / 1_000;
    budget.left = Math.max(budget.left, Math.min(burst, refilled)) - 1;
    budget.filledAt = now;
    budget.count++;
    return budget.left >= 0;
  }

  /** Work was done that so many of them may answer. */
  earn(kind: CountedKind, frames: number, now: number): void {
    this.#of(kind, now).left += frames;
  }

  /** How many came. */
  count(kind: CountedKind): number {
    return this.#budgets.get(kind)?.count ?? 0;
  }

  #of(kind: CountedKind, now: number): Budget {
    const known = this.#budgets.get(kind);
    if (known !== undefined) return known;
    const budget = { left: floodAllowances[kind].burst, filledAt: now, count: 0 };
    this.#budgets.set(kind, budget);
    return budget;
  }
}
