/** Findings about the exchange: an answer that cannot be believed, and an answer that says no. */
import { renderSpan } from "../../core/index.ts";
import { parseChallenges, parseRetryAfter } from "../../http1/index.ts";
import { listOf } from "../experiment.ts";
import { findingOf, makeFinding, type DraftFinding } from "../finding.ts";
import { authoritiesSentence, clientCertificateWanted } from "./handshake.ts";
import { findFront } from "../products.ts";
import { isSame, reduceRefusal, type Reduction, type RequestResult } from "../reduction.ts";
import type { RequestGave } from "../experiment.ts";
import type { Evidence } from "../evidence.ts";
import type { AnswerSeen, AttemptSeen, Ended } from "../observation.ts";
import { handshakeWith, resultsOf } from "../results.ts";

/** An exchange that came to no whole answer. */
export function exchangeFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  const { exchange } = attempt;
  const lines: string[] = [];
  const { answer, hops = [] } = exchange ?? {};
  if (attempt.scheme === "http" && handshakeWith(evidence, "none")?.completed === true)
    return [describeTlsPort(attempt, ended)];
  if (hops.length > 0)
    lines.push(
      `It was led on by ${hops
        .slice(0, 4)
        .map(({ status, to }) => `${status} to ${to}`)
        .join(", ")}${hops.length > 4 ? ` and ${hops.length - 4} more` : ""}.`,
    );
  if (hops.some(({ setsCookie }) => setsCookie))
    lines.push("A cookie was set on the way and not sent back: likely the site wants it.");
  if (answer !== undefined) lines.push(`The head had come: ${answer.status} ${answer.reason}`.trim() + ".");
  const turned = turnedReduction(evidence, attempt);
  if (turned !== undefined) return [turned, findingOf(ended, { evidence: lines })];
  const again = repeatSentence(evidence, ended);
  const own = findingOf(ended, { evidence: again === undefined ? lines : [...lines, again] });
  const wanted = clientCertificateWanted(attempt, ended);
  return wanted === undefined ? [own] : [own, wanted];
}

/** Plain HTTP got nothing, and TLS is answered on the same port. */
function describeTlsPort({ host, port, url }: AttemptSeen, ended: Ended): DraftFinding {
  return makeFinding("https-expected", {
    certainty: "certain",
    sentence: `${host} port ${port} speaks TLS, and was sent plain HTTP.`,
    evidence: [`To plain HTTP: ${ended.sentence}`, "A TLS handshake on the same port completed."],
    client: `Write ${url.replace(/^http:/, "https:")} instead.`,
  });
}

function repeatSentence(evidence: Evidence, ended: Ended): string | undefined {
  const repeats = resultsOf(evidence, "request")
    .filter(({ experiment }) => experiment.changes.length === 0)
    .flatMap(({ gave }) => gave ?? []);
  if (repeats.length === 0) return undefined;
  const same = repeats.filter((gave) => gave.ended?.code === ended.code).length;
  if (repeats.length > 1) return `Asked again, it ended in the same way ${same} of ${repeats.length} times.`;
  return same === 1 ? "Asked once more, it ended in the same way." : "Asked once more, it ended otherwise.";
}

/** A site that leaves requests hanging which it does not like. */
function turnedReduction(evidence: Evidence, attempt: AttemptSeen): DraftFinding | undefined {
  const reduction = reductionOf(evidence, attempt);
  return reduction?.kind === "turned" ? describeTurned(reduction, attempt) : undefined;
}

/** A whole answer whose status says no; nothing for one below 400. */
export function answerFindings(evidence: Evidence, attempt: AttemptSeen): readonly DraftFinding[] {
  const answer = attempt.exchange?.answer;
  if (answer === undefined || answer.status < 400) return [];
  const special = bySpecialPage(attempt, answer) ?? byStatus(evidence, attempt, answer);
  if (special !== undefined) return [special];
  const reduction = reductionOf(evidence, attempt);
  switch (reduction?.kind) {
    case "unsteady":
      return [describeUnsteady(reduction.answers, attempt)];
    case "turned":
      return [describeTurned(reduction, attempt)];
    case "not-turned":
      return [describeBlocked(reduction, attempt, answer)];
    case "open":
    case undefined:
      return [describeStatus(attempt, answer)];
  }
}

/** Pages with which servers say that something below HTTP was missing. */
function bySpecialPage(attempt: AttemptSeen, answer: AnswerSeen): DraftFinding | undefined {
  const { excerpt, status } = answer;
  if (
    attempt.scheme === "http" &&
    /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled|Client sent an HTTP request to an HTTPS server/i.test(
      excerpt,
    )
  )
    return makeFinding("https-expected", {
      certainty: "certain",
      sentence: `${attempt.host} port ${attempt.port} speaks TLS, and was sent plain HTTP; it says so itself (${status}).`,
      evidence: [`Its page says: ${quote(excerpt)}.`],
      client: `Write ${attempt.url.replace(/^http:/, "https:")} instead.`,
    });
  const asked = attempt.tls?.clientCertificate;
  const says =
    /No required SSL certificate was sent|The SSL certificate error|client certificate (?:is )?required/i.exec(
      excerpt,
    );
  if (asked !== undefined && (says !== null || status === 495 || status === 496))
    return makeFinding("client-certificate-required", {
      certainty: "certain",
      sentence: `${attempt.host} let the TLS handshake pass and answered ${status}: it requires a certificate from the client${(asked.sent ?? 0) > 0 ? ", and does not accept the one that was sent" : ", and none was sent"}.`,
      evidence: [authoritiesSentence(asked.authorities), `Its page says: ${quote(says?.[0] ?? excerpt)}.`],
    });
  return undefined;
}

/** Statuses that name their own cause. */
function byStatus(evidence: Evidence, attempt: AttemptSeen, answer: AnswerSeen): DraftFinding | undefined {
  const { status, fields } = answer;
  const value = (name: string): string =>
    fields
      .filter(([other]) => other.toLowerCase() === name)
      .map(([, text]) => text)
      .join(", ");
  const said = (what: string): string => `${attempt.host} answered ${status}${what}.`;
  switch (status) {
    case 401:
    case 407: {
      const schemes = parseChallenges(value(status === 401 ? "www-authenticate" : "proxy-authenticate"));
      const names = [...new Set(schemes.map(({ scheme }) => scheme))];
      const which = names.length === 0 ? ", and names no scheme for it" : ` by the scheme ${listOf(names)}`;
      return makeFinding("credentials-wanted", {
        certainty: "certain",
        sentence: said(`: it wants credentials${which}`),
        evidence: [
          ...tlsWasWell(attempt),
          ...(status === 407
            ? ["Only a proxy should answer 407 (RFC 9110 §15.5.8); this came from the site itself."]
            : []),
        ],
      });
    }
    case 421:
      return makeFinding("wrong-server", {
        certainty: "certain",
        sentence: said(": this server is not the one for the host, it says itself"),
        evidence: [`The server name that was sent: ${attempt.sni ?? "none"}.`, ...tlsWasWell(attempt)],
      });
    case 426:
      return makeFinding("protocol-wanted", {
        certainty: "certain",
        sentence: said(`: it wants ${value("upgrade") || "another protocol"} instead of HTTP/1.1`),
        evidence: tlsWasWell(attempt),
      });
    case 511:
      return makeFinding("network-login", {
        certainty: "certain",
        sentence: said(": the network wants a login before it lets requests pass"),
        evidence: [`The page says: ${quote(answer.excerpt)}.`],
      });
    case 429:
      return rateLimited(evidence, attempt, answer);
    case 503:
      return value("retry-after") === "" ? undefined : rateLimited(evidence, attempt, answer);
    default:
      return undefined;
  }
}

function rateLimited({ local }: Evidence, attempt: AttemptSeen, answer: AnswerSeen): DraftFinding {
  const after = answer.fields.find(([name]) => name.toLowerCase() === "retry-after")?.[1];
  const waitMs = after === undefined ? undefined : parseRetryAfter(after, local.at);
  const wait = waitMs === undefined ? "" : ` It asks to wait ${renderSpan(waitMs)}.`;
  const { status } = answer;
  return makeFinding("rate-limited", {
    certainty: status === 429 ? "certain" : "likely",
    sentence: `${attempt.host} answered ${status}: ${status === 429 ? "it has been asked too often" : "it cannot answer now, and says when to come back"}.${wait}`,
    evidence: [
      ...(after === undefined ? ["It sent no Retry-After."] : [`Retry-After: ${after}.`]),
      "It was not asked again, so as not to make it worse.",
      ...tlsWasWell(attempt),
    ],
  });
}

/** Where the reduction of a refusal stands; `undefined` where there is none to reduce. */
export function reductionOf(evidence: Evidence, attempt: AttemptSeen): Reduction | undefined {
  const results = resultsOf(evidence, "request");
  if (results.length === 0) return undefined;
  return reduceRefusal({ fields: evidence.question.fields, first: firstAnswer(attempt), results });
}

/** The main attempt as an arm of the reduction. */
export function firstAnswer({ exchange, ended }: AttemptSeen): RequestGave {
  return { status: ended === undefined ? exchange?.answer?.status : undefined, ended };
}

function describeTurned(
  { changes, before, after, isSmallest }: Extract<Reduction, { readonly kind: "turned" }>,
  attempt: AttemptSeen,
): DraftFinding {
  const [first] = before;
  const what = listOf(changes.map(({ says }) => says));
  const lines = [
    `As it was: ${counts(before)}. ${capital(what)}: ${counts(after)}.${after.length > 1 && before.length > 1 ? " Each was asked more than once, so it is neither chance nor a rate limit." : ""}`,
    isSmallest
      ? changes.length > 1
        ? "None of these changes is enough without the others."
        : "Nothing else was changed."
      : "There was no time, or there were no connections left, to find out whether less would do.",
    ...tlsWasWell(attempt),
  ];
  return makeFinding("fields-refused", {
    certainty: after.length > 1 ? "certain" : "likely",
    sentence: `${attempt.host} ${first === undefined ? "refuses" : describeGave(first)} the request as it is, and answers ${after[0]?.status ?? ""} to the same ${what}.`,
    evidence: lines,
    client: `Send the request ${what}.`,
    server: frontRemedy(attempt),
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

function describeBlocked(
  { before, tried }: Extract<Reduction, { readonly kind: "not-turned" }>,
  attempt: AttemptSeen,
  answer: AnswerSeen,
): DraftFinding {
  const { status, reason } = answer;
  const done = tried.filter(({ gave }) => gave !== undefined);
  const arms = done.filter(({ experiment }) => experiment.changes.length > 0);
  const lines = [
    `As it was: ${counts(before)}: not chance.`,
    ...arms.map((arm) => armSentence(arm)),
    ...frontSentences(answer),
    ...tlsWasWell(attempt),
  ];
  const isRefusal = status === 403 || status === 406;
  const text = `${status}${reason === "" ? "" : ` ${reason}`}`;
  return makeFinding(isRefusal ? "request-blocked" : "status-error", {
    certainty: "certain",
    sentence: isRefusal
      ? `${attempt.host} answers ${text}, whatever of the usual fields the request has${frontOf(answer)}.`
      : `${attempt.host} answers ${text}: the site's own answer to this URL${frontOf(answer)}.`,
    evidence: lines,
    server: frontRemedy(attempt),
  });
}

function armSentence({ experiment, gave = [] }: RequestResult): string {
  return `${capital(listOf(experiment.changes.map(({ says }) => says)))}: ${counts(gave)}.`;
}

function describeStatus(attempt: AttemptSeen, answer: AnswerSeen): DraftFinding {
  const { status, reason, excerpt } = answer;
  return makeFinding("status-error", {
    certainty: "certain",
    sentence: `${attempt.host} answers ${status}${reason === "" ? "" : ` ${reason}`}: the site's own answer to this URL${frontOf(answer)}.`,
    evidence: [
      ...(excerpt === "" ? [] : [`Its body begins: ${quote(excerpt)}.`]),
      ...frontSentences(answer),
      ...tlsWasWell(attempt),
    ],
  });
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

function frontRemedy({ exchange }: AttemptSeen): string | undefined {
  const { answer } = exchange ?? {};
  const front = answer && findFront(answer.fields, answer.excerpt);
  if (front?.reference === undefined) return undefined;
  return `Look up the reference ${front.reference} in ${front.name}'s log: it names the rule.`;
}

/** That the certificate has nothing to do with it. */
function tlsWasWell({ trust, scheme }: AttemptSeen): string[] {
  if (scheme === "http" || trust?.verdict?.trusted !== true) return [];
  return [
    `Not the certificate: TLS had completed, verified by ${trust.verdict.path.anchor.subject.display}, before the request was sent.`,
  ];
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

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The beginning of a page, without its marks, in quotation marks. */
function quote(excerpt: string): string {
  const text = excerpt
    .replace(/<(script|style)\b[\s\S]*?(?:<\/\1>|$)/gi, " ")
    .replace(/<[^>]*>?/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return `"${text.length > 160 ? `${text.slice(0, 160)}...` : text}"`;
}
