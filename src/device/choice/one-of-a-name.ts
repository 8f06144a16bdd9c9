/**
 * Which of several roots of one name a device gets that looks at one of them alone (`firstOfNameOnly`): of all choices
 * in which no two anchors have one name, the one that serves the most sites, then for the longest, then in the fewest
 * bytes.
 *
 * A choice without that rule is a bound for all that keep it, and the best of them where no two of it have one name. Where
 * two have, each root of that name is tried without the others.
 */
import { type AnchorCost, type Choice, maxCoverNodes, type SiteNeed } from "../../bundle/index.ts";
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

/** The choice without that rule, within so many nodes of search. */
export type Choose = (
  sites: readonly SiteNeed[],
  costs: readonly AnchorCost[],
  limits: { readonly maxNodes: number },
) => Choice;

/** Chooses so that no two anchors have one name. `maxNodes` is for all choices together, as far as the search is deep. */
export function chooseOneOfAName(
  { sites, costs, untilAt, nameOf }: NamedNeed,
  choose: Choose,
  maxNodes: number = maxCoverNodes.value,
): Choice {
  const share = { maxNodes: Math.ceil(maxNodes / maxNameBranches.value) };
  const wanted = countWanted(sites);
  let best: Choice | undefined;
  let branches = 0;
  let isCutShort = false;

  function search(left: readonly AnchorCost[], choice: Choice): void {
    // A choice that may not be the best does not bound what lies below it.
    if (!choice.exact) isCutShort = true;
    if (best !== undefined && compare(choice, best, untilAt) >= 0) return;
    const name = findSharedName(choice, nameOf);
    if (name === undefined) {
      best = choice;
      return;
    }
    const rivals = left.filter(({ anchor }) => nameOf(anchor) === name && wanted.has(anchor));
    if (branches + rivals.length > maxNameBranches.value) {
      isCutShort = true;
      // One way down has to end in a choice.
      best ??= choose(sites, settleNames(left, wanted, nameOf), share);
      return;
    }
    branches += rivals.length;
    const others = left.filter(({ anchor }) => nameOf(anchor) !== name);
    const tried = rivals.map((rival) => {
      const fewer = [...others, rival];
      return { fewer, choice: choose(sites, fewer, share) };
    });
    for (const branch of tried.toSorted((a, b) => compare(a.choice, b.choice, untilAt))) {
      search(branch.fewer, branch.choice);
    }
  }

  const free = choose(sites, costs, { maxNodes });
  search(costs, free);
  const found = best ?? free;
  return { ...found, exact: found.exact && !isCutShort };
}

/** How many sites each anchor serves. */
function countWanted(sites: readonly SiteNeed[]): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const { candidates } of sites)
    for (const anchor of new Set(candidates.map((one) => one.anchor)))
      wanted.set(anchor, (wanted.get(anchor) ?? 0) + 1);
  return wanted;
}

/** Of each name the anchor that serves the most sites; of equals the smallest. */
function settleNames(
  left: readonly AnchorCost[],
  wanted: ReadonlyMap<string, number>,
  nameOf: NamedNeed["nameOf"],
): readonly AnchorCost[] {
  const kept = new Map<string, AnchorCost>();
  for (const cost of left) {
    const name = nameOf(cost.anchor);
    const known = kept.get(name);
    const serves = ({ anchor }: AnchorCost): number => wanted.get(anchor) ?? 0;
    const isBetter =
      known === undefined ||
      serves(cost) > serves(known) ||
      (serves(cost) === serves(known) && cost.bytes < known.bytes);
    if (isBetter) kept.set(name, cost);
  }
  return [...kept.values()];
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
