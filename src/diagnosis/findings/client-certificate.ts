/** Findings about the client's own certificate: that one is wanted, and what the server may have against the one it got. */
import { bracketed, renderInstant, type Code } from "../../core/index.ts";
import { findingOf, makeFinding, type DraftFinding } from "../finding.ts";
import { handshakeWith } from "../results.ts";
import type { Evidence } from "../evidence.ts";
import type { AnswerSeen, AttemptSeen, Ended, OwnCertificate, TlsSeen } from "../observation.ts";
import type { Cause } from "../cause.ts";
import { quote } from "./said.ts";
import { tlsWasWell } from "./well.ts";

type Asked = NonNullable<TlsSeen["clientCertificate"]>;

/** The server asked for a certificate, got none, and ended the handshake. */
const unsentCause: Cause = {
  certainty: "likely",
  sentence: "Likely because it asked for a certificate from the client, and was sent none.",
  client: ({ certificate }) =>
    `Give the client certificate${bracketed(certificate)} that the server's operator issued to you, with its key.`,
  server: "If clients need no certificate, stop asking for one.",
  fault: "caller",
};

/** Why a handshake that ended so did not come to its end, where a certificate was asked for: `none` was sent, or one was. */
export function certificateCause(attempt: AttemptSeen, ended: Ended): Cause | "sent" | undefined {
  if (clientCertificateWanted(attempt, ended) === undefined) return undefined;
  return (attempt.tls?.clientCertificate?.sent ?? 0) === 0 ? unsentCause : "sent";
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
function clientCertificateWanted({ host, tls }: AttemptSeen, { code }: Ended): DraftFinding | undefined {
  const asked = tls?.clientCertificate;
  if (asked === undefined || !refusalCodes.includes(code)) return undefined;
  const alert = tls?.alerts.find(({ from }) => from === "server");
  if ((asked.sent ?? 0) > 0) return certificateRefused({ host, asked, alert });
  return makeFinding("client-certificate-required", {
    certainty: "likely",
    sentence: `${host} asked for a certificate from the client, was sent none, and then ended the connection.`,
    evidence: [
      authoritiesSentence(asked.authorities),
      alert === undefined
        ? "No alert named the reason."
        : `The alert ${alert.name} (${alert.number}) does not name the reason.`,
    ],
  });
}

/**
 * What ended the connection, and the client's certificate beside it: before it, where one was sent, since what the caller
 * gave is looked at before the server is blamed.
 */
export function withCertificate(
  attempt: AttemptSeen,
  ended: Ended,
  own: DraftFinding,
): readonly DraftFinding[] {
  const wanted = clientCertificateWanted(attempt, ended);
  if (wanted === undefined) return [own];
  return (attempt.tls?.clientCertificate?.sent ?? 0) > 0 ? [wanted, own] : [own, wanted];
}

/** An alert said that a certificate is wanted, or what is wrong with the one that was sent. */
export function certificateAlertFinding(
  { tls, host }: AttemptSeen,
  ended: Ended,
  evidence: readonly string[],
): DraftFinding {
  const asked = tls?.clientCertificate;
  const faults = asked?.own === undefined || (asked.sent ?? 0) === 0 ? [] : faultsOf(asked, asked.own);
  if (faults.length === 0) return findingOf(ended, { evidence });
  return findingOf(ended, {
    sentence: `${host} does not accept the client certificate: ${faults.map(({ says }) => says).join("; ")}.`,
    evidence,
    client: faults.map(({ remedy }) => remedy).join(" "),
  });
}

interface Refused {
  readonly host: string;
  readonly asked: Asked;
  readonly alert: TlsSeen["alerts"][number] | undefined;
}

/** It got a certificate, and ended without an answer: TLS 1.3 has clients finish before they are refused. */
function certificateRefused({ host, asked, alert }: Refused): DraftFinding {
  const { authorities, ownIssuer, own } = asked;
  const more = authorities.length > 3 ? ` and ${authorities.length - 3} more` : "";
  const wanted =
    authorities.length === 0
      ? "it asked for one and named no issuer"
      : `it asked for one issued by ${authorities.slice(0, 3).map(quoted).join(" or ")}${more}`;
  const got = ownIssuer === undefined ? "was sent one" : `was sent one issued by ${quoted(ownIssuer)}`;
  const faults = own === undefined ? [] : faultsOf(asked, own);
  const why = faults.length === 0 ? `${wanted}, and ${got}` : faults.map(({ says }) => says).join("; ");
  return makeFinding("client-certificate-required", {
    certainty: "likely",
    sentence: `Likely ${host} does not accept the client certificate: ${why}.`,
    evidence: [
      "The certificate was sent, and the connection ended without an answer.",
      alert === undefined
        ? "No alert named the reason."
        : `The server sent the alert ${alert.name} (${alert.number}).`,
      ...(faults.length === 0 ? [] : [`In the handshake ${wanted}, and ${got}.`]),
    ],
    client:
      faults.length > 0
        ? faults.map(({ remedy }) => remedy).join(" ")
        : "Give a certificate that the server's CA issued, with its intermediates, and look at its dates.",
    server:
      "Look in the server's log for why the client's certificate was refused, and at the CAs that it knows.",
  });
}

interface OwnFault {
  readonly says: string;
  readonly remedy: string;
}

/** What can be seen from here to be wrong with the certificate that was sent. */
function faultsOf({ authorities, sent }: Asked, own: OwnCertificate): readonly OwnFault[] {
  const faults: OwnFault[] = [];
  if (own.notAfterAt < own.at)
    faults.push({
      says: `it expired on ${renderInstant(own.notAfterAt)}`,
      remedy: "Renew your own certificate: it expired.",
    });
  if (own.notBeforeAt > own.at)
    faults.push({
      says: `it is valid from ${renderInstant(own.notBeforeAt)} only`,
      remedy: "Wait until your own certificate is valid, or look at this machine's clock.",
    });
  if (!own.isForClients)
    faults.push({
      says: "its extended key usage does not have clientAuth",
      remedy:
        "Get a certificate for clients: the one that was given may be for servers (RFC 5280 §4.2.1.12).",
    });
  // Intermediates that were sent along may lead to one (RFC 8446 §4.2.4), and what they are is not known here.
  if ((sent ?? 0) <= 1 && authorities.length > 0 && !authorities.includes(own.issuer))
    faults.push({
      says: `its issuer ${quoted(own.issuer)} is not among those that the server names, and no intermediate was sent along that would lead to one`,
      remedy:
        "Give a certificate that one of the CAs issued which the server names, or put its intermediates behind it in the file.",
    });
  return faults;
}

function quoted(name: string): string {
  return `"${name}"`;
}

/** That the server asked for a certificate, and from whom. */
export function authoritiesSentence(authorities: readonly string[]): string {
  if (authorities.length === 0)
    return "The server asked for a client certificate and named no authority for it.";
  const more = authorities.length > 3 ? ` and ${authorities.length - 3} more` : "";
  return `The server asked for a client certificate issued by ${authorities.slice(0, 3).join("; ")}${more}.`;
}

/** Pages with which servers say that a certificate was missing, or could not be asked for. */
export function pageWantsCertificate(
  evidence: Evidence,
  attempt: AttemptSeen,
  answer: AnswerSeen,
): DraftFinding | undefined {
  const { excerpt, status } = answer;
  if (attempt.scheme === "https" && isLateCertificate(answer))
    return lateCertificate(evidence, attempt, answer);
  const asked = attempt.tls?.clientCertificate;
  const says =
    /No required SSL certificate was sent|The SSL certificate error|client certificate (?:is )?required/i.exec(
      excerpt,
    );
  if (asked === undefined || (says === null && status !== 495 && status !== 496)) return undefined;
  const isSent = (asked.sent ?? 0) > 0;
  const faults = isSent && asked.own !== undefined ? faultsOf(asked, asked.own) : [];
  return makeFinding("client-certificate-required", {
    certainty: "certain",
    sentence: `${attempt.host} let the TLS handshake pass and answered ${status}: it requires a certificate from the client${isSent ? ", and does not accept the one that was sent" : ", and none was sent"}.`,
    evidence: [
      authoritiesSentence(asked.authorities),
      `Its page says: ${quote(says?.[0] ?? excerpt)}.`,
      ...faults.map((fault) => `What was sent: ${fault.says}.`),
    ],
    client: faults.length === 0 ? undefined : faults.map(({ remedy }) => remedy).join(" "),
  });
}

/** A refusal of a server that asked for a certificate, let the handshake pass without, and does not say why it refuses. */
export function refusedForCertificate(
  { host, tls }: AttemptSeen,
  { status }: AnswerSeen,
): readonly DraftFinding[] {
  const asked = tls?.clientCertificate;
  if (asked === undefined) return [];
  const isSent = (asked.sent ?? 0) > 0;
  const faults = isSent && asked.own !== undefined ? faultsOf(asked, asked.own) : [];
  if (isSent && faults.length === 0) return [];
  return [
    makeFinding("client-certificate-required", {
      certainty: "likely",
      sentence: `Likely ${host} answers ${status} for want of a client certificate: it asked for one in the handshake, and ${isSent ? `was sent one that it may not accept: ${faults.map(({ says }) => says).join("; ")}` : "was sent none"}.`,
      evidence: [
        authoritiesSentence(asked.authorities),
        "It let the handshake pass all the same, as servers do that answer in words.",
      ],
      client: isSent ? faults.map(({ remedy }) => remedy).join(" ") : undefined,
    }),
  ];
}

/** Apache's words. */
const latePage = /Cannot perform Post-Handshake Authentication/i;

/** Whether the server wanted to ask for a certificate once the request was there, and could not. */
export function isLateCertificate({ excerpt }: AnswerSeen): boolean {
  return latePage.test(excerpt);
}

/** TLS 1.3 asks for a certificate after the handshake (RFC 8446 §4.6.2) only of clients that offered to give one. */
function lateCertificate(
  evidence: Evidence,
  attempt: AttemptSeen,
  { status, excerpt }: AnswerSeen,
): DraftFinding {
  const older = handshakeWith(evidence, "tls-1.2");
  const has12 =
    older === undefined
      ? []
      : [
          older.completed
            ? "It speaks TLS 1.2 too, in which it asks by renegotiation; this client refuses that (RFC 9325 §3.5), and others may not."
            : "It does not speak TLS 1.2, in which it could ask by renegotiation.",
        ];
  return makeFinding("client-certificate-required", {
    certainty: "certain",
    sentence: `${attempt.host} wants a client certificate for this path alone, and asks for it after the handshake (post-handshake authentication), which Node cannot give.`,
    evidence: [
      `It answered ${status}, and its page says: ${quote(latePage.exec(excerpt)?.[0] ?? "")}.`,
      "In the handshake it did not ask for a certificate.",
      ...has12,
      ...tlsWasWell(attempt),
    ],
    client:
      "Use a client that can be asked after the handshake (curl), or a host that asks for the certificate in the handshake.",
    server:
      "Ask for the certificate in the handshake: for the whole virtual host, or for one of its own (Apache: SSLVerifyClient outside of <Location> and <Directory>).",
  });
}
