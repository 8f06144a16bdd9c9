/** What was seen beside the headline: nothing is wrong, and somebody may want to know. */
import { renderAttempts, renderSpan } from "../core/index.ts";
import { serverClock } from "./findings/clock.ts";
import { localNotes } from "./findings/local.ts";
import { clockToleranceMs, expiresSoonMs } from "./limits.ts";
import type { Evidence } from "./evidence.ts";
import { isOfVersion } from "./http-version.ts";
import type { AttemptSeen, RequestGave, TrustSeen } from "./observation.ts";
import { resultsOf } from "./results.ts";
import { refusedOverHttp1, refusedWithoutAgent } from "./plan.ts";

export function notesOf(evidence: Evidence, isHealthy: boolean): readonly string[] {
  const attempt = evidence.attempts.at(-1);
  if (attempt === undefined) return [];
  return [
    ...(isHealthy ? localNotes(evidence) : []),
    ...reachNotes(evidence, attempt),
    ...(attempt.trust === undefined ? [] : trustNotes(evidence, attempt.trust)),
    ...unseenNotes(attempt.trust?.unseen ?? []),
    ...clockNotes(evidence),
    ...insideNotes(evidence),
    ...answerNotes(evidence, attempt),
    // What has no effect of the environment is told by what was found out about this machine.
    ...(attempt.trust?.notes ?? []).flatMap(({ about, sentence }) => (about === "store" ? [sentence] : [])),
  ];
}

function reachNotes(evidence: Pick<Evidence, "results">, { reach, scheme }: AttemptSeen): string[] {
  const notes: string[] = [];
  if (reach?.connected !== undefined && reach.lost.some(({ outcome }) => outcome !== "pending"))
    notes.push(
      `Not every address answers: ${renderAttempts(reach.lost.filter(({ outcome }) => outcome !== "pending"))}. A client that tries only these fails.`,
    );
  for (const { experiment, gave } of resultsOf(evidence, "reach")) {
    const ended = gave?.met?.ended;
    const how = gave?.connected === false ? `does not answer (${gave.outcome})` : undefined;
    if (how !== undefined)
      notes.push(`The address ${experiment.address} ${how}: a client that tries only this one fails.`);
    if (ended?.code === "tls-timeout")
      notes.push(`The address ${experiment.address} accepts connections. ${ended.sentence}`);
  }
  if (scheme === "http") notes.push("The connection is plain HTTP: nobody vouches for the server.");
  return notes;
}

function trustNotes(evidence: Evidence, trust: TrustSeen): string[] {
  const { verdict, chain, at, openssl } = trust;
  if (verdict?.trusted !== true || openssl?.accepted !== true) return [];
  const notes: string[] = [];
  const order = describeOrder(trust);
  if (order !== undefined) notes.push(order);
  const [leaf] = chain;
  const ends = Math.min(...verdict.path.certificates.map(({ notAfterAt }) => notAfterAt));
  if (leaf !== undefined && ends - at < expiresSoonMs.value)
    notes.push(`A certificate on the path expires in ${renderSpan(ends - at)}: renew it now.`);
  if (trust.stapled === true && verdict.path.revocation[0] !== "ocsp")
    notes.push("The server stapled an OCSP response that says nothing of use.");
  const answers = resultsOf(evidence, "revocation").flatMap(({ gave }) => gave ?? []);
  for (const { source, url, says, reason } of answers) {
    if (says === "good") notes.push(`Not revoked, says the CA's ${source} (${url}).`);
    if (says === "unknown") notes.push(`The CA's ${source} at ${url} says nothing of use: ${reason}.`);
  }
  return notes;
}

/** Whether the chain was sent in the order that RFC 8446 §4.4.2 asks for, and no more than it. */
function describeOrder({ chain, verdict, asSent }: TrustSeen): string | undefined {
  if (verdict?.trusted !== true || !asSent) return undefined;
  const path = verdict.path.certificates;
  const sent = chain.map(({ certificate }) => certificate);
  const places = path.map((certificate) => sent.indexOf(certificate));
  const isOrdered = places.every((place, index) => place === index);
  const extra = sent.length - path.length;
  if (!isOrdered)
    return "The certificates are not in the order that TLS 1.2 asks for, each certifying the one before it: this client puts them in order, simple ones do not.";
  const anchor = verdict.path.anchor.certificate;
  const anchorSent = anchor !== undefined && sent.some((certificate) => isEqual(certificate.der, anchor.der));
  // An intermediate that this client was given as its anchor is one that others need to be sent.
  if (extra === 1 && anchorSent && anchor.subject.key !== anchor.issuer.key) return undefined;
  if (extra === 1 && anchorSent)
    return "The root is sent along, which costs bytes and changes nothing: a client believes its own.";
  return extra > 0
    ? `${extra} of the ${sent.length} certificates sent ${extra === 1 ? "is" : "are"} not needed for the path.`
    : undefined;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function unseenNotes(unseen: readonly string[]): string[] {
  return unseen.length === 0 ? [] : [`Cannot be seen on this runtime: ${unseen.join("; ")}.`];
}

function clockNotes(evidence: Evidence): string[] {
  const clock = serverClock(evidence);
  if (clock === undefined || Math.abs(clock.skewMs) < clockToleranceMs.value) return [];
  const way = clock.skewMs > 0 ? "ahead of" : "behind";
  return [
    `This machine's clock is ${renderSpan(Math.abs(clock.skewMs))} ${way} the server's Date${clock.isVerified ? "" : " (which came over an unverified connection)"}.`,
  ];
}

function insideNotes({ notFollowed }: Evidence): string[] {
  if (notFollowed === undefined) return [];
  return [
    `It leads to ${notFollowed}, inside a private network that the server is not in: a stranger's word is not followed there. Ask that URL itself.`,
  ];
}

function answerNotes(evidence: Evidence, { exchange, tls, ended }: AttemptSeen): string[] {
  const notes: string[] = [];
  const { answer, unsolicitedBytes = 0, hops = [] } = exchange ?? {};
  if (
    tls?.clientCertificate !== undefined &&
    (tls.clientCertificate.sent ?? 0) === 0 &&
    ended === undefined &&
    answer !== undefined &&
    answer.status < 400
  )
    notes.push("The server asks for a client certificate and goes on without one.");
  if (hops.length > 0 && ended === undefined && evidence.notFollowed === undefined)
    notes.push(
      `It was led on: ${hops
        .map(({ status, to }) => `${status} to ${to}`)
        .slice(0, 3)
        .join(", ")}.`,
    );
  if (
    answer !== undefined &&
    [301, 302, 303, 307, 308].includes(answer.status) &&
    evidence.notFollowed === undefined
  )
    notes.push(`The answer ${answer.status} names no place to go on to (Location): nothing was followed.`);
  if (unsolicitedBytes > 0)
    notes.push(
      `${unsolicitedBytes} bytes followed the answer that nobody had asked for: the connection must not be used again (RFC 9112 §9.2).`,
    );
  if (answer?.completeness === "unverifiable")
    notes.push("Nothing marks the end of the body, so it may have been cut short (RFC 9112 §9.8).");
  if (answer?.completeness === "part" && ended === undefined)
    notes.push(`The body was read to ${answer.bodyBytes} bytes, and its end was not waited for.`);
  return [...notes, ...resentNotes(exchange), ...refusalNotes(evidence)];
}

/** What came before, where the client sent the request again by itself. */
function resentNotes(exchange: AttemptSeen["exchange"]): string[] {
  const [first, ...others] = exchange?.resent ?? [];
  if (exchange === undefined || first === undefined) return [];
  const what = first.ended?.sentence ?? `It was answered ${first.status ?? ""}.`;
  const more = others.length === 0 ? "" : `, ${others.length + 1} times`;
  const how = exchange.version.isWanted ? " over HTTP/1.1" : "";
  return [
    `At first it came to nothing: ${what} It was sent again${how}${more}, as this client does by itself.`,
  ];
}

/** What others get where this request is answered: who sends no User-Agent, who speaks HTTP/1.1 alone. */
function refusalNotes(evidence: Evidence): string[] {
  const requests = resultsOf(evidence, "request");
  const control = requests.find(({ experiment }) => experiment.again === true)?.gave ?? [];
  const isAnswered =
    control.length > 0 && control.every(({ status }) => status !== undefined && status < 400);
  const got = (gave: readonly RequestGave[]): string =>
    `${gave[0]?.status ?? gave[0]?.ended?.code ?? "no answer"}, ${gave.length} of ${gave.length} times`;
  const [bare, old] = [refusedWithoutAgent(evidence), refusedOverHttp1(evidence)];
  const notes: string[] = [];
  if (bare !== undefined && isAnswered)
    notes.push(
      `A request without a User-Agent field is refused here (${got(bare)}; asked again with it, the answer was ${control[0]?.status ?? ""}): a program that sends none, as many devices' do, gets that. It has nothing to do with certificates.`,
    );
  if (old !== undefined && isAnswered)
    notes.push(
      `Over HTTP/1.1 the same request is refused here (${got(old)}; asked again over HTTP/2, the answer was ${control[0]?.status ?? ""}): a program that speaks HTTP/1.1 alone, as many devices' do, gets that. It has nothing to do with certificates.`,
    );
  const unspoken = requests
    .filter(({ experiment }) => isOfVersion(experiment.changes))
    .flatMap(({ gave = [] }) => gave)
    .find(({ ended }) => ended?.code === "alpn-mismatch");
  if (unspoken !== undefined)
    notes.push(
      "The server speaks HTTP/2 alone: offered http/1.1 alone by ALPN, it ends the handshake (alpn-mismatch). A program that speaks HTTP/1.1 alone, as many devices' do, gets that.",
    );
  return notes;
}
