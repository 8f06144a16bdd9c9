/** The lines of an endpoint's history: what each place was answered, and which chain each variant showed. */
import { type Answer, type EndpointHistory, type Fact, type Shown, subjectOf } from "../../../fleet/index.ts";
import type { Lane, Segment } from "../draw/lanes.ts";
import { pageLimits } from "../limits.ts";
import { describeVariant } from "./endpoint-variants.ts";

/** Answers first, then the chains that were seen last. */
export function readLanes({ facts, places }: EndpointHistory): readonly Lane[] {
  const bySubject = new Map<string, Fact[]>();
  for (const fact of facts) {
    const subject = subjectOf(fact);
    const before = bySubject.get(subject);
    if (before === undefined) bySubject.set(subject, [fact]);
    else before.push(fact);
  }
  const namesPlace = places.length > 1;
  return [...bySubject.values()]
    .map((one) => one.toSorted((a, b) => a.firstAt - b.firstAt).slice(-pageLimits.segments.value))
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, pageLimits.lanes.value)
    .map((one) => readLane(one, namesPlace));
}

function rank(facts: readonly Fact[]): number {
  const newest = facts.at(-1);
  return newest === undefined || newest.about === "answer" ? -Infinity : -newest.lastAt;
}

function readLane(facts: readonly Fact[], namesPlace: boolean): Lane {
  const newest = facts.at(-1);
  const label = newest === undefined ? "" : labelOf(newest);
  return {
    label: namesPlace && newest !== undefined ? `${label} (from ${newest.place})` : label,
    segments: facts.map(segmentOf),
    untilAt:
      newest?.about === "shown" && newest.value.verdict.trusted
        ? newest.value.verdict.usable.untilAt
        : undefined,
  };
}

function labelOf(fact: Fact): string {
  return fact.about === "answer" ? "answer" : describeVariant(fact.variant);
}

function segmentOf(fact: Fact): Segment {
  const { firstAt, lastAt } = fact;
  return fact.about === "answer"
    ? { firstAt, lastAt, isWell: fact.value.kind !== "failed", says: explainAnswer(fact.value) }
    : { firstAt, lastAt, isWell: fact.value.verdict.trusted, says: explainShown(fact.value) };
}

/** A few words for what the endpoint answered. */
function explainAnswer(answer: Answer): string {
  switch (answer.kind) {
    case "verified":
      return "verified";
    case "answered":
      return `verified, HTTP ${answer.status}`;
    case "failed":
      return answer.code;
  }
}

function explainShown({ chain, leaf, verdict }: Shown): string {
  const which = `certificate ${chain[0]?.slice(0, 8) ?? "none"} by ${leaf.issuer}`;
  return verdict.trusted ? which : `${which}, refused: ${verdict.code}`;
}
