/**
 * Which of several roots of one name a device gets that looks at one of them alone (`firstOfNameOnly`): of all choices
 * in which no two anchors have one name, the one that serves the most sites, then for the longest, then in the fewest
 * bytes.
 *
 * A choice without that rule is a bound for all that keep it, and the best of them where no two of it have one name. Where
 * two have, each root of that name is tried without the others.
 */
import type { AnchorCost, Choice, SiteNeed } from "../../bundle/index.ts";
import { maxNameBranches } from "../limits.ts";

/** The sites with their candidates, and what each anchor costs. */
export interface NamedNeed {
  readonly sites: readonly SiteNeed[];
  readonly costs: readonly AnchorCost[];
  /** How long the choice is to last. */
  readonly untilAt: number;
  /** By what the device looks an anchor up. */
  readonly nameOf: (anchor: string) => string;
}

/** Chooses so that no two anchors have one name. `choose` is the choice without that rule. */
export function chooseOneOfAName(
  { sites, costs, untilAt, nameOf }: NamedNeed,
  choose: (sites: readonly SiteNeed[], costs: readonly AnchorCost[]) => Choice,
): Choice {
  const wanted = new Set(sites.flatMap(({ candidates }) => candidates.map(({ anchor }) => anchor)));
  let best: Choice | undefined;
  let branches = 0;
  let isCutShort = false;

  function search(left: readonly AnchorCost[], choice: Choice): void {
    if (best !== undefined && compare(choice, best, untilAt) >= 0) return;
    const name = findSharedName(choice, nameOf);
    if (name === undefined) {
      best = choice;
      return;
    }
    const others = left.filter(({ anchor }) => nameOf(anchor) !== name);
    const rivals = left.filter(({ anchor }) => nameOf(anchor) === name && wanted.has(anchor));
    const tried = rivals.map((rival) => {
      const fewer = [...others, rival];
      return { fewer, choice: choose(sites, fewer) };
    });
    branches += tried.length;
    for (const branch of tried.toSorted((a, b) => compare(a.choice, b.choice, untilAt))) {
      // The first way down always ends in a choice.
      if (best !== undefined && branches > maxNameBranches.value) {
        isCutShort = true;
        return;
      }
      search(branch.fewer, branch.choice);
    }
  }

  const free = choose(sites, costs);
  search(costs, free);
  const found = best ?? free;
  return { ...found, exact: found.exact && !isCutShort };
}

/** Below zero where the first is better. */
function compare(a: Choice, b: Choice, untilAt: number): number {
  return (
    a.unserved.length - b.unserved.length ||
    totalLife(b, untilAt) - totalLife(a, untilAt) ||
    a.bytes - b.bytes
  );
}

/** Beyond the asked day nothing counts. */
function totalLife({ served }: Choice, untilAt: number): number {
  return served.reduce((sum, { end }) => sum + Math.min(end.at, untilAt), 0);
}

function findSharedName({ anchors }: Choice, nameOf: NamedNeed["nameOf"]): string | undefined {
  const seen = new Set<string>();
  for (const { anchor } of anchors) {
    const name = nameOf(anchor);
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
