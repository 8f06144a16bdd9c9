/** One root of a name: the choice held against every choice there is. */
import { describe, expect, it } from "vitest";
import { cpuMsOf } from "../../../test/cost.ts";
import { type AnchorCost, type Choice, chooseAnchors, type End, type SiteNeed } from "../../bundle/index.ts";
import { type Choose, chooseOneOfAName } from "./one-of-a-name.ts";

const untilAt = 100;
const chooseFreely = (sites: readonly SiteNeed[], costs: readonly AnchorCost[]): Choice =>
  chooseAnchors({ sites, costs, untilAt });
const choose: Choose = (sites, costs, limits) => chooseAnchors({ sites, costs, untilAt, ...limits });
const endAt = (at: number): End => ({ at, reason: { kind: "not-after" } });
/** `A1` and `A2` are of one name. */
const nameOf = (anchor: string): string => anchor.charAt(0);

/** Numbers that look like chance and are the same each time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield state >>> 8;
  }
}

interface Problem {
  readonly sites: readonly SiteNeed[];
  readonly costs: readonly AnchorCost[];
}

function makeProblem(seed: number): Problem {
  const source = numbers(seed);
  const below = (limit: number): number => source.next().value % limit;
  const anchors = ["A", "B", "C"].flatMap((name) =>
    Array.from({ length: 1 + below(3) }, (_, i) => `${name}${i}`),
  );
  const costs = anchors.map((anchor) => ({ anchor, bytes: 10 + below(5) }));
  const sites = Array.from({ length: 2 + below(5) }, (_, i) => ({
    site: `site ${i}`,
    candidates: anchors
      .filter(() => below(3) === 0)
      .map((anchor) => ({ anchor, end: endAt(below(4) === 0 ? 50 + below(40) : 200) })),
  }));
  return { sites, costs };
}

/** How good a choice is: sites that are not served, how long the others are, bytes. */
function worth({ unserved, served, bytes }: Choice): readonly number[] {
  return [unserved.length, -served.reduce((sum, { end }) => sum + Math.min(end.at, untilAt), 0), bytes];
}

function bestOf({ sites, costs }: Problem): readonly number[] {
  const names = [...new Set(costs.map(({ anchor }) => nameOf(anchor)))];
  let sets: readonly (readonly AnchorCost[])[] = [[]];
  for (const name of names) {
    const own = costs.filter(({ anchor }) => nameOf(anchor) === name);
    sets = sets.flatMap((set) => own.map((one) => [...set, one]));
  }
  return sets
    .map((set) => worth(chooseFreely(sites, set)))
    .reduce((best, one) => (isBetter(one, best) ? one : best));
}

function isBetter(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, i) => value !== other[i]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}

describe("one root of a name", () => {
  it("is chosen as well as by trying every set, in two hundred problems", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const problem = makeProblem(seed);
      const choice = chooseOneOfAName({ ...problem, untilAt, nameOf }, choose);
      const names = choice.anchors.map(({ anchor }) => nameOf(anchor));
      expect(new Set(names).size, `seed ${seed}`).toBe(names.length);
      expect(choice.exact).toBe(true);
      expect(worth(choice), `seed ${seed}`).toEqual(bestOf(problem));
    }
  });

  it("ends within its limit, and then says that it may not be the best", () => {
    // Each name has two, each site wants one of them, so that every name is a fork.
    const names = Array.from("ABCDEFGHIJKL");
    const costs = names.flatMap((name) => [0, 1].map((i) => ({ anchor: `${name}${i}`, bytes: 10 })));
    const sites = costs.map(({ anchor }) => ({ site: anchor, candidates: [{ anchor, end: endAt(200) }] }));
    let count = 0;
    const choice = chooseOneOfAName({ sites, costs, untilAt, nameOf }, (...given) => {
      count++;
      return choose(...given);
    });
    expect(choice.anchors).toHaveLength(names.length);
    expect(choice.exact).toBe(false);
    expect(count).toBeLessThan(400);
  });

  it("is given the nodes of one search, whatever the number of choices", () => {
    const source = numbers(1);
    const below = (limit: number): number => source.next().value % limit;
    // Sixty sites that want six of sixty anchors each, under seven names.
    const costs = Array.from({ length: 60 }, (_, i) => ({
      anchor: `${"ABCDEFG".charAt(i % 7)}${i}`,
      bytes: 1_000 + below(1_000),
    }));
    const sites = Array.from({ length: 60 }, (_, i) => ({
      site: `site ${i}`,
      candidates: Array.from({ length: 6 }, () => costs[below(60)]?.anchor ?? "").map((anchor) => ({
        anchor,
        end: endAt(200),
      })),
    }));
    const given: number[] = [];
    const choice = chooseOneOfAName(
      { sites, costs, untilAt, nameOf },
      (wanted, left, limits) => {
        given.push(limits.maxNodes);
        return choose(wanted, left, limits);
      },
      2_560,
    );
    const names = choice.anchors.map(({ anchor }) => nameOf(anchor));
    expect(new Set(names).size).toBe(names.length);
    expect(choice.exact).toBe(false);
    expect(given.length).toBeGreaterThan(100);
    expect(given.reduce((sum, nodes) => sum + nodes, 0)).toBeLessThanOrEqual(2 * 2_560 + 10);
  });

  it("takes less than five seconds of five hundred names that two roots have, all of them wanted", () => {
    const names = Array.from({ length: 500 }, (_, i) => String.fromCodePoint(0x4e00 + i));
    const costs = names.flatMap((name) => [0, 1].map((i) => ({ anchor: `${name}${i}`, bytes: 10 + i })));
    const sites = costs.map(({ anchor }) => ({ site: anchor, candidates: [{ anchor, end: endAt(200) }] }));
    let choice: Choice | undefined;
    const ms = cpuMsOf(() => (choice = chooseOneOfAName({ sites, costs, untilAt, nameOf }, choose)));
    expect(choice?.anchors.map(({ anchor }) => anchor).toSorted()).toEqual(names.map((name) => `${name}0`));
    expect(choice?.exact).toBe(false);
    expect(ms).toBeLessThan(5_000);
  });

  it.each([300, 3_000])(
    "is chosen once where %i have one name, each wanted by a site of its own",
    (count) => {
      const costs = Array.from({ length: count }, (_, i) => ({ anchor: `A${i}`, bytes: 10 }));
      const sites = costs.map(({ anchor }) => ({ site: anchor, candidates: [{ anchor, end: endAt(200) }] }));
      // The last serves one more than the others.
      const more = { site: "more", candidates: [{ anchor: `A${count - 1}`, end: endAt(200) }] };
      let choices = 0;
      const all = [...sites, more];
      const choice = chooseOneOfAName({ sites: all, costs, untilAt, nameOf }, (wanted, left) => {
        choices++;
        // As a choice is, as far as this rule reads it.
        const anchors = left.map((cost) => ({ ...cost, sites: [], motive: { kind: "cheapest" } as const }));
        const served = wanted.flatMap(({ site, candidates }) =>
          candidates.some(({ anchor }) => left.length > 1 || left[0]?.anchor === anchor)
            ? [{ site, anchors: [], end: endAt(200), lasts: true }]
            : [],
        );
        const unserved = wanted.map(({ site }) => site).slice(served.length);
        return { anchors, bytes: 10 * left.length, exact: true, served, unserved, lastsUntil: undefined };
      });
      expect(choice.anchors.map(({ anchor }) => anchor)).toEqual([`A${count - 1}`]);
      expect([choice.exact, choices]).toEqual([false, 2]);
    },
  );
});
