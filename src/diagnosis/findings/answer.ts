/** Findings about the exchange: an answer that cannot be believed, and an answer that says no. */
import { shownHref } from "../../core/index.ts";
import { answersInHttp2 } from "../http-version.ts";
import { findingOf, makeFinding, type DraftFinding, type FindingParts } from "../finding.ts";
import { pageWantsCertificate, refusedForCertificate, withCertificate } from "./client-certificate.ts";
import { browserCheckFinding } from "./browser-check.ts";
import { redirectWords } from "./redirects.ts";
import { refusalFinding, turnedFinding } from "./refusal.ts";
import { isStockPage, quote } from "./said.ts";
import { statusFinding } from "./status.ts";
import { askInPlain, overOtherVersion } from "./version.ts";
import type { Evidence } from "../evidence.ts";
import type { AnswerSeen, AttemptSeen, Ended } from "../observation.ts";
import { isSame } from "../reduction.ts";
import { handshakeWith, resultsOf } from "../results.ts";

/** An exchange that came to no whole answer. */
export function exchangeFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  const { exchange } = attempt;
  const lines: string[] = [];
  const { answer } = exchange ?? {};
  if (attempt.scheme === "http" && handshakeWith(evidence, "none")?.completed === true)
    return [describeTlsPort(attempt, ended)];
  const loop = redirectWords(evidence, attempt);
  lines.push(...loop.evidence);
  if (answer !== undefined) lines.push(`The head had come: ${answer.status} ${answer.reason}`.trim() + ".");
  const turned = turnedFinding(evidence, attempt);
  if (turned !== undefined) return [turned, findingOf(ended, { evidence: lines })];
  const again = repeatSentence(evidence, ended);
  const { evidence: beside, ...other } = overOtherVersion(evidence, attempt, ended);
  const own = findingOf(ended, {
    client: loop.client ?? (ended.stage === "timeout" ? undefined : ended.hint),
    ...unagreedHttp2(attempt, ended),
    ...other,
    // What the other version's arm says has the repetitions in it.
    evidence: [...lines, ...(again === undefined || other.sentence !== undefined ? [] : [again]), ...beside],
  });
  // The status is why the server broke off; that it did so without a proper end comes after it.
  if (answer !== undefined && answer.status >= 400) return [...answerFindings(evidence, attempt), own];
  return withCertificate(attempt, ended, own);
}

/** HTTP/2 where HTTP/1.1 had been agreed on, or nothing: over TLS a client speaks it only where ALPN says so. */
function unagreedHttp2({ tls, scheme }: AttemptSeen, ended: Ended): Partial<FindingParts> {
  if (!answersInHttp2(ended)) return {};
  if (scheme === "http") return { client: askInPlain };
  const isAgreed = tls?.chosen?.alpn === "http/1.1";
  return {
    client: "Ask the server's operator: what it speaks was not agreed on in the handshake.",
    server: isAgreed
      ? "Choose h2 by ALPN where HTTP/2 is what will be spoken, or speak HTTP/1.1 where that was chosen."
      : "Answer ALPN with h2: over TLS, HTTP/2 is spoken only where that was agreed on.",
    fault: "peer",
  };
}

/** Plain HTTP got nothing, and TLS is answered on the same port. */
function describeTlsPort({ host, port, url }: AttemptSeen, ended: Ended): DraftFinding {
  return makeFinding("https-expected", {
    certainty: "certain",
    sentence: `${host} port ${port} speaks TLS, and was sent plain HTTP.`,
    evidence: [`To plain HTTP: ${ended.sentence}`, "A TLS handshake on the same port completed."],
    client: `Write ${shownHref(url).replace(/^http:/, "https:")} instead.`,
  });
}

function repeatSentence(evidence: Evidence, ended: Ended): string | undefined {
  const repeats = resultsOf(evidence, "request")
    .filter(({ experiment }) => experiment.changes.length === 0)
    .flatMap(({ gave }) => gave ?? []);
  if (repeats.length === 0) return undefined;
  const same = repeats.filter((gave) => isSame(gave, { status: undefined, ended })).length;
  if (repeats.length > 1) return `Asked again, it ended in the same way ${same} of ${repeats.length} times.`;
  return same === 1 ? "Asked once more, it ended in the same way." : "Asked once more, it ended otherwise.";
}

/** A whole answer whose status says no, or that is not the site's; nothing for any other. */
export function answerFindings(evidence: Evidence, attempt: AttemptSeen): readonly DraftFinding[] {
  const answer = attempt.exchange?.answer;
  if (answer === undefined) return [];
  const check = browserCheckFinding(evidence, attempt, answer);
  if (check !== undefined) return [check];
  if (answer.status < 400) return [];
  const special =
    plainToTls(attempt, answer) ??
    pageWantsCertificate(evidence, attempt, answer) ??
    statusFinding(evidence, attempt, answer);
  if (special !== undefined) return [special];
  const refusal = refusalFinding(evidence, attempt, answer);
  const unsent = refusal.code === "request-blocked" ? refusedForCertificate(attempt, answer) : [];
  // What it says in words comes first.
  return isStockPage(answer) ? [...unsent, refusal] : [refusal, ...unsent];
}

/** Pages with which servers say that TLS was missing. */
function plainToTls({ scheme, host, port, url }: AttemptSeen, answer: AnswerSeen): DraftFinding | undefined {
  const { excerpt, status } = answer;
  const says =
    /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled|Client sent an HTTP request to an HTTPS server/i;
  if (scheme !== "http" || !says.test(excerpt)) return undefined;
  return makeFinding("https-expected", {
    certainty: "certain",
    sentence: `${host} port ${port} speaks TLS, and was sent plain HTTP; it says so itself (${status}).`,
    evidence: [`Its page says: ${quote(excerpt)}.`],
    client: `Write ${shownHref(url).replace(/^http:/, "https:")} instead.`,
  });
}
