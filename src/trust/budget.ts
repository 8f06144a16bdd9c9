/** What one search may spend. When a budget is gone the search stops, and says which. */
import type { Limit } from "../core/index.ts";
import { constraintBudget, signatureBudget, visitBudget } from "./limits.ts";

export type BudgetName = "signature checks" | "issuer candidates" | "name constraint comparisons";

const limits: Readonly<Record<BudgetName, Limit>> = {
  "signature checks": signatureBudget,
  "issuer candidates": visitBudget,
  "name constraint comparisons": constraintBudget,
};

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

  /** The budget that ran out first, and its limit. */
  get exhausted(): { readonly budget: BudgetName; readonly limit: number } | undefined {
    const budget = this.#exhausted;
    return budget === undefined ? undefined : { budget, limit: limits[budget].value };
  }
}
