/**
 * The usable path ends: the last moment at which any path over the chain verifies, and not the end of the first certificate.
 *
 * By the share of its life that is left, so that a certificate of 6 days and one of 398 are each told of in time; and for
 * the long ones not earlier than anybody renews. Where it is known that the endpoint renews later than that and always did, there is
 * nothing to tell until it is late for its own habit, or about to end.
 */
import { renderInstant, renderSpan } from "../../core/index.ts";
import type { Concern, Severity } from "../alert.ts";
import { isLate } from "../habit.ts";
import type { ShownFact } from "../history.ts";
import { endedAt } from "../path-end.ts";
import type { FleetSettings } from "../settings.ts";
import { seenLately, type Situation } from "../situation.ts";
import type { LeafFacts, UsablePath } from "../visit.ts";
import type { Rule } from "./rule.ts";
import { saySeen, saySharePercent, sayWhen } from "./wording.ts";

export const pathEnds: Rule = {
  title: "The usable path ends",
  authority:
    "RFC 5280 §4.1.2.5 and §6.1: a path holds while all of its certificates do. The thresholds are our policy: ACME clients renew with a third of the life left, and what has a quarter left was not renewed.",
  check(situation) {
    const seen = seenLately("path-ends", situation);
    const ended = seen.find((fact) => endedAt(fact, situation) !== undefined);
    if (ended !== undefined) return [explainEnded(ended, situation)];
    const [first] = seen
      .flatMap((fact) => endingOf(fact, situation) ?? [])
      .toSorted((a, b) => a.usable.untilAt - b.usable.untilAt);
    return first === undefined ? [] : [explainEnding(first, situation)];
  },
};

interface Ending {
  readonly fact: ShownFact;
  readonly usable: UsablePath;
  readonly severity: Severity;
  readonly isTempered: boolean;
}

/** The path of a chain that is near its end; `undefined` where it is not, or does not verify. */
function endingOf(fact: ShownFact, situation: Situation): Ending | undefined {
  const { verdict, leaf } = fact.value;
  if (!verdict.trusted) return undefined;
  const { usable } = verdict;
  const left = usable.untilAt - situation.now;
  const severity = severityOf(left, leaf, situation.settings);
  if (severity === undefined) return undefined;
  const isTempered = usable.ends === "leaf" && left >= lastOf(leaf) && isUsual(leaf, situation);
  return { fact, usable, severity: isTempered ? "notice" : severity, isTempered };
}

/** By how much of the leaf's life is left. */
function severityOf(
  left: number,
  leaf: LeafFacts,
  { lifeLeft, lifeLeftAtMostMs }: FleetSettings,
): Severity | undefined {
  const life = lifeOf(leaf);
  if (left < Math.min(life * lifeLeft.critical, lifeLeftAtMostMs.critical) || left < lastOf(leaf))
    return "critical";
  return left < Math.min(life * lifeLeft.warning, lifeLeftAtMostMs.warning) ? "warning" : undefined;
}

function isUsual(leaf: LeafFacts, { habit, now, settings: { everyMs } }: Situation): boolean {
  return habit !== undefined && !isLate(habit, leaf, { now, everyMs });
}

/** However late somebody always renews: with a fiftieth of the life left, a day at most, it is about to end. */
function lastOf(leaf: LeafFacts): number {
  return Math.min(lifeOf(leaf) / 50, dayMs);
}

const dayMs = 86_400_000;

function lifeOf({ notBeforeAt, notAfterAt }: LeafFacts): number {
  return notAfterAt - notBeforeAt;
}

function explainEnding({ fact, usable, severity, isTempered }: Ending, situation: Situation): Concern {
  const { endpoint, now, habit } = situation;
  const { leaf } = fact.value;
  const life = lifeOf(leaf);
  const share = saySharePercent((usable.untilAt - now) / life);
  return {
    rule: "path-ends",
    subject: "",
    severity,
    dueAt: usable.untilAt,
    sentence: `The usable path of ${endpoint.name} ends on ${renderInstant(usable.untilAt)}, ${sayWhen(usable.untilAt, now)}; that is ${share} of its certificate's life of ${renderSpan(life)}.`,
    evidence: [
      `What ends is ${endNames[usable.ends]}, ${usable.subject}; the server's certificate is valid from ${renderInstant(leaf.notBeforeAt)} to ${renderInstant(leaf.notAfterAt)}.`,
      saySeen([fact]),
      ...(isTempered && habit !== undefined
        ? [
            `It has renewed with about ${saySharePercent(habit.share)} of the life left before, so it is not late yet.`,
          ]
        : []),
    ],
    remedy: remedies[usable.ends],
    sure: "certain",
  };
}

const endNames = {
  leaf: "the server's certificate",
  intermediate: "a CA certificate between",
  root: "the root",
} as const;

const remedies = {
  leaf: "Renew the server's certificate, and see to it that the server was given the new one; then look at why its renewal did not run.",
  intermediate:
    "Install the CA certificates that the server's CA gives out now, with the certificate renewed if it needs to be: what is sent has to lead to a root by a path that lasts.",
  root: "Take a certificate under a root that lasts longer, or have the server send a chain that leads to one.",
} as const;

function explainEnded(fact: ShownFact, situation: Situation): Concern {
  const { endpoint, now } = situation;
  const { leaf } = fact.value;
  const at = endedAt(fact, situation) ?? now;
  const since = at < now ? ` on ${renderInstant(at)}, ${sayWhen(at, now)}` : "";
  return {
    rule: "path-ends",
    subject: "",
    severity: "critical",
    sentence: `The usable path of ${endpoint.name} has ended${since}: clients that verify no longer connect.`,
    evidence: [
      `The server's certificate is valid from ${renderInstant(leaf.notBeforeAt)} to ${renderInstant(leaf.notAfterAt)}.`,
      saySeen([fact]),
    ],
    remedy: leaf.notAfterAt < now ? remedies.leaf : remedies.intermediate,
    sure: "certain",
  };
}
