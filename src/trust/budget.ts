/** What one search may spend. When a budget is gone the search stops, and says which. */
import type { Limit } from "../core/index.ts";
import { constraintBudget, signatureBudget, visitBudget } from "./limits.ts";

export type BudgetName = "signature checks" | "issuer candidates" | "name constraint comparisons";

const limits: Readonly<Record<BudgetName, Limit>> = {
  "signature checks": signatureBudget,
  "issuer candidates": visitBudget,
  "name constraint comparisons": constraintBudget,
};

interface BudgetMark {
  readonly comparisons: number;
  readonly exhausted: BudgetName | undefined;
}

export class Budget {
  readonly #left: Record<BudgetName, number> = {
    "signature checks": signatureBudget.value,
    "issuer candidates": visitBudget.value,
    "name constraint comparisons": constraintBudget.value,
  };
  #exhausted: BudgetName | undefined;

  /** Spends; `false` once more was asked for than there is, of whatever: the search is over then. */
  spend(name: BudgetName, count = 1): boolean {
    if (this.#exhausted !== undefined) return false;
    this.#left[name] -= count;
    if (this.#left[name] < 0) this.#exhausted = name;
    return this.#exhausted === undefined;
  }

  /** What is spent of all that a check spends again when it is made again; signatures and candidates are paid for once. */
  mark(): BudgetMark {
    return { comparisons: this.#left["name constraint comparisons"], exhausted: this.#exhausted };
  }

  /** Takes back what was spent since: for a check that asked something, and is made again with the answer. */
  returnTo({ comparisons, exhausted }: BudgetMark): void {
    this.#left["name constraint comparisons"] = comparisons;
    this.#exhausted = exhausted;
  }

  /** The budget that ran out first, and its limit. */
  get exhausted(): { readonly budget: BudgetName; readonly limit: number } | undefined {
    const budget = this.#exhausted;
    return budget === undefined ? undefined : { budget, limit: limits[budget].value };
  }
}
