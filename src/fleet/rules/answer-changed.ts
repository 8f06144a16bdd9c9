/**
 * The answer changed for the worse: HTTP answers with an error where it did not before, and goes on to. A status is a result
 * and not a fault of the connection, so that what counts is the change, once it stays. After a week an error of the client's side (4xx) is
 * what the endpoint answers. That it no longer connects at all is said by other rules.
 */
import { renderInstant } from "../../core/index.ts";
import type { Concern } from "../alert.ts";
import type { AnswerFact } from "../history.ts";
import { answerFrom, type Situation } from "../situation.ts";
import { codeOfAnswer } from "../summary.ts";
import type { Answer } from "../visit.ts";
import { calmNeeded } from "./calm.ts";
import type { Rule } from "./rule.ts";

export const answerChanged: Rule = {
  title: "The answer changed",
  authority:
    "RFC 9110 §15.5 and §15.6: 4xx and 5xx are errors of the request and of the server. That a change counts when it stays is our policy.",
  check(situation) {
    const { places, alerts } = situation;
    const isOpen = alerts.some(({ rule }) => rule === "answer-changed");
    const changes = places.flatMap(({ place }) => changeAt(place, isOpen, situation) ?? []);
    const [first] = changes;
    return first === undefined ? [] : [explain(first, changes, situation)];
  },
};

interface Change {
  readonly place: string;
  readonly before: AnswerFact;
  readonly after: AnswerFact;
}

function changeAt(place: string, isOpen: boolean, situation: Situation): Change | undefined {
  const { facts } = situation;
  const current = answerFrom(facts, place);
  if (current === undefined || current.value.kind === "failed") return undefined;
  const own = facts.filter(
    (fact): fact is AnswerFact =>
      fact.about === "answer" && fact.place === place && fact.value.kind !== "failed",
  );
  const worst = rankOf(current.value);
  const before = own.findLast((fact) => rankOf(fact.value) < worst && stays(fact, situation));
  if (
    before !== undefined &&
    (isOpen || stays({ ...current, firstAt: worseSince(own, worst) }, situation)) &&
    !isAccepted(current, before, situation)
  )
    return { place, before, after: current };
  return isOpen ? passing(current, own, situation) : undefined;
}

/** From when on every answer was as bad as `worst` at least. Visits that did not connect are not in `own`. */
function worseSince(own: readonly AnswerFact[], worst: number): number {
  const better = own.findLastIndex(({ value }) => rankOf(value) < worst);
  return own[better + 1]?.firstAt ?? Infinity;
}

/** What is better again, and not yet for long enough. */
function passing(current: AnswerFact, own: readonly AnswerFact[], situation: Situation): Change | undefined {
  const isWorse = (answer: Answer): boolean => rankOf(answer) > rankOf(current.value);
  const after = own.findLast(({ value }) => isWorse(value));
  if (after === undefined) return undefined;
  const isCalm = situation.now - current.firstAt >= calmNeeded(current.place, isWorse, situation);
  return isCalm ? undefined : { place: current.place, before: current, after };
}

/** 0 for what is well, 1 for an error of the client's side, 2 for one of the server's. */
function rankOf(answer: Answer): number {
  if (answer.kind !== "answered") return 0;
  // Too Many Requests is about whoever asks: it says nothing of the site.
  if (answer.status === tooManyRequests || answer.status < 400) return 0;
  return answer.status < 500 ? 1 : 2;
}

const tooManyRequests = 429;

/** Whether it was seen by as many visits as count. */
function stays(
  { firstAt, lastAt }: AnswerFact,
  { settings: { failuresInARow, everyMs } }: Situation,
): boolean {
  // Visits come half an interval apart at least.
  return lastAt - firstAt >= ((failuresInARow - 1) * everyMs) / 2;
}

function isAccepted({ value }: AnswerFact, before: AnswerFact, { now }: Situation): boolean {
  return rankOf(value) === 1 && now - before.lastAt >= acceptedAfterMs;
}

/** A week: whoever did not mean it has seen it by then. */
const acceptedAfterMs = 7 * 86_400_000;

function explain(
  { before, after }: Change,
  changes: readonly Change[],
  { endpoint, places }: Situation,
): Concern {
  const from =
    places.length === 1
      ? ""
      : ` (from ${changes.length} of ${places.length} places: ${changes.map(({ place }) => place).join(", ")})`;
  return {
    rule: "answer-changed",
    subject: "",
    severity: "warning",
    sentence: `${endpoint.name} answers ${codeOfAnswer(after.value)} where it answered ${codeOfAnswer(before.value)} before${from}.`,
    evidence: changes.map(
      (one) =>
        `From ${one.place}: ${codeOfAnswer(one.before.value)} was last seen on ${renderInstant(one.before.lastAt)}, ${codeOfAnswer(one.after.value)} from ${renderInstant(one.after.firstAt)} to ${renderInstant(one.after.lastAt)}.`,
    ),
    remedy: `Ask why: "meerkat why" on ${endpoint.name} shows the answer, and what changes it.`,
    sure: "certain",
  };
}
