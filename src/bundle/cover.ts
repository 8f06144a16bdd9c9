/**
 * Weighted set cover: the cheapest set of columns that has one in every row.
 *
 * First the reductions that lose nothing (a row that contains another, a column that a cheaper one replaces, a row
 * with a single column), then branch and bound over what is left. The bound adds up the cheapest columns of rows
 * that have no column in common. Within the budget the answer is the best there is; past it, the best found.
 */
import { assert } from "../core/index.ts";

export interface CoverProblem {
  /** For each row the columns that cover it; every row has one at least. */
  readonly rows: readonly (readonly number[])[];
  /** For each column what it costs; not negative. */
  readonly costs: readonly number[];
  /** How many nodes may be visited. */
  readonly maxNodes: number;
}

export interface Cover {
  /** In rising order. */
  readonly columns: readonly number[];
  readonly cost: number;
  /** Whether no cheaper set exists; `false` when the budget ended first. */
  readonly exact: boolean;
  readonly nodes: number;
}

/** The cheapest cover, or the best that the budget allowed. */
export function findCover({ rows, costs, maxNodes }: CoverProblem): Cover {
  assert(
    rows.every((row) => row.length > 0),
    "a row without columns is taken out before",
  );
  const { forced, left } = reduce(rows, costs);
  const search = new Search(left, costs, maxNodes);
  const found = search.run();
  const columns = [...forced, ...found].toSorted((a, b) => a - b);
  return { columns, cost: total(columns, costs), exact: search.isExact, nodes: search.nodes };
}

function total(columns: readonly number[], costs: readonly number[]): number {
  return columns.reduce((sum, column) => sum + (costs[column] ?? 0), 0);
}

type Rows = readonly (readonly number[])[];

/** Comparing every row with every other takes time with the square; above this many it is left to the search. */
const maxCompared = 1500;

/** Reduces until nothing changes: columns that every best cover may have, and the rows they leave. */
function reduce(
  rows: Rows,
  costs: readonly number[],
): { readonly forced: readonly number[]; readonly left: Rows } {
  const forced = new Set<number>();
  let left: Rows = rows.map((row) => [...new Set(row)].toSorted((a, b) => a - b));
  for (;;) {
    const before = size(left);
    left = dropWiderRows(dropDuplicates(left));
    left = dropDearerColumns(left, costs);
    for (const row of left) {
      const [only] = row;
      if (row.length === 1 && only !== undefined) forced.add(only);
    }
    left = left.filter((row) => !row.some((column) => forced.has(column)));
    if (size(left) === before) return { forced: [...forced], left };
  }
}

function size(rows: Rows): number {
  return rows.reduce((sum, row) => sum + row.length, rows.length);
}

function dropDuplicates(rows: Rows): Rows {
  return [...new Map(rows.map((row) => [row.join(), row])).values()];
}

/** A row that contains another is covered with it. */
function dropWiderRows(rows: Rows): Rows {
  if (rows.length > maxCompared) return rows;
  const sorted = rows.toSorted((a, b) => a.length - b.length);
  /** By their first column, which a row that contains them has as well. */
  const kept = new Map<number, Set<number>[]>();
  const narrow: (readonly number[])[] = [];
  for (const row of sorted) {
    const all = new Set(row);
    if (row.some((first) => kept.get(first)?.some((smaller) => isSubset(smaller, all)) === true)) continue;
    const [first = 0] = row;
    const others = kept.get(first);
    if (others === undefined) kept.set(first, [all]);
    else others.push(all);
    narrow.push(row);
  }
  return narrow;
}

/** A column is dropped for another that covers as much and costs no more; of equals the lower number stays. */
function dropDearerColumns(rows: Rows, costs: readonly number[]): Rows {
  const covers = new Map<number, Set<number>>();
  for (const [i, row] of rows.entries()) {
    for (const column of row) covers.set(column, (covers.get(column) ?? new Set<number>()).add(i));
  }
  if (covers.size > maxCompared) return rows;
  const dropped = new Set<number>();
  for (const [column, covered] of covers) {
    // One that covers as much stands in each of its rows.
    const [first = 0] = covered;
    const better = rows[first]?.some((other) => {
      const more = covers.get(other) ?? covered;
      if (other === column || dropped.has(other) || more.size < covered.size) return false;
      const [own, price] = [costs[column] ?? 0, costs[other] ?? 0];
      if (price > own || (price === own && more.size === covered.size && other > column)) return false;
      return isSubset(covered, more);
    });
    if (better === true) dropped.add(column);
  }
  return rows.map((row) => row.filter((column) => !dropped.has(column)));
}

function isSubset(small: ReadonlySet<number>, large: ReadonlySet<number>): boolean {
  if (small.size > large.size) return false;
  for (const member of small) if (!large.has(member)) return false;
  return true;
}

/** Depth first over the row with the fewest columns left. */
class Search {
  readonly #rows: Rows;
  readonly #costs: readonly number[];
  readonly #maxNodes: number;
  #best: readonly number[];
  #bestCost: number;
  nodes = 0;
  isExact = true;

  constructor(rows: Rows, costs: readonly number[], maxNodes: number) {
    this.#rows = rows;
    this.#costs = costs;
    this.#maxNodes = maxNodes;
    this.#best = findGreedily(rows, costs);
    this.#bestCost = total(this.#best, costs);
  }

  run(): readonly number[] {
    this.#visit(this.#rows, [], 0);
    return this.#best;
  }

  #visit(rows: Rows, taken: readonly number[], cost: number): void {
    if (rows.length === 0) {
      if (cost < this.#bestCost) {
        this.#best = taken;
        this.#bestCost = cost;
      }
      return;
    }
    if (this.nodes >= this.#maxNodes) {
      this.isExact = false;
      return;
    }
    this.nodes++;
    if (cost + lowerBound(rows, this.#costs) >= this.#bestCost) return;
    const narrowest = rows.reduce((best, row) => (row.length < best.length ? row : best));
    const byCost = narrowest.toSorted((a, b) => (this.#costs[a] ?? 0) - (this.#costs[b] ?? 0));
    const refused = new Set<number>();
    for (const column of byCost) {
      const next = rows
        .filter((row) => !row.includes(column))
        .map((row) => (refused.size === 0 ? row : row.filter((other) => !refused.has(other))));
      // Each branch leaves out the columns that the branches before it took.
      if (next.every((row) => row.length > 0)) {
        this.#visit(next, [...taken, column], cost + (this.#costs[column] ?? 0));
      }
      refused.add(column);
    }
  }
}

/** No cover costs less: rows without a common column each need one of their own. */
function lowerBound(rows: Rows, costs: readonly number[]): number {
  const used = new Set<number>();
  let bound = 0;
  for (const row of rows.toSorted((a, b) => a.length - b.length)) {
    if (row.some((column) => used.has(column))) continue;
    for (const column of row) used.add(column);
    bound += Math.min(...row.map((column) => costs[column] ?? 0));
  }
  return bound;
}

/** The column with the least cost for each new row, again and again; then those that have become needless go. */
function findGreedily(rows: Rows, costs: readonly number[]): readonly number[] {
  let left = rows;
  const taken: number[] = [];
  while (left.length > 0) {
    const gains = new Map<number, number>();
    for (const row of left) for (const column of row) gains.set(column, (gains.get(column) ?? 0) + 1);
    const [best] = [...gains].toSorted(
      ([a, gainA], [b, gainB]) => (costs[a] ?? 0) / gainA - (costs[b] ?? 0) / gainB || a - b,
    );
    assert(best !== undefined, "every row that is left has a column");
    const [column] = best;
    taken.push(column);
    left = left.filter((row) => !row.includes(column));
  }
  return dropNeedless(taken, rows, costs);
}

function dropNeedless(columns: readonly number[], rows: Rows, costs: readonly number[]): readonly number[] {
  const kept = new Set(columns);
  const rowsOf = new Map<number, number[]>(columns.map((column) => [column, []]));
  for (const [i, row] of rows.entries()) for (const column of row) rowsOf.get(column)?.push(i);
  /** How many of the columns kept each row has. */
  const counts = rows.map((row) => row.filter((column) => kept.has(column)).length);
  for (const column of columns.toSorted((a, b) => (costs[b] ?? 0) - (costs[a] ?? 0))) {
    const own = rowsOf.get(column) ?? [];
    if (own.some((i) => counts[i] === 1)) continue;
    kept.delete(column);
    for (const i of own) counts[i] = (counts[i] ?? 0) - 1;
  }
  return [...kept];
}
