/** Connections that are alike but for one thing, and since when one of them shows what it shows. */
import type { Fact, ShownFact } from "../history.ts";
import { isSameSubject } from "../history.ts";
import type { Concern } from "../alert.ts";
import type { Situation } from "../situation.ts";
import { chainCodes, codeOf } from "./refused-chain.ts";

/** What a rule asks of one group. */
export type Find = (group: readonly ShownFact[], situation: Situation) => Concern | undefined;

/** The first concern of any group: each question is put to all groups before the next. */
export function firstConcern(
  groups: readonly (readonly ShownFact[])[],
  finds: readonly Find[],
  situation: Situation,
): readonly Concern[] {
  for (const find of finds) {
    for (const group of groups) {
      const concern = find(group, situation);
      if (concern !== undefined) return [concern];
    }
  }
  return [];
}

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

/**
 * Refused, beside others that are not, for as many visits as make a failure; what a rule of its own speaks of is left to
 * it. `said`: why the first of them is refused.
 */
export function refusedBesideOthers(
  group: readonly ShownFact[],
  { facts, settings: { failuresInARow, everyMs } }: Situation,
): { readonly first: ShownFact; readonly all: readonly ShownFact[]; readonly said: string } | undefined {
  if (!group.some(({ value }) => value.verdict.trusted)) return undefined;
  const all = group.filter((fact) => {
    const code = codeOf(fact);
    if (code === undefined || ruled.includes(code)) return false;
    const since = sinceOf(fact, facts, ({ value }) => !value.verdict.trusted);
    return fact.lastAt - since >= ((failuresInARow - 1) * everyMs) / 2;
  });
  const [first] = all;
  if (first === undefined || first.value.verdict.trusted) return undefined;
  return { first, all, said: first.value.verdict.sentence };
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
