/**
 * Findings about what is said before TLS: a server that does not offer it, or refuses; another protocol on the port; TLS that
 * begins otherwise than the scheme says, which a handshake of the other kind decides.
 */
import {
  isOfStartTls,
  protocolNames,
  protocolOfPort,
  showControls,
  type Code,
  type Details,
  type StartTlsProtocol,
} from "../../core/index.ts";
import type { Cause } from "../cause.ts";
import { findingOf, type DraftFinding, type FindingParts } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, Ended } from "../observation.ts";
import { plainSibling, schemeAtOnce, termsOf } from "../protocol-terms.ts";
import { describeHandshake, resultsOf } from "../results.ts";

/** Whether an attempt ended before TLS, in the words of its protocol. */
export function endedBeforeTls({ code }: Ended): boolean {
  return isOfStartTls(code) || code === "starttls-timeout";
}

export function beforeTlsFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  const parts = atOnceParts(evidence, attempt) ?? partsOf(attempt, ended);
  const tried = resultsOf(evidence, "handshake").flatMap(({ experiment, gave }) =>
    gave === undefined ? [] : [describeHandshake(experiment.change, gave)],
  );
  return [findingOf(ended, { ...parts, evidence: [...said(attempt), ...(parts.evidence ?? []), ...tried] })];
}

/** What the server said, in its own words. */
function said({ endpoint }: AttemptSeen): readonly string[] {
  const greeting = endpoint?.greeting;
  if (greeting === undefined) return ["The server said nothing before it was spoken to."];
  if (endpoint?.startTls === "mysql") return ["The server sent MySQL's greeting, in plain."];
  return [`The server's greeting, in plain: "${showControls(greeting.trim()).slice(0, 200)}".`];
}

/** TLS begins at once here: a handshake without the words before it completed. */
function atOnceParts(
  evidence: Evidence,
  { host, port, endpoint }: AttemptSeen,
): Partial<FindingParts> | undefined {
  const protocol = endpoint?.startTls;
  const helped = resultsOf(evidence, "handshake").some(
    ({ experiment, gave }) => experiment.change === "at-once" && gave?.completed === true,
  );
  if (!helped || protocol === undefined) return undefined;
  return {
    certainty: "certain",
    fault: "caller",
    sentence: `On ${host} port ${port} TLS begins at once; it was asked to begin it in plain, in the words of ${protocolNames[protocol]}.`,
    client: `Write ${schemeAtOnce(protocol)}://${host}:${port} (in a program: TLS from the start, not STARTTLS).`,
    server: null,
  };
}

function partsOf(attempt: AttemptSeen, ended: Ended): Partial<FindingParts> {
  const { host, port, endpoint } = attempt;
  const { name, server } = termsOf(endpoint ?? { scheme: "tls", startTls: undefined });
  const { code, detail, sentence } = ended;
  if (code === "starttls-not-offered") return notOffered(attempt, detail as Details[typeof code]);
  if (code === "starttls-refused") {
    const { protocol, said: words } = detail as Details[typeof code];
    const where = server === undefined ? {} : { server: `Look in its log for why. ${server}` };
    return { ...refusedBecause(protocol, words), ...where };
  }
  if (code === "starttls-malformed") {
    const { speaks } = detail as Details[typeof code];
    if (speaks === "something else" || speaks === "TLS") return {};
    return {
      evidence: [`Those are the opening words of ${speaks}, and not of ${name}.`],
      client: `Use the port on which the host speaks ${name}: on ${port} it speaks ${speaks}.`,
    };
  }
  if (code === "starttls-injection")
    return {
      evidence: [
        "TLS was not begun: what stands there would be taken for what comes within it (CVE-2011-0411).",
      ],
    };
  return {
    sentence: `${sentence} ${host} may be slow to greet, or speak something else than ${name} on this port.`,
  };
}

/** How each protocol says that it has no TLS, and what its clients do of that by themselves. */
const lacks: Readonly<Record<StartTlsProtocol, string>> = {
  postgres: 'It answered SSLRequest with "N": TLS is turned off there, or was left out of its build.',
  mysql: "The flag CLIENT_SSL is not among the capabilities of its greeting.",
  smtp: "STARTTLS is not among the extensions of its answer to EHLO.",
  imap: "STARTTLS is not among its capabilities.",
  pop3: "STLS is not among its capabilities.",
  ldap: "It answered the extended operation StartTLS with protocolError (2), which means that it does not know it.",
  ftp: "It does not know AUTH TLS.",
  xmpp: "starttls is not among its stream's features.",
};

function notOffered(
  { host, endpoint }: AttemptSeen,
  { protocol }: Details["starttls-not-offered"],
): Partial<FindingParts> {
  const { server, client } = termsOf({ scheme: protocol, startTls: protocol });
  const scheme = schemeAtOnce(protocol);
  const other =
    scheme === "tls" ? "" : ` Where it has a port for TLS from the start, write ${scheme}://${host}.`;
  // What some firewalls put in the place of a greeting, and of the offers behind it.
  const isMasked = /^220[ -][*X]{4,}/.test(endpoint?.greeting ?? "");
  return {
    evidence: [lacks[protocol]],
    ...(isMasked
      ? {
          fault: "network",
          sentence: `${host} does not offer to begin TLS (${protocolNames[protocol]}), and its greeting is masked: likely a firewall on the way takes the offer out.`,
          certainty: "likely",
        }
      : {}),
    client: `Do not log in in plain.${other}${client === undefined ? "" : ` ${client}`}`,
    ...(server === undefined ? {} : { server: `Turn TLS on. ${server}` }),
  };
}

/** What a refusal's own number says (RFC 3207 §4, RFC 4511 appendix A, MySQL's error reference). */
function refusedBecause(protocol: StartTlsProtocol, words: string): Partial<FindingParts> {
  const number = Number(/^\d+/.exec(words)?.[0] ?? Number.NaN);
  if (protocol === "smtp" && number === 454)
    return { evidence: ["454 is for TLS that is not available for the moment: RFC 3207 §4."] };
  if (protocol === "ldap" && number === 53)
    return { evidence: ["53 is unwillingToPerform: RFC 4511, appendix A.2."] };
  if (protocol === "ldap" && number === 52)
    return {
      evidence: [
        "52 is unavailable: RFC 4511, appendix A.2. OpenLDAP says so where no certificate is set up.",
      ],
    };
  if (protocol === "mysql" && (number === 1130 || number === 1129))
    return {
      evidence: [`${number} is about this client's address, and was said before TLS.`],
      client: "Ask from an address that the server lets in, or have its operator let this one in.",
      fault: "peer",
    };
  return {};
}

/** What could begin TLS where it did not begin at once: by what the peer said, by the scheme, by the port. */
export function worthTrying({ endpoint, port, ended }: AttemptSeen): StartTlsProtocol | undefined {
  if (endpoint === undefined || endpoint.startTls !== undefined) return undefined;
  const { speaks = "" } = (ended?.detail ?? {}) as Partial<Details["not-tls"]>;
  const heard: Readonly<Record<string, StartTlsProtocol>> = {
    SMTP: "smtp",
    FTP: "ftp",
    IMAP: "imap",
    POP3: "pop3",
    MySQL: "mysql",
    XMPP: "xmpp",
  };
  if (ended?.code === "not-tls" && speaks !== "something else") return heard[speaks];
  return plainSibling(endpoint.scheme) ?? protocolOfPort(port);
}

/** Ends of a handshake that a server makes of which something in plain was expected. */
export const maybeBehindStartTls: readonly Code[] = [
  "not-tls",
  "handshake-closed",
  "handshake-reset",
  "tls-timeout",
  "tls-failed",
];

/** TLS begins later here: behind the protocol's own words the handshake completed. */
export function behindStartTls(evidence: Evidence, { host, port }: AttemptSeen): Cause | undefined {
  const helped = resultsOf(evidence, "handshake").find(
    ({ experiment, gave }) => experiment.change === "behind-starttls" && gave?.completed === true,
  )?.experiment.protocol;
  if (helped === undefined) return undefined;
  return {
    certainty: "certain",
    fault: "caller",
    sentence: `It speaks ${protocolNames[helped]} in plain there, and TLS begins behind its STARTTLS: asked so, the handshake completes.`,
    client: `Write ${helped}://${host}:${port} (in a program: STARTTLS, not TLS from the start).`,
  };
}
