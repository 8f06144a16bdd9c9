/**
 * What a visit makes of the facts: one whose value is equal goes on, another begins. What was not looked at stays as it is.
 *
 * Values are equal when what they say of the endpoint is: a sentence may count the seconds, and the newest one is kept. A fact that begins in the future
 * was written by a clock that was wrong, and does not count; a visit that ended before what is known changes nothing.
 */
import { type EndpointHistory, type Fact, factsOf, isSameSubject } from "./history.ts";
import type { Answer, Shown, Visit } from "./visit.ts";

export interface MergedFacts {
  /** All that count, the oldest first. */
  readonly all: readonly Fact[];
  /** Those that are new or went on. */
  readonly written: readonly Fact[];
}

export function mergeFacts(
  { facts }: Pick<EndpointHistory, "facts">,
  visit: Visit,
  now: number,
): MergedFacts {
  const all = facts.filter(({ firstAt }) => firstAt <= now);
  const written: Fact[] = [];
  for (const fact of factsOf(visit)) {
    const place = all.findLastIndex((known) => isSameSubject(known, fact));
    const known = all[place];
    const merged = known === undefined ? fact : mergeFact(known, fact);
    if (merged === undefined) continue;
    written.push(merged);
    if (known !== undefined && merged.firstAt === known.firstAt) all[place] = merged;
    else all.push(merged);
  }
  return { all, written };
}

/** The fact that goes on or begins; `undefined` where a newer one is known. */
function mergeFact(known: Fact, fact: Fact): Fact | undefined {
  if (fact.lastAt < known.lastAt) return undefined;
  if (saysTheSame(known, fact)) return { ...fact, firstAt: known.firstAt };
  return fact.firstAt > known.firstAt ? fact : undefined;
}

function saysTheSame(known: Fact, fact: Fact): boolean {
  return known.about === "answer"
    ? fact.about === "answer" && isSameAnswer(known.value, fact.value)
    : fact.about === "shown" && isSameShown(known.value, fact.value);
}

function isSameAnswer(one: Answer, other: Answer): boolean {
  switch (one.kind) {
    case "verified":
      return other.kind === "verified";
    case "answered":
      return other.kind === "answered" && one.status === other.status;
    case "failed":
      return other.kind === "failed" && one.code === other.code && one.stage === other.stage;
  }
}

function isSameShown({ chain, verdict }: Shown, other: Shown): boolean {
  if (chain.length !== other.chain.length) return false;
  if (chain.some((sha256, place) => sha256 !== other.chain[place])) return false;
  if (!verdict.trusted)
    return (
      !other.verdict.trusted &&
      verdict.code === other.verdict.code &&
      verdict.missing === other.verdict.missing
    );
  return (
    other.verdict.trusted &&
    verdict.root === other.verdict.root &&
    verdict.anchor === other.verdict.anchor &&
    verdict.usable.untilAt === other.verdict.usable.untilAt &&
    verdict.usable.ends === other.verdict.usable.ends
  );
}
