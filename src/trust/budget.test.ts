/** What a search may spend: all of it, and no more; and nothing of any kind once one kind is gone. */
import { describe, expect, test } from "vitest";
import { Budget, type BudgetName } from "./budget.ts";
import { constraintBudget, signatureBudget, visitBudget } from "./limits.ts";

const budgets: readonly (readonly [BudgetName, number])[] = [
  ["signature checks", signatureBudget.value],
  ["issuer candidates", visitBudget.value],
  ["name constraint comparisons", constraintBudget.value],
];

describe.each(budgets)("the budget of %s", (name, limit) => {
  test("can be spent to the last, at once or one by one", () => {
    for (const step of [limit, 1]) {
      const budget = new Budget();
      for (let spent = 0; spent < limit; spent += step)
        if (!budget.spend(name, step)) throw new Error(`gone after ${spent}`);
      expect(budget.exhausted).toBeUndefined();
    }
  });

  test("is gone with one more, and is then named", () => {
    const budget = new Budget();
    expect(budget.spend(name, limit + 1)).toBe(false);
    expect(budget.exhausted).toEqual({ budget: name, limit });
  });

  test.each(budgets)("once gone, takes with it that of %s", (other) => {
    const budget = new Budget();
    budget.spend(name, limit + 1);
    expect([budget.spend(other), budget.spend(other, Infinity)]).toEqual([false, false]);
    expect(budget.exhausted).toEqual({ budget: name, limit });
  });
});
