/** Connections that are alike but for one thing, and since when one of them shows what it shows. */
import type { Fact, ShownFact } from "../history.ts";
import { isSameSubject } from "../history.ts";
import { chainCodes, codeOf } from "./refused-chain.ts";

/** Groups of two at least, in the order of their first. */
export function groupsBy(
  facts: readonly ShownFact[],
  keyOf: (fact: ShownFact) => string,
): readonly (readonly ShownFact[])[] {
  const groups = new Map<string, ShownFact[]>();
  for (const fact of facts) {
    const key = keyOf(fact);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fact]);
    else group.push(fact);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** Refused, beside others that are not; what a rule of its own speaks of is left to it. */
export function refusedBesideOthers(group: readonly ShownFact[]): readonly ShownFact[] {
  if (!group.some(({ value }) => value.verdict.trusted)) return [];
  return group.filter((fact) => {
    const code = codeOf(fact);
    return code !== undefined && !ruled.includes(code);
  });
}

const ruled: readonly string[] = Object.values(chainCodes);

/** The first moment from which on the connection has shown something of which `isSame` is true without a break. */
export function sinceOf(
  fact: ShownFact,
  facts: readonly Fact[],
  isSame: (earlier: ShownFact) => boolean,
): number {
  let since = fact.firstAt;
  for (let place = facts.length - 1; place >= 0; place--) {
    const earlier = facts[place];
    if (earlier?.about !== "shown" || !isSameSubject(earlier, fact)) continue;
    if (!isSame(earlier)) break;
    since = earlier.firstAt;
  }
  return since;
}

/** How far the ends of the leaves lie apart, as a share of the longest life. */
export function endsApart(group: readonly ShownFact[]): number {
  const leaves = group.map(({ value }) => value.leaf);
  const ends = leaves.map(({ notAfterAt }) => notAfterAt);
  const life = Math.max(...leaves.map(({ notBeforeAt, notAfterAt }) => notAfterAt - notBeforeAt));
  return (Math.max(...ends) - Math.min(...ends)) / life;
}

/** By more than this share their ends are far apart: one was renewed a quarter of its life before the other. */
export const farApart: number = 1 / 4;
