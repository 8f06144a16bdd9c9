/** Findings about an answer that says no: what turns it, and what does not. */
import { listOf } from "../experiment.ts";
import { makeFinding, type DraftFinding } from "../finding.ts";
import { findFront } from "../fronts.ts";
import { isSame, type Reduction, type RequestResult } from "../reduction.ts";
import { isOfVersion } from "../http-version.ts";
import { resultsOf, sentenceCase } from "../results.ts";
import type { Evidence } from "../evidence.ts";
import type { AnswerSeen, AttemptSeen, RequestGave } from "../observation.ts";
import { frontOf, frontRemedy, frontSentences } from "./front-words.ts";
import { firstAnswer, reductionOf } from "./reduced.ts";
import { armSentence, bodySentences, chanceSentence, counts, isStockPage } from "./said.ts";
import { adviceFor, foreignHost, hostSentences, pauseOf, withoutHost } from "./status.ts";
import { describeUnsteady } from "./unsteady.ts";
import { versionFinding } from "./version.ts";
import { tlsWasWell } from "./well.ts";

/** What the reduction of a refusal came to. */
export function refusalFinding(evidence: Evidence, attempt: AttemptSeen, answer: AnswerSeen): DraftFinding {
  const reduction = reductionOf(evidence, attempt);
  switch (reduction.kind) {
    case "unsteady":
      return describeUnsteady(reduction.answers, attempt);
    case "turned":
      return versionFinding(evidence, attempt) ?? describeTurned(evidence, reduction, attempt);
    case "not-turned":
      return describeBlocked(evidence, { ...reduction, attempt, answer });
    case "limited":
      return describeStatus(evidence, attempt, answer, [
        `As it was: ${counts(reduction.before)}.`,
        `Asked more often it answered ${reduction.by.status ?? ""}, which speaks of load and of no field, so it is not known whether a field of the request matters.`,
      ]);
    case "open":
    case "confirm":
      return describeStatus(evidence, attempt, answer, repeatSentences(evidence, attempt));
  }
}

/** A refusal that fields turned, for exchanges that came to no answer. */
export function turnedFinding(evidence: Evidence, attempt: AttemptSeen): DraftFinding | undefined {
  const reduction = reductionOf(evidence, attempt);
  return reduction.kind === "turned" && !isOfVersion(reduction.changes)
    ? describeTurned(evidence, reduction, attempt)
    : undefined;
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
    chanceSentence(isConfirmed),
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

interface Blocked extends Extract<Reduction, { readonly kind: "not-turned" }> {
  readonly attempt: AttemptSeen;
  readonly answer: AnswerSeen;
}

function describeBlocked(evidence: Evidence, { before, tried, attempt, answer }: Blocked): DraftFinding {
  const { status } = answer;
  const done = tried.filter(({ gave, experiment }) => gave !== undefined && experiment.changes.length > 0);
  const arms = done.filter(({ experiment }) => !isOfVersion(experiment.changes));
  const lines = [`As it was: ${counts(before)}: not chance.`, ...done.map((arm) => armSentence(arm))];
  if (status !== 403 && status !== 406) return describeStatus(evidence, attempt, answer, lines);
  const known = knownCredentials(evidence, attempt, { before, arms });
  if (known !== undefined) return known;
  const said = isStockPage(answer) ? [] : bodySentences(answer, evidence.question);
  const isSameWhatever = arms.every(({ gave = [] }) => gave.every((one) => isSame(one, before[0] ?? one)));
  const hasReference = findFront(answer.fields, answer.excerpt)?.reference !== undefined;
  return makeFinding("request-blocked", {
    certainty: "certain",
    sentence: `${attempt.host} answers ${statusText(answer)}, ${isSameWhatever ? "whatever of the usual fields the request has" : "and no change of the usual fields turns that into a good answer"}${frontOf(answer)}.`,
    evidence: [
      ...said,
      ...hostSentences(foreignHost(evidence, answer)),
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

/** Without what the caller sends of its own it is another refusal: what was sent is known, and is not enough. */
function knownCredentials(
  evidence: Evidence,
  attempt: AttemptSeen,
  { before, arms }: { readonly before: readonly RequestGave[]; readonly arms: readonly RequestResult[] },
): DraftFinding | undefined {
  const arm = arms.find(
    ({ gave = [], experiment }) =>
      gave.length > 0 &&
      gave.every(({ status }) => status === 401) &&
      experiment.changes.some(({ kind }) => kind === "remove"),
  );
  const { answer } = attempt.exchange ?? {};
  if (arm === undefined || answer === undefined) return undefined;
  const removed = arm.experiment.changes.flatMap((change) => (change.kind === "remove" ? [change.name] : []));
  const what = listOf(removed);
  return makeFinding("credentials-wanted", {
    certainty: "likely",
    sentence: `${attempt.host} answers ${statusText(answer)} to the request as it is, and 401 without ${what}: likely it knows the credentials in ${what}, and they do not allow this.`,
    evidence: [
      ...bodySentences(answer, evidence.question),
      `As it was: ${counts(before)}.`,
      armSentence(arm),
      ...tlsWasWell(attempt),
    ],
    client: "Use credentials that are allowed to ask for this, or ask the site's operator to allow these.",
    server: "Say in the answer what the credentials lack.",
  });
}

/** A certificate that is at hand and was not asked for, where it might be wanted later. */
function lateCertificate({ question }: Evidence, { tls }: AttemptSeen): string[] {
  if (question.hasClientCertificate !== true || tls?.clientCertificate !== undefined) return [];
  if (tls?.certificatesSent === undefined) return []; // The request would stand beside them.
  return [
    "A client certificate was given, and the server did not ask for it in the handshake. If it wants one for this path alone, it asks later, which Node cannot answer.",
  ];
}

function describeStatus(
  evidence: Evidence,
  attempt: AttemptSeen,
  answer: AnswerSeen,
  more: readonly string[] = [],
): DraftFinding {
  const foreign = foreignHost(evidence, answer);
  const advice =
    foreign === undefined ? adviceFor(answer) : ({ client: withoutHost, fault: "caller" } as const);
  const pause = answer.status === 503 ? pauseOf(evidence, answer) : undefined;
  return makeFinding("status-error", {
    certainty: "certain",
    sentence: `${attempt.host} answers ${statusText(answer)}: the site's own answer to this URL${frontOf(answer)}.${pause?.says ?? ""}`,
    evidence: [
      ...bodySentences(answer, evidence.question),
      ...(pause?.evidence ?? []),
      ...hostSentences(foreign),
      ...more,
      ...frontSentences(answer),
      ...tlsWasWell(attempt),
    ],
    client: advice?.client,
    server: frontRemedy(answer) ?? advice?.server,
    fault: advice?.fault,
  });
}

function statusText({ status, reason }: AnswerSeen): string {
  return `${status}${reason === "" ? "" : ` ${reason}`}`;
}
