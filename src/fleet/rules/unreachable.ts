/**
 * An ordinary client does not connect: from one place or from all, whatever the stage at which it ends.
 *
 * An outage counts after several visits in a row; a refused chain counts at once, since the network has no part in it. What
 * another rule says of the same chain is not said twice. An endpoint that comes and goes is one alert: it is over when it has been well for
 * longer, the oftener it failed during the day before.
 */
import { renderCount, renderInstant, renderList } from "../../core/index.ts";
import type { Concern } from "../alert.ts";
import type { AnswerFact, PlaceMark } from "../history.ts";
import { answerFrom, type Situation } from "../situation.ts";
import type { Answer } from "../visit.ts";
import { calmNeeded, timesIn, timesOf } from "./calm.ts";
import { chainCodes, codeOf } from "./refused-chain.ts";
import type { Rule } from "./rule.ts";

export const unreachable: Rule = {
  title: "An ordinary client does not connect",
  authority:
    "Our policy: one visit that fails may be chance, several in a row are not; from how many places is said, for the way there may be what is broken.",
  check(situation) {
    const { places, settings, alerts } = situation;
    const isOpen = alerts.some(({ rule }) => rule === "unreachable");
    const failing = places.flatMap((mark) => failureAt(mark, situation) ?? []);
    const counting = failing.filter(({ counts, mark }) => counts || (isOpen && wasInARow(mark, situation)));
    if (counting.length >= settings.placesUnreachable) return [explain(counting, situation)];
    const uneasy = places.filter(
      (mark) => comesAs(mark, situation) !== undefined || (isOpen && !isCalm(mark, situation)),
    );
    return uneasy.length > 0 ? [explainUneasy(uneasy, situation)] : [];
  },
};

interface Failure {
  readonly mark: PlaceMark;
  readonly answer: Extract<Answer, { kind: "failed" }>;
  readonly counts: boolean;
}

function failureAt(mark: PlaceMark, situation: Situation): Failure | undefined {
  const fact = answerFrom(situation.facts, mark.place);
  if (mark.isWell || fact?.value.kind !== "failed" || isSaid(fact, situation)) return undefined;
  return {
    mark,
    answer: fact.value,
    counts: fact.value.stage === "trust" || isInARow(mark, fact, situation),
  };
}

/** Whether another rule speaks of it, by the chain that it was seen with. */
function isSaid({ place, value }: AnswerFact, { seen }: Situation): boolean {
  if (value.kind !== "failed" || !ruledCodes.includes(value.code)) return false;
  return seen.some((fact) => fact.place === place && codeOf(fact) === value.code);
}

/** Whether it failed often enough in a row, where what other rules speak of came between at least for as long as that takes. */
function isInARow(mark: PlaceMark, current: AnswerFact, { facts, settings }: Situation): boolean {
  const { failuresInARow, everyMs } = settings;
  if (mark.failures < failuresInARow) return false;
  const own = facts.filter(
    (fact): fact is AnswerFact =>
      fact.about === "answer" && fact.place === mark.place && fact.lastAt >= mark.sinceAt,
  );
  const before = own.findLast(({ value }) => value.kind === "failed" && ruledCodes.includes(value.code));
  return before === undefined || current.lastAt - before.lastAt > (failuresInARow - 1) * everyMs * 1.5;
}

/** Whether it failed in two visits in a row lately: one more is then no slip. */
function wasInARow({ place }: PlaceMark, situation: Situation): boolean {
  return timesIn(place, ({ value, firstAt, lastAt }) => isUnsaid(value) && lastAt > firstAt, situation) > 0;
}

const ruledCodes: readonly string[] = Object.values(chainCodes);

/** Failures that are never in a row are chance once or twice in a day; three times seldom, and four times not. */
function comesAs({ place }: PlaceMark, situation: Situation): "notice" | "warning" | undefined {
  const times = timesOf(place, isUnsaid, situation);
  if (times < often) return undefined;
  return times === often ? "notice" : "warning";
}

const often = 3;

function isUnsaid(answer: Answer): boolean {
  return answer.kind === "failed" && !ruledCodes.includes(answer.code);
}

function isCalm(mark: PlaceMark, situation: Situation): boolean {
  return mark.isWell && situation.now - mark.sinceAt >= calmNeeded(mark.place, isUnsaid, situation);
}

function explain(failing: readonly Failure[], { endpoint, places }: Situation): Concern {
  const from = failing.map(({ mark }) => mark.place);
  const [first] = failing;
  const all = failing.length === places.length;
  const where =
    places.length === 1 ? "" : ` from ${failing.length} of ${places.length} places (${renderList(from)})`;
  return {
    rule: "unreachable",
    subject: "",
    severity: all ? "critical" : "warning",
    sentence: `An ordinary client does not connect to ${endpoint.name}${where}: ${first?.answer.sentence ?? ""}`,
    evidence: failing.map(
      ({ mark, answer }) =>
        `From ${mark.place}, ${mark.failures === 1 ? "one visit" : `${mark.failures} visits in a row`} failed, since ${renderInstant(mark.sinceAt)} (${answer.code}).`,
    ),
    remedy: `Ask why: "meerkat why" on ${endpoint.name} names the cause and what each side can do.${all ? "" : " The other places connect, so look at the way from there first."}`,
    sure: "certain",
  };
}

function explainUneasy(uneasy: readonly PlaceMark[], situation: Situation): Concern {
  const { name } = situation.endpoint;
  return {
    rule: "unreachable",
    subject: "",
    severity: uneasy.some((mark) => comesAs(mark, situation) === "warning") ? "warning" : "notice",
    sentence: `${name} comes and goes: an ordinary client did not always connect lately, and it is not yet well for long enough to call that over.`,
    evidence: uneasy.map(
      ({ place, isWell, sinceAt }) =>
        `From ${place} it failed ${renderCount(timesOf(place, isUnsaid, situation), "time")} lately, and ${isWell ? "is well" : "fails"} since ${renderInstant(sinceAt)}.`,
    ),
    remedy: `Ask why while it fails: "meerkat why" on ${name} repeats what came and went.`,
    sure: "certain",
  };
}
