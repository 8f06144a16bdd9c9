/** Findings about an answer that says no: what turns it, and what does not. */
import { listOf, type RequestGave } from "../experiment.ts";
import { makeFinding, type DraftFinding } from "../finding.ts";
import { findFront } from "../fronts.ts";
import { isSame, reduceRefusal, type Reduction, type RequestResult } from "../reduction.ts";
import { cookiesOf } from "../request-change.ts";
import { resultsOf, sentenceCase } from "../results.ts";
import type { Evidence } from "../evidence.ts";
import type { AnswerSeen, AttemptSeen } from "../observation.ts";
import { bodySentences } from "./said.ts";
import { adviceFor } from "./status.ts";
import { tlsWasWell } from "./well.ts";

/** Where the reduction of a refusal stands; `undefined` where there is none to reduce. */
export function reductionOf(evidence: Evidence, attempt: AttemptSeen): Reduction | undefined {
  const results = resultsOf(evidence, "request");
  if (results.length === 0) return undefined;
  const { answer } = attempt.exchange ?? {};
  const told = { origin: originOf(answer?.url ?? attempt.url), cookies: cookiesOf(answer?.fields ?? []) };
  return reduceRefusal({ fields: evidence.question.fields, first: firstAnswer(attempt), told, results });
}

function originOf(url: string): string | undefined {
  return /^https?:\/\/[^/?#]+/i.exec(url)?.[0];
}

/** The main attempt as an arm of the reduction. */
export function firstAnswer({ exchange, ended }: AttemptSeen): RequestGave {
  return { status: ended === undefined ? exchange?.answer?.status : undefined, ended };
}

/** What the reduction of a refusal came to. */
export function refusalFinding(evidence: Evidence, attempt: AttemptSeen, answer: AnswerSeen): DraftFinding {
  const reduction = reductionOf(evidence, attempt);
  switch (reduction?.kind) {
    case "unsteady":
      return describeUnsteady(reduction.answers, attempt);
    case "turned":
      return describeTurned(evidence, reduction, attempt);
    case "not-turned":
      return describeBlocked(evidence, { ...reduction, attempt, answer });
    case "limited":
      return describeStatus(evidence, attempt, answer, [
        `As it was: ${counts(reduction.before)}.`,
        `Asked more often it answered ${reduction.by.status ?? ""}, which speaks of load and of no field, so it is not known whether a field of the request matters.`,
      ]);
    case "open":
    case "confirm":
    case undefined:
      return describeStatus(evidence, attempt, answer, repeatSentences(evidence, attempt));
  }
}

/** A refusal that was turned, for exchanges that came to no answer. */
export function turnedFinding(evidence: Evidence, attempt: AttemptSeen): DraftFinding | undefined {
  const reduction = reductionOf(evidence, attempt);
  return reduction?.kind === "turned" ? describeTurned(evidence, reduction, attempt) : undefined;
}

function repeatSentences(evidence: Evidence, attempt: AttemptSeen): string[] {
  const repeats = resultsOf(evidence, "request")
    .filter(({ experiment }) => experiment.changes.length === 0)
    .flatMap(({ gave }) => gave ?? []);
  return repeats.length === 0 ? [] : [`As it was: ${counts([firstAnswer(attempt), ...repeats])}.`];
}

function describeTurned(
  { question }: Evidence,
  { changes, before, after, isSmallest, isConfirmed }: Extract<Reduction, { readonly kind: "turned" }>,
  attempt: AttemptSeen,
): DraftFinding {
  const [first] = before;
  const { answer } = attempt.exchange ?? {};
  const what = listOf(changes.map(({ says }) => says));
  const lines = [
    `As it was: ${counts(before)}. ${sentenceCase(what)}: ${counts(after)}.`,
    isConfirmed
      ? "As it was it was asked last, too, and refused again: it is neither chance nor a matter of time."
      : "It was not asked once more as it was, so chance is not ruled out.",
    isSmallest
      ? changes.length > 1
        ? "None of these changes is enough without the others."
        : "Nothing else was changed."
      : "There was no time, or there were no connections left, to find out whether less would do.",
    ...(answer === undefined ? [] : bodySentences(answer, question)),
    ...tlsWasWell(attempt),
  ];
  return makeFinding("fields-refused", {
    certainty: after.length > 1 && isConfirmed ? "certain" : "likely",
    sentence: `${attempt.host} ${first === undefined ? "refuses" : describeGave(first)} the request as it is, and answers ${after[0]?.status ?? ""} to the same ${what}.`,
    evidence: lines,
    client: `Send the request ${what}.`,
    server: frontRemedy(answer),
  });
}

function describeGave({ status, ended }: RequestGave): string {
  return status === undefined ? `gives no answer (${ended?.code ?? "none"}) to` : `answers ${status} to`;
}

function describeUnsteady(answers: readonly RequestGave[], attempt: AttemptSeen): DraftFinding {
  return makeFinding("unsteady-answer", {
    certainty: "certain",
    sentence: `${attempt.host} answers the same request differently from one time to the next: ${counts(answers)}.`,
    evidence: [
      "Nothing was changed between these requests, so no field of the request is the cause.",
      ...tlsWasWell(attempt),
    ],
  });
}

interface Blocked extends Extract<Reduction, { readonly kind: "not-turned" }> {
  readonly attempt: AttemptSeen;
  readonly answer: AnswerSeen;
}

function describeBlocked(evidence: Evidence, { before, tried, attempt, answer }: Blocked): DraftFinding {
  const { status } = answer;
  const arms = tried.filter(({ gave, experiment }) => gave !== undefined && experiment.changes.length > 0);
  const lines = [`As it was: ${counts(before)}: not chance.`, ...arms.map((arm) => armSentence(arm))];
  if (status !== 403 && status !== 406) return describeStatus(evidence, attempt, answer, lines);
  const said = bodySentences(answer, evidence.question);
  const hasReference = findFront(answer.fields, answer.excerpt)?.reference !== undefined;
  return makeFinding("request-blocked", {
    certainty: "certain",
    sentence: `${attempt.host} answers ${statusText(answer)}, whatever of the usual fields the request has${frontOf(answer)}.`,
    evidence: [
      ...said,
      ...lines,
      ...lateCertificate(evidence, attempt),
      ...frontSentences(answer),
      ...tlsWasWell(attempt),
    ],
    client: hasReference
      ? undefined
      : said.length > 0
        ? "Read what the answer says itself; ask the site's operator, or try from another network."
        : "Ask the site's operator; try from another network.",
    server: frontRemedy(answer) ?? "Say in the answer which rule refuses the request, and whom to ask.",
  });
}

/** A certificate that is at hand and was not asked for, where it might be wanted later. */
function lateCertificate({ question }: Evidence, { tls }: AttemptSeen): string[] {
  if (question.hasClientCertificate !== true || tls?.clientCertificate !== undefined) return [];
  return [
    "A client certificate was given, and the server did not ask for it in the handshake. If it wants one for this path alone, it asks later, which Node cannot answer.",
  ];
}

function armSentence({ experiment, gave = [] }: RequestResult): string {
  return `${sentenceCase(listOf(experiment.changes.map(({ says }) => says)))}: ${counts(gave)}.`;
}

function describeStatus(
  { question }: Evidence,
  attempt: AttemptSeen,
  answer: AnswerSeen,
  more: readonly string[] = [],
): DraftFinding {
  const advice = adviceFor(answer);
  return makeFinding("status-error", {
    certainty: "certain",
    sentence: `${attempt.host} answers ${statusText(answer)}: the site's own answer to this URL${frontOf(answer)}.`,
    evidence: [
      ...bodySentences(answer, question),
      ...more,
      ...frontSentences(answer),
      ...tlsWasWell(attempt),
    ],
    client: advice?.client,
    server: frontRemedy(answer) ?? advice?.server,
  });
}

function statusText({ status, reason }: AnswerSeen): string {
  return `${status}${reason === "" ? "" : ` ${reason}`}`;
}

function frontOf({ fields, excerpt }: AnswerSeen): string {
  const front = findFront(fields, excerpt);
  return front === undefined ? "" : `; the answer looks like ${front.name}'s`;
}

function frontSentences({ fields, excerpt }: AnswerSeen): string[] {
  const front = findFront(fields, excerpt);
  if (front === undefined) return [];
  const reference = front.reference === undefined ? "" : `; its reference is ${front.reference}`;
  return [`Likely ${front.name} stands before the site: recognised by ${front.by}${reference}.`];
}

function frontRemedy(answer: AnswerSeen | undefined): string | undefined {
  const front = answer && findFront(answer.fields, answer.excerpt);
  if (front?.reference === undefined) return undefined;
  return `Look up the reference ${front.reference} in ${front.name}'s log: it names the rule.`;
}

/** "403 3 of 3 times", "503 twice, 200 once". */
function counts(answers: readonly RequestGave[]): string {
  const kinds: { readonly gave: RequestGave; count: number }[] = [];
  for (const gave of answers) {
    const known = kinds.find((kind) => isSame(kind.gave, gave));
    if (known === undefined) kinds.push({ gave, count: 1 });
    else known.count++;
  }
  if (kinds.length === 0) return "not asked";
  return kinds
    .map(
      ({ gave, count }) =>
        `${gave.status ?? gave.ended?.code ?? "nothing"} ${answers.length === 1 ? "once" : `${count} of ${answers.length} times`}`,
    )
    .join(", ");
}
