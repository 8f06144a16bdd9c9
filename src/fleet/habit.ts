/**
 * How an endpoint renews: with which share of its certificate's life left the next one was shown, learned from the leaves
 * that were seen one after the other. A share and no number of days, so that it holds when lives become shorter.
 *
 * A leaf was renewed when one that ends later is shown and the old one no longer is: where a load balancer shows two by
 * turns, neither renewed the other. Between two visits the new one's notBefore tells when it was. That somebody replaces a certificate
 * long before its end is not a habit of renewing: with half of the life left nobody is late.
 */
import { type Fact, isSameSubject, type ShownFact } from "./history.ts";
import { fleetLimits } from "./limits.ts";
import type { LeafFacts } from "./visit.ts";

export interface Habit {
  /** How many renewals it was learned from. */
  readonly renewals: number;
  /** The share of its life that a certificate has left when the next one is shown: the median. */
  readonly share: number;
  /** By how much of that share a renewal may come later before it is late, by what it came later before. */
  readonly allowance: number;
}

/** `undefined` before the first renewal was seen. `facts`: the oldest first. */
export function learnHabit(facts: readonly Fact[]): Habit | undefined {
  const renewals: Renewal[] = [];
  for (const renewal of seriesOf(facts).flatMap(renewalsIn)) {
    const known = renewals.findIndex((one) => isSameRenewal(one, renewal));
    if (known === -1) renewals.push(renewal);
    // An endpoint of several addresses or keys has renewed when the last of them has.
    else if ((renewals[known]?.at ?? 0) < renewal.at) renewals[known] = renewal;
  }
  const shares = renewals
    .toSorted((a, b) => a.at - b.at)
    .slice(-fleetLimits.renewalsKept.value)
    .map(({ share }) => Math.min(share, mostLeft))
    .toSorted((a, b) => a - b);
  // Of two the later renewal: the other one may have been a replacement.
  const share = shares[(shares.length - 1) >> 1];
  const [least] = shares;
  if (share === undefined || least === undefined) return undefined;
  const allowance = Math.min(
    mostAllowed,
    Math.max(leastAllowance(shares.length), (1 - least / share) * beyond + margin),
  );
  return { renewals: shares.length, share, allowance };
}

/** A replacement with more left counts as one with half of the life left. */
const mostLeft = 1 / 2;
/**
 * A client that renews at a random hour of a random day spreads by a fifth to both sides, and the last of several machines is
 * later still: one renewal may have been the earliest of all. The more were seen, the more their own spread is believed.
 */
function leastAllowance(renewals: number): number {
  if (renewals < 6) return 0.45;
  return renewals < 10 ? 0.3 : 0.2;
}

/** Half of the share is late, however somebody renewed before. */
const mostAllowed = 1 / 2;
/** The latest renewal that was seen is seldom the latest that there will be: half of its distance, and a tenth, come on top. */
const beyond = 1.5;
const margin = 0.1;

/**
 * How late a renewal is: 0 when the certificate begins, 1 at the moment at which the endpoint renewed before, 2 at the
 * certificate's end; even in between, and 2 behind it.
 */
export function latenessOf(habit: Habit, { notBeforeAt, notAfterAt }: LeafFacts, now: number): number {
  const life = notAfterAt - notBeforeAt;
  const left = Math.min(life, Math.max(0, notAfterAt - now));
  const habitual = habit.share * life;
  return left >= habitual ? (life - left) / (life - habitual) : 2 - left / habitual;
}

/**
 * Whether it is later than the endpoint has ever been by more than chance, and by more than the time between two visits,
 * `everyMs`: a renewal is seen by the next one.
 */
export function isLate(
  habit: Habit,
  leaf: LeafFacts,
  { now, everyMs }: { readonly now: number; readonly everyMs: number },
): boolean {
  return latenessOf(habit, leaf, now - everyMs) >= 1 + habit.allowance;
}

interface Renewal {
  /** Which certificate was renewed. */
  readonly leaf: LeafFacts;
  readonly at: number;
  readonly share: number;
}

/** Certificates of several keys, or of several machines, that end at about the same time are renewed as one. */
function isSameRenewal(one: Renewal, other: Renewal): boolean {
  const nearMs = (one.leaf.notAfterAt - one.leaf.notBeforeAt) / 20;
  return (
    Math.abs(one.leaf.notAfterAt - other.leaf.notAfterAt) < nearMs && Math.abs(one.at - other.at) < 4 * nearMs
  );
}

interface SeenLeaf {
  readonly sha256: string;
  readonly leaf: LeafFacts;
  readonly firstAt: number;
  lastAt: number;
}

/** The leaves of each place and variant, in the order in which they were first seen. */
function seriesOf(facts: readonly Fact[]): readonly (readonly SeenLeaf[])[] {
  const all: { readonly of: ShownFact; readonly leaves: SeenLeaf[] }[] = [];
  for (const fact of facts) {
    if (fact.about !== "shown") continue;
    const [sha256] = fact.value.chain;
    if (sha256 === undefined) continue;
    let series = all.find(({ of }) => isSameSubject(of, fact));
    if (series === undefined) all.push((series = { of: fact, leaves: [] }));
    const known = series.leaves.find((one) => one.sha256 === sha256);
    if (known === undefined) {
      const { firstAt, lastAt } = fact;
      series.leaves.push({ sha256, leaf: fact.value.leaf, firstAt, lastAt });
    } else known.lastAt = Math.max(known.lastAt, fact.lastAt);
  }
  return all.map(({ leaves }) => leaves);
}

function renewalsIn(series: readonly SeenLeaf[]): readonly Renewal[] {
  const renewals: Renewal[] = [];
  let [current] = series;
  for (const next of series.slice(1)) {
    if (current === undefined || next.leaf.notAfterAt < current.leaf.notAfterAt) continue;
    const { notBeforeAt, notAfterAt } = current.leaf;
    const life = notAfterAt - notBeforeAt;
    // As late as the old one may have been seen; where nobody looked for long, the new one tells when it began.
    const isLongUnseen = next.firstAt - current.lastAt > life / 20;
    const at = isLongUnseen
      ? Math.min(next.firstAt, Math.max(current.lastAt, next.leaf.notBeforeAt))
      : next.firstAt;
    const isReplaced = current.lastAt <= next.firstAt + fleetLimits.alternatingMs.value;
    // One that ends at about the same time is the same certificate issued again.
    const isLater = next.leaf.notAfterAt - notAfterAt > life / 20;
    if (isReplaced && isLater && at < notAfterAt)
      renewals.push({ leaf: current.leaf, at, share: (notAfterAt - at) / life });
    current = next;
  }
  return renewals;
}
