/** The cheapest cover is the cheapest there is: held against trying every set. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CoverProblem, findCover } from "./cover.ts";
import { maxCoverNodes } from "./limits.ts";

type Problem = Omit<CoverProblem, "maxNodes">;

/** The least cost of all sets of columns that cover every row. */
function tryEverySet({ rows, costs }: Problem): number {
  let best = Infinity;
  for (let set = 0; set < 2 ** costs.length; set++) {
    if (!rows.every((row) => row.some((column) => (set >> column) & 1))) continue;
    best = Math.min(
      best,
      costs.reduce((sum, cost, column) => sum + ((set >> column) & 1 ? cost : 0), 0),
    );
  }
  return best;
}

const problems: fc.Arbitrary<Problem> = fc.integer({ min: 1, max: 10 }).chain((columns) =>
  fc.record({
    costs: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: columns, maxLength: columns }),
    rows: fc.array(fc.uniqueArray(fc.nat(columns - 1), { minLength: 1, maxLength: columns }), {
      maxLength: 12,
    }),
  }),
);

/** A problem whose reductions find nothing: every row has three of the columns, all of one price. */
function hardProblem(columns: number): Problem {
  const rows: number[][] = [];
  for (let i = 0; i < columns; i++)
    for (let j = i + 1; j < columns; j++)
      if ((i * 7 + j * 3) % 5 < 2) rows.push([i, j, (i * j + 11) % columns]);
  return { rows, costs: Array.from({ length: columns }, (_, i) => 100 + (i % 7)) };
}

describe("the cheapest cover", () => {
  it("costs what the cheapest of all sets costs", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const cover = findCover({ ...problem, maxNodes: maxCoverNodes.value });
        expect(cover.exact).toBe(true);
        expect(cover.cost).toBe(tryEverySet(problem));
      }),
      { numRuns: 400 },
    );
  });

  it("covers every row, and its cost is that of its columns", () => {
    fc.assert(
      fc.property(problems, fc.nat(3), (problem, maxNodes) => {
        const { columns, cost } = findCover({ ...problem, maxNodes });
        expect(problem.rows.every((row) => row.some((column) => columns.includes(column)))).toBe(true);
        expect(columns.reduce((sum, column) => sum + (problem.costs[column] ?? 0), 0)).toBe(cost);
      }),
    );
  });

  it("is exact only when the search came to its end", () => {
    fc.assert(
      fc.property(problems, fc.nat(3), (problem, maxNodes) => {
        const cover = findCover({ ...problem, maxNodes });
        if (cover.exact) expect(cover.cost).toBe(tryEverySet(problem));
      }),
    );
  });

  it("of nothing is nothing", () => {
    expect(findCover({ rows: [], costs: [1], maxNodes: 1 })).toEqual({
      columns: [],
      cost: 0,
      exact: true,
      nodes: 0,
    });
  });
});

describe("the budget", () => {
  const problem = hardProblem(60);
  const whole = findCover({ ...problem, maxNodes: maxCoverNodes.value });

  it("that is used up gives a cover all the same, and says that it may not be the cheapest", () => {
    const cut = findCover({ ...problem, maxNodes: 50 });
    expect(cut.exact).toBe(false);
    expect(cut.nodes).toBe(50);
    expect(cut.cost).toBeGreaterThanOrEqual(whole.cost);
  });

  it("of just as many nodes as the search takes is enough, of one less it is not", () => {
    const small = hardProblem(16);
    const { nodes, cost } = findCover({ ...small, maxNodes: maxCoverNodes.value });
    expect(nodes).toBeGreaterThan(1);
    expect(findCover({ ...small, maxNodes: nodes })).toMatchObject({ exact: true, cost });
    expect(findCover({ ...small, maxNodes: nodes - 1 }).exact).toBe(false);
  });
});
