/** Findings about the client's own certificate: that one is wanted, and what the server may have against the one it got. */
import { bracketed, type Code } from "../../core/index.ts";
import { adviseIdentities, clauseOfIdentity, identitySeverities } from "../../trust/index.ts";
import { findingOf, makeFinding, type DraftFinding } from "../finding.ts";
import { handshakeWith } from "../results.ts";
import type { Evidence } from "../evidence.ts";
import type { AnswerSeen, AttemptSeen, Ended, TlsSeen } from "../observation.ts";
import type { Cause } from "../cause.ts";
import { quote } from "./said.ts";
import { tlsWasWell } from "./well.ts";

type Asked = NonNullable<TlsSeen["clientCertificate"]>;

/** The server asked for a certificate, got none, and ended the handshake. */
function unsentCause(asked: Asked): Cause {
  const kept = whyUnsent(asked);
  return {
    certainty: "likely",
    sentence: `Likely because it asked for a certificate from the client, and was sent none.${kept === undefined ? "" : ` ${kept}`}`,
    client:
      adviseOn(asked) ??
      (({ certificate }) =>
        `Give the client certificate${bracketed(certificate)} that the server's operator issued to you, with its key.`),
    server: "If clients need no certificate, stop asking for one.",
    fault: "caller",
  };
}

/** Why a handshake that ended so did not come to its end, where a certificate was asked for: `none` was sent, or one was. */
export function certificateCause(attempt: AttemptSeen, ended: Ended): Cause | "sent" | undefined {
  const asked = attempt.tls?.clientCertificate;
  if (asked === undefined || clientCertificateWanted(attempt, ended) === undefined) return undefined;
  return isSent(asked) ? "sent" : unsentCause(asked);
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
  if (isSent(asked)) return certificateRefused({ host, asked, alert });
  return makeFinding("client-certificate-required", {
    certainty: "likely",
    sentence: `${host} asked for a certificate from the client, was sent none, and then ended the connection.`,
    evidence: [
      authoritiesSentence(asked.authorities),
      ...given(whyUnsent(asked)),
      alert === undefined
        ? "No alert named the reason."
        : `The alert ${alert.name} (${alert.number}) does not name the reason.`,
    ],
    client: adviseOn(asked),
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
  return isSent(attempt.tls?.clientCertificate) ? [wanted, own] : [own, wanted];
}

/** An alert said that a certificate is wanted, or what is wrong with the one that was sent. */
export function certificateAlertFinding(
  { tls, host }: AttemptSeen,
  ended: Ended,
  evidence: readonly string[],
): DraftFinding {
  const asked = tls?.clientCertificate;
  const faults = faultsOf(asked);
  if (asked === undefined || faults === undefined)
    return findingOf(ended, { evidence: [...evidence, ...given(asked && whyUnsent(asked))] });
  return findingOf(ended, {
    sentence: isSent(asked)
      ? `${host} does not accept the client certificate: ${faults}.`
      : `${host} requires a client certificate. ${whyUnsent(asked) ?? ""}`,
    evidence,
    client: adviseOn(asked),
  });
}

interface Refused {
  readonly host: string;
  readonly asked: Asked;
  readonly alert: TlsSeen["alerts"][number] | undefined;
}

/** It got a certificate, and ended without an answer: TLS 1.3 has clients finish before they are refused. */
function certificateRefused({ host, asked, alert }: Refused): DraftFinding {
  const { authorities, own } = asked;
  const more = authorities.length > 3 ? ` and ${authorities.length - 3} more` : "";
  const wanted =
    authorities.length === 0
      ? "it asked for one and named no issuer"
      : `it asked for one issued by ${authorities.slice(0, 3).map(quoted).join(" or ")}${more}`;
  const got = own === undefined ? "was sent one" : `was sent one issued by ${quoted(own.issuer)}`;
  const faults = faultsOf(asked);
  const why = faults ?? `${wanted}, and ${got}`;
  return makeFinding("client-certificate-required", {
    certainty: "likely",
    sentence: `Likely ${host} does not accept the client certificate: ${why}.`,
    evidence: [
      "The certificate was sent, and the connection ended without an answer.",
      alert === undefined
        ? "No alert named the reason."
        : `The server sent the alert ${alert.name} (${alert.number}).`,
      ...(faults === undefined ? [] : [`In the handshake ${wanted}, and ${got}.`]),
    ],
    client:
      adviseOn(asked) ??
      "Give a certificate that the server's CA issued, with its intermediates, and look at its dates.",
    server:
      "Look in the server's log for why the client's certificate was refused, and at the CAs that it knows.",
  });
}

function isSent(asked: Asked | undefined): boolean {
  return (asked?.sent ?? 0) > 0;
}

/** What the judge of client certificates has against the one that this client has, as clauses. */
function faultsOf(asked: Asked | undefined): string | undefined {
  const clauses = findingsOf(asked).map(clauseOfIdentity);
  return clauses.length === 0 ? undefined : clauses.join("; ");
}

function findingsOf(asked: Asked | undefined): OwnFindings {
  const findings = asked?.own?.verdict.findings ?? [];
  return findings.filter(({ code }) => identitySeverities[code] !== "note");
}

type OwnFindings = NonNullable<Asked["own"]>["verdict"]["findings"];

/** What to do about that; `undefined` where nothing is known against it. */
function adviseOn(asked: Asked): string | undefined {
  return adviseIdentities(findingsOf(asked)).join(" ") || undefined;
}

/** What has OpenSSL send none: RFC 8446 §4.4.2.3, RFC 5246 §7.4.6. */
const keepsBack: ReadonlySet<OwnFindings[number]["code"]> = new Set(["scheme-not-asked", "type-not-asked"]);

/** Why the certificate that the client has was not sent; `undefined` where it has none, or it was. */
function whyUnsent(asked: Asked): string | undefined {
  if (asked.own === undefined || asked.sent !== 0) return undefined;
  const unsuited = findingsOf(asked).filter(({ code }) => keepsBack.has(code));
  const because =
    unsuited.map(clauseOfIdentity).join("; ") || "its key likely suits nothing of what is asked for";
  return `The certificate that was given was not sent: ${because}.`;
}

function given(sentence: string | undefined): readonly string[] {
  return sentence === undefined ? [] : [sentence];
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
  const faults = faultsOf(asked);
  return makeFinding("client-certificate-required", {
    certainty: "certain",
    sentence: `${attempt.host} let the TLS handshake pass and answered ${status}: it requires a certificate from the client${isSent(asked) ? ", and does not accept the one that was sent" : ", and none was sent"}.`,
    evidence: [
      authoritiesSentence(asked.authorities),
      `Its page says: ${quote(says?.[0] ?? excerpt)}.`,
      ...given(whyUnsent(asked) ?? (faults && `What was sent: ${faults}.`)),
    ],
    client: adviseOn(asked),
  });
}

/** A refusal of a server that asked for a certificate, let the handshake pass without, and does not say why it refuses. */
export function refusedForCertificate(
  { host, tls }: AttemptSeen,
  { status }: AnswerSeen,
): readonly DraftFinding[] {
  const asked = tls?.clientCertificate;
  if (asked === undefined) return [];
  const faults = faultsOf(asked);
  if (isSent(asked) && faults === undefined) return [];
  return [
    makeFinding("client-certificate-required", {
      certainty: "likely",
      sentence: `Likely ${host} answers ${status} for want of a client certificate: it asked for one in the handshake, and ${isSent(asked) ? `was sent one that it may not accept: ${faults ?? ""}` : "was sent none"}.`,
      evidence: [
        authoritiesSentence(asked.authorities),
        ...given(whyUnsent(asked)),
        "It let the handshake pass all the same, as servers do that answer in words.",
      ],
      client: adviseOn(asked),
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
