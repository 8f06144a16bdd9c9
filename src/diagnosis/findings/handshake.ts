/** Findings about a handshake that did not complete: what the tap saw, and what the experiments showed. */
import type { Code, Details } from "../../core/index.ts";
import { listOf, nameExperiment } from "../experiment.ts";
import { findingOf, makeFinding, type DraftFinding } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, Ended, TlsSeen } from "../observation.ts";
import { describeHandshake, resultsOf } from "../results.ts";
import { findHandshakeCause, type Cause } from "./handshake-cause.ts";

const clientCause: Cause = {
  certainty: "likely",
  sentence: "Likely because it asked for a certificate from the client, and was sent none.",
  client: "Give the client certificate and its key that the server's operator issued to you.",
  server: "If clients need no certificate, stop asking for one.",
};

export function handshakeFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  const wanted = clientCertificateWanted(attempt, ended);
  const isUnsent = (attempt.tls?.clientCertificate?.sent ?? 0) === 0;
  const cause =
    wanted === undefined ? findHandshakeCause(evidence, attempt, ended) : isUnsent ? clientCause : undefined;
  const facts = handshakeEvidence(evidence, attempt);
  const headline = findingOf(ended, {
    sentence: cause === undefined ? ended.sentence : `${ended.sentence} ${cause.sentence}`,
    evidence: facts,
    client: cause?.client,
    server: cause?.server,
  });
  return wanted === undefined ? [headline] : [headline, wanted];
}

/** Ends behind which a refused client can stand; TLS 1.3 lets it finish first. */
const refusalCodes: readonly Code[] = [
  "tls-alert",
  "tls-failed",
  "handshake-closed",
  "handshake-reset",
  "empty-response",
];

/** The server asked for a certificate and ended the connection: it got none, or one that it likely does not accept. */
export function clientCertificateWanted(
  { host, tls }: AttemptSeen,
  { code }: Ended,
): DraftFinding | undefined {
  if (tls?.clientCertificate === undefined || code === "client-certificate-required") return undefined;
  const alert = tls.alerts.find(({ from }) => from === "server");
  if (!refusalCodes.includes(code)) return undefined;
  if ((tls.clientCertificate.sent ?? 0) > 0)
    return clientCertificateRefused(host, tls.clientCertificate, alert);
  return makeFinding("client-certificate-required", {
    certainty: "likely",
    sentence: `${host} asked for a certificate from the client, was sent none, and then ended the connection.`,
    evidence: [
      authoritiesSentence(tls.clientCertificate.authorities),
      alert === undefined
        ? "No alert named the reason."
        : `The alert ${alert.name} (${alert.number}) does not name the reason.`,
    ],
  });
}

/** It got a certificate, and ended without an answer: TLS 1.3 has clients finish before they are refused. */
function clientCertificateRefused(
  host: string,
  { authorities, ownIssuer }: NonNullable<TlsSeen["clientCertificate"]>,
  alert: TlsSeen["alerts"][number] | undefined,
): DraftFinding {
  const more = authorities.length > 3 ? ` and ${authorities.length - 3} more` : "";
  const wanted =
    authorities.length === 0
      ? "it asked for one and named no issuer"
      : `it asked for one issued by ${authorities.slice(0, 3).map(quoted).join(" or ")}${more}`;
  const got = ownIssuer === undefined ? "was sent one" : `was sent one issued by ${quoted(ownIssuer)}`;
  return makeFinding("client-certificate-required", {
    certainty: "likely",
    sentence: `Likely ${host} does not accept the client certificate: ${wanted}, and ${got}.`,
    evidence: [
      "The certificate was sent, and the connection ended without an answer.",
      alert === undefined
        ? "No alert named the reason."
        : `The server sent the alert ${alert.name} (${alert.number}).`,
    ],
    client: "Give a certificate that the server's CA issued, with its intermediates, and look at its dates.",
    server:
      "Look in the server's log for why the client's certificate was refused, and at the CAs that it knows.",
  });
}

function quoted(name: string): string {
  return `"${name}"`;
}

function handshakeEvidence(evidence: Evidence, attempt: AttemptSeen): readonly string[] {
  const lines = attempt.tls === undefined ? [] : wireSentences(attempt.tls, attempt.sni);
  const tried = resultsOf(evidence, "handshake");
  const same = tried.filter(
    ({ gave }) => gave?.ended !== undefined && gave.ended.code === attempt.ended?.code,
  );
  if (same.length > 0)
    lines.push(
      `No difference made: ${listOf(same.map(({ experiment }) => nameExperiment(experiment)))}; each ended as ${attempt.ended?.code ?? ""}.`,
    );
  for (const result of tried)
    if (result.gave !== undefined && !same.includes(result))
      lines.push(describeHandshake(result.experiment.change, result.gave));
  if (lacksPostQuantum(evidence) && tried.length > 2)
    lines.push(
      "Not tried: a ClientHello with a post-quantum key share, because this machine's OpenSSL has none.",
    );
  return lines;
}

/** Whether this machine's OpenSSL offers no post-quantum group, as far as a ClientHello showed. */
function lacksPostQuantum({ attempts }: Evidence): boolean {
  const groups = attempts.findLast(({ tls }) => (tls?.offered.groups.length ?? 0) > 0)?.tls?.offered.groups;
  return groups?.every((group) => !group.includes("MLKEM")) ?? false;
}

/** What the tap saw, in sentences. */
export function wireSentences(tls: TlsSeen, sni: string | undefined): string[] {
  const { offered, chosen, serverMessages, alerts } = tls;
  const hello = `The ClientHello (${offered.bytes} bytes, at least ${offered.segments} TCP segment${offered.segments === 1 ? "" : "s"}) offered ${offered.versions.join(" and ")}, ${offered.alpn.length === 0 ? "no ALPN" : `ALPN ${offered.alpn.join(", ")}`}, and ${sni === undefined ? "no server name" : `the server name ${sni}`}.`;
  const lines = offered.bytes === 0 ? [] : [hello];
  if (tls.peer.kind === "not-tls")
    lines.push(`What came back begins "${tls.peer.firstBytes}", which is not a TLS record.`);
  else if (tls.bytesReceived === 0) lines.push("Nothing came back.");
  else if (chosen !== undefined)
    lines.push(
      `The server chose ${[chosen.version, chosen.cipher, chosen.group].filter((part) => part !== undefined).join(", ")}; it sent ${serverMessages.join(", ")}.`,
    );
  for (const { from, name, number } of alerts) lines.push(`The ${from} sent the alert ${name} (${number}).`);
  if (tls.clientCertificate !== undefined) lines.push(authoritiesSentence(tls.clientCertificate.authorities));
  lines.push(`${tls.bytesSent} bytes were sent and ${tls.bytesReceived} received.`);
  return lines;
}

/** That the server asked for a certificate, and from whom. */
export function authoritiesSentence(authorities: readonly string[]): string {
  if (authorities.length === 0)
    return "The server asked for a client certificate and named no authority for it.";
  const more = authorities.length > 3 ? ` and ${authorities.length - 3} more` : "";
  return `The server asked for a client certificate issued by ${authorities.slice(0, 3).join("; ")}${more}.`;
}

/** A peer that speaks no TLS. */
export function notTlsFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  const { speaks } = ended.detail as Details["not-tls"];
  const { proxy } = attempt.reach ?? {};
  const client =
    proxy === undefined
      ? undefined
      : `The bytes came through the proxy ${proxy.url}, set by ${proxy.source}: check that it is a proxy, and write its URL with http://.`;
  return [
    findingOf(ended, {
      evidence: [
        ...(attempt.tls === undefined ? [] : wireSentences(attempt.tls, attempt.sni)),
        speaks === "something else"
          ? "Those are not protocol that is known here."
          : `Those are the opening words of ${speaks}.`,
        `Which way: ${evidence.local.proxyRule}.`,
      ],
      ...(client === undefined ? {} : { client }),
    }),
  ];
}
