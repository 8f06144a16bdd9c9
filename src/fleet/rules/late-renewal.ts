/** Late for its own habit: the endpoint renewed earlier each time before. Only a habit speaks, so that it never breaks by itself. */
import { renderInstant, renderSpan } from "../../core/index.ts";
import type { Concern } from "../alert.ts";
import { type Habit, isLate, latenessOf } from "../habit.ts";
import type { ShownFact } from "../history.ts";
import { seenLately, type Situation } from "../situation.ts";
import type { Rule } from "./rule.ts";
import { saySeen } from "./wording.ts";

export const lateRenewal: Rule = {
  title: "The renewal is late for the endpoint's own habit",
  authority:
    "Our policy: what renews by itself does so at the same part of a certificate's life (RFC 9773 §4.2 has the CA say which); later than ever before, it likely no longer runs.",
  check(situation) {
    const { habit, now } = situation;
    if (habit === undefined) return [];
    const latest = latestOf(situation, habit);
    if (latest === undefined) return [];
    const lateness = latenessOf(habit, latest.value.leaf, now);
    return lateness >= noticed ? [explainLate(latest, habit, situation)] : [];
  },
};

/** With a fifth of the habitual rest gone it is worth a word: "renews with 30 days left; now 24". */
const noticed = 1.2;
/** One renewal may have been a replacement: it is worth a notice, and no more. */
const enoughToWarn = 2;
/** So many renewals make a habit; fewer may be chance. */
const enough = 3;

function latestOf(situation: Situation, habit: Habit): ShownFact | undefined {
  const { now } = situation;
  return seenLately("late-renewal", situation)
    .filter(({ value: { verdict } }) => verdict.trusted || verdict.code === "expired")
    .map((fact) => ({ fact, lateness: latenessOf(habit, fact.value.leaf, now) }))
    .toSorted((a, b) => b.lateness - a.lateness)[0]?.fact;
}

function explainLate(fact: ShownFact, habit: Habit, { endpoint, now, settings }: Situation): Concern {
  const { everyMs } = settings;
  const { notBeforeAt, notAfterAt } = fact.value.leaf;
  const usual = renderSpan(habit.share * (notAfterAt - notBeforeAt));
  const rest =
    notAfterAt > now
      ? `now ${renderSpan(notAfterAt - now)} are left`
      : `its certificate ended on ${renderInstant(notAfterAt)}`;
  const times = habit.renewals === 1 ? "Once" : `Each of the last ${habit.renewals} times`;
  return {
    rule: "late-renewal",
    subject: "",
    severity:
      habit.renewals >= enoughToWarn && isLate(habit, fact.value.leaf, { now, everyMs })
        ? "warning"
        : "notice",
    dueAt: notAfterAt > now ? notAfterAt : undefined,
    sentence: `${endpoint.name} renews with about ${usual} left; ${rest}, and it has not been renewed.`,
    evidence: [
      `${times} that a renewal was seen, the next certificate was shown with about ${Math.round(habit.share * 100)} % of the life left.`,
      saySeen([fact]),
    ],
    remedy:
      "Look whether what renews the certificate still runs (a timer, an ACME client, a calendar), and whether the server was given the new certificate.",
    sure: habit.renewals >= enough ? "certain" : "likely",
  };
}
