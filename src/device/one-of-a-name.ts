/**
 * Which of several roots of one name a device gets that looks at one of them alone (`firstOfNameOnly`): the one by
 * which the most sites are served. Name by name, so that what is found for several names is good, and perhaps not the
 * best.
 */
import { renderHex } from "../core/index.ts";
import type { AnchorCost, Choice, SiteNeed } from "../bundle/index.ts";
import type { StoreRoot } from "./candidates.ts";

/** The sites with their candidates, and the roots that these may be. */
export interface NamedNeed {
  readonly sites: readonly SiteNeed[];
  readonly roots: readonly StoreRoot[];
  readonly costs: readonly AnchorCost[];
}

/** Chooses so that no two anchors have one name. `choose` is the choice without that rule. */
export function chooseOneOfAName(
  { sites, roots, costs }: NamedNeed,
  choose: (sites: readonly SiteNeed[], costs: readonly AnchorCost[]) => Choice,
): Choice {
  let left = costs;
  let choice = choose(sites, left);
  const groups = rivals(sites, roots);
  for (const group of groups) {
    let best: { readonly choice: Choice; readonly costs: readonly AnchorCost[] } | undefined;
    for (const kept of group) {
      const fewer = left.filter(({ anchor }) => anchor === kept || !group.includes(anchor));
      const tried = choose(sites, fewer);
      if (best === undefined || isBetter(tried, best.choice)) best = { choice: tried, costs: fewer };
    }
    if (best !== undefined) ({ choice, costs: left } = best);
  }
  return { ...choice, exact: choice.exact && groups.length <= 1 };
}

function isBetter(choice: Choice, other: Choice): boolean {
  const lost = choice.unserved.length - other.unserved.length;
  return lost < 0 || (lost === 0 && choice.bytes < other.bytes);
}

/** Candidates by their name, where two or more have it. */
function rivals(sites: readonly SiteNeed[], roots: readonly StoreRoot[]): readonly (readonly string[])[] {
  const wanted = new Set(sites.flatMap(({ candidates }) => candidates.map(({ anchor }) => anchor)));
  const byName = new Map<string, Set<string>>();
  for (const { certificate, fingerprint } of roots) {
    if (!wanted.has(fingerprint)) continue;
    const name = renderHex(certificate.subject.der);
    byName.set(name, (byName.get(name) ?? new Set<string>()).add(fingerprint));
  }
  return [...byName.values()].filter(({ size }) => size > 1).map((group) => [...group]);
}
