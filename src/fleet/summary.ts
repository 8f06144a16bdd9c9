/** One line of a list of endpoints: how it is, and what comes first. */
import { type Alert, severities } from "./alert.ts";
import { rank } from "./alerts.ts";
import { latenessOf } from "./habit.ts";
import { endedAt } from "./path-end.ts";
import type { Situation } from "./situation.ts";
import type { Answer, Visit } from "./visit.ts";

/** An endpoint in a few figures: what lists and metrics show. */
export interface EndpointSummary {
  readonly state: "well" | "notice" | "warning" | "critical" | "failing";
  /** The end of the usable path, the earliest of the endpoint's variants, in the past where it has ended; `undefined` where none is known. */
  readonly pathEndAt: number | undefined;
  /** The earliest notAfter of all certificates that were sent, whether a path needs them or not: other programs alert by it. */
  readonly earliestEndAt?: number | undefined;
  /** The earliest break that is foretold for any bundle. */
  readonly breakAt: number | undefined;
  /** How late the renewal is for the endpoint's own habit: 1 is the moment at which it renewed before; `undefined`: no habit is known. */
  readonly lateness: number | undefined;
  /** The answer's code: `http-200`, `verified`, `expired`. */
  readonly code: string;
  readonly openAlerts: number;
}

export function summarize(
  situation: Situation,
  { answer, certificates }: Visit,
  open: readonly Alert[],
): EndpointSummary {
  return {
    state: stateOf(situation, open),
    pathEndAt: pathEndOf(situation),
    earliestEndAt: earliestEndOf(situation, certificates),
    breakAt: breakOf(situation),
    lateness: latenessIn(situation),
    code: codeOfAnswer(answer),
    openAlerts: open.length,
  };
}

/** `http-200`, `verified`, or a code of the catalogue. */
export function codeOfAnswer(answer: Answer): string {
  switch (answer.kind) {
    case "verified":
      return "verified";
    case "answered":
      return `http-${answer.status}`;
    case "failed":
      return answer.code;
  }
}

function stateOf({ places, settings }: Situation, open: readonly Alert[]): EndpointSummary["state"] {
  const failing = places.filter(({ isWell }) => !isWell);
  if (failing.length > 0 && failing.length >= settings.placesUnreachable) return "failing";
  const [worst] = open.map(({ severity }) => severity).toSorted((a, b) => rank(b) - rank(a));
  return severities.find((severity) => severity === worst) ?? "well";
}

function pathEndOf(situation: Situation): number | undefined {
  return least(
    situation.seen.flatMap((fact) => {
      const { verdict } = fact.value;
      if (verdict.trusted) return [verdict.usable.untilAt];
      const at = endedAt(fact, situation);
      // Where nobody knows when it ended, it had when that was first seen.
      return at === undefined ? [] : [Math.min(at, fact.firstAt)];
    }),
  );
}

/** Of what this visit was sent; where it was sent nothing, of the servers' own certificates that are known. */
function earliestEndOf({ seen }: Situation, sent: Visit["certificates"]): number | undefined {
  const ends = [...sent.values()].map(({ notAfterAt }) => notAfterAt);
  return least(ends.length > 0 ? ends : seen.map(({ value }) => value.leaf.notAfterAt));
}

function breakOf({ forecasts, settings }: Situation): number | undefined {
  return least(
    forecasts.flatMap(({ breaksAt, sure }) =>
      breaksAt === undefined || (sure === "likely" && !settings.likely) ? [] : [breaksAt],
    ),
  );
}

function latenessIn({ seen, habit, now }: Situation): number | undefined {
  if (habit === undefined || seen.length === 0) return undefined;
  return Math.max(...seen.map(({ value }) => latenessOf(habit, value.leaf, now)));
}

function least(moments: readonly number[]): number | undefined {
  return moments.length === 0 ? undefined : Math.min(...moments);
}
