/** Findings about a handshake that did not complete: what the tap saw, and which change lets it complete. */
import type { Code, Details } from "../../core/index.ts";
import { listOf, nameExperiment, type HandshakeChange, type HandshakeGave } from "../experiment.ts";
import { findingOf, makeFinding, type Certainty, type Finding } from "../finding.ts";
import type { AttemptSeen, Ended, Evidence, TlsSeen } from "../observation.ts";
import { describeHandshake, handshakeWith, resultsOf } from "../results.ts";

/** Why the handshake failed, as far as anything speaks for it. */
interface Cause {
  readonly certainty: Certainty;
  readonly sentence: string;
  readonly client?: string;
  readonly server?: string;
}

export function handshakeFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly Finding[] {
  const cause = findCause(evidence, attempt, ended);
  const facts = handshakeEvidence(evidence, attempt);
  const headline = findingOf(ended, {
    sentence: cause === undefined ? ended.sentence : `${ended.sentence} ${cause.sentence}`,
    evidence: facts,
    client: cause?.client,
    server: cause?.server,
  });
  const wanted = clientCertificateWanted(attempt, ended);
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

/** The server asked for a certificate, got none, and then ended the handshake without naming the reason. */
export function clientCertificateWanted({ host, tls }: AttemptSeen, { code }: Ended): Finding | undefined {
  if (tls?.clientCertificate === undefined || code === "client-certificate-required") return undefined;
  const alert = tls.alerts.find(({ from }) => from === "server");
  if (!refusalCodes.includes(code) || (tls.clientCertificate.sent ?? 0) > 0) return undefined;
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

function findCause(evidence: Evidence, attempt: AttemptSeen, ended: Ended): Cause | undefined {
  const wanted = clientCertificateWanted(attempt, ended);
  if (wanted !== undefined)
    return {
      certainty: "likely",
      sentence: "Likely because it asked for a certificate from the client, and was sent none.",
      client: "Give the client certificate and its key that the server's operator issued to you.",
      server: "If clients need no certificate, stop asking for one.",
    };
  return (
    versionCause(evidence, ended) ??
    alpnCause(evidence, ended) ??
    changeCause(evidence, attempt) ??
    parameterCause(evidence, attempt, ended) ??
    nameCause(evidence, attempt) ??
    silenceCause(evidence, attempt, ended)
  );
}

function versionCause(evidence: Evidence, { code }: Ended): Cause | undefined {
  if (code !== "tls-version") return undefined;
  const old = handshakeWith(evidence, "everything");
  if (old?.version === undefined) return undefined;
  return { certainty: "certain", sentence: `Offered everything, it chose ${old.version}.` };
}

function alpnCause(evidence: Evidence, { code }: Ended): Cause | undefined {
  if (code !== "alpn-mismatch" || handshakeWith(evidence, "http2")?.alpn !== "h2") return undefined;
  return { certainty: "certain", sentence: "Offered h2, it takes that: the server speaks HTTP/2 alone." };
}

/** One change, and the handshake completes. */
const causes: Readonly<
  Partial<Record<HandshakeChange, (attempt: AttemptSeen, gave: HandshakeGave) => Cause>>
> = {
  none: () => ({
    certainty: "certain",
    sentence: "The same handshake a moment later completed: it fails now and then.",
    client: "Try again.",
    server: "Look at the load, and for one of several servers that differs.",
  }),
  "no-server-name": ({ sni }, gave) => ({
    certainty: "certain",
    sentence: `It is the server name: without "${sni ?? ""}" in the ClientHello the handshake completes, with a certificate for ${namesOf(gave)}.`,
    client:
      "Check the host name; if it is right, try from another network: a box in between may block the name.",
    server: "Look whether this name is set up, and at whatever filters by server name before the server.",
  }),
  "tls-1.2": () => ({
    certainty: "certain",
    sentence: "It is the offer of TLS 1.3: offered TLS 1.2 alone, the server answers.",
    client: "Limit this one host to TLS 1.2 until it is mended.",
    server: "Update the server, or the box before it: RFC 8446 §4.2.1 has unknown versions ignored.",
  }),
  "tls-1.3": () => ({
    certainty: "certain",
    sentence: "It is the offer of TLS 1.2: offered TLS 1.3 alone, the server answers.",
    server: "Ignore versions that are not wanted, as RFC 8446 §4.2.1 has it.",
  }),
  "no-alpn": () => ({
    certainty: "certain",
    sentence: "It is ALPN: without that extension in the ClientHello the handshake completes.",
    server: "Update the server, or the box before it: unknown extensions are to be ignored (RFC 8446 §4.2).",
  }),
  http2: () => ({
    certainty: "certain",
    sentence: "It is ALPN: offered h2, the handshake completes; the server speaks HTTP/2 alone.",
    client: "Use a client that speaks HTTP/2.",
    server: "Allow http/1.1 in ALPN.",
  }),
  x25519: () => ({
    certainty: "certain",
    sentence:
      "It is the size of the ClientHello, or a group in it: offered fewer groups, the server answers.",
    server:
      "Update the server, or the box before it: a ClientHello may span several segments and name unknown groups.",
  }),
};

function changeCause(evidence: Evidence, attempt: AttemptSeen): Cause | undefined {
  for (const [change, describe] of Object.entries(causes)) {
    const gave = handshakeWith(evidence, change as HandshakeChange);
    // Without a name another site of the same server may answer: that says nothing of this one.
    if (change === "no-server-name" && gave?.leaf?.namesHost !== true) continue;
    if (gave?.completed === true) return describe(attempt, gave);
  }
  return undefined;
}

/** Nothing of the usual lets it complete; what the server takes when all is offered says what it wants. */
function parameterCause(evidence: Evidence, { tls }: AttemptSeen, { code }: Ended): Cause | undefined {
  const all = handshakeWith(evidence, "everything");
  if (code === "weak-parameters" && tls?.chosen?.primeBits !== undefined)
    return {
      certainty: "certain",
      sentence: `Its Diffie-Hellman prime has ${tls.chosen.primeBits} bits; fewer than 2,048 are too few (RFC 9325 §4.1).`,
    };
  if (all?.version === undefined || all.cipher === undefined) return undefined;
  if (code !== "tls-alert" && code !== "tls-failed") return undefined;
  return {
    certainty: "certain",
    sentence: `Offered every old version, cipher and group, it chooses ${all.version}, ${all.cipher}${all.group === undefined ? "" : `, ${all.group}`}: what it has is not offered any more.`,
    server: "Turn on current cipher suites and groups: ECDHE with AES-GCM, X25519 or P-256.",
  };
}

/** Without a name somebody else answers on the same port. */
function nameCause(evidence: Evidence, { sni }: AttemptSeen): Cause | undefined {
  const bare = handshakeWith(evidence, "no-server-name");
  if (bare?.completed !== true) return undefined;
  return {
    certainty: "likely",
    sentence: `Likely it is this name's own setting: without "${sni ?? ""}" as the server name the handshake completes, with a certificate for ${namesOf(bare)}.`,
    client: "Check the host name: the server is there, and speaks TLS for others.",
    server: "Look at how this name is set up, and at whatever filters by server name before the server.",
  };
}

/** Every variant ended like the first. */
function silenceCause(evidence: Evidence, { tls }: AttemptSeen, { code }: Ended): Cause | undefined {
  const tried = resultsOf(evidence, "handshake").filter(({ gave }) => gave !== undefined);
  const silent = tls?.bytesReceived === 0;
  if (tried.length === 0 || !silent || tried.some(({ gave }) => gave?.completed === true || gave?.version))
    return undefined;
  if (code !== "handshake-closed" && code !== "handshake-reset" && code !== "tls-timeout") return undefined;
  return {
    certainty: "likely",
    sentence:
      "Likely not TLS at all on this port, or a filter before it: not a byte came back, whatever was offered.",
  };
}

function namesOf({ leaf }: HandshakeGave): string {
  if (leaf === undefined || leaf.names.length === 0) return "no name at all";
  const shown = leaf.names.slice(0, 3).join(", ");
  return leaf.names.length > 3 ? `${shown} and ${leaf.names.length - 3} more` : shown;
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
  if (evidence.local.offersPostQuantum === false && tried.length > 2)
    lines.push(
      "Not tried: a ClientHello with a post-quantum key share, because this machine's OpenSSL has none.",
    );
  return lines;
}

/** What the tap saw, in sentences. */
export function wireSentences(tls: TlsSeen, sni: string | undefined): string[] {
  const { offered, chosen, serverMessages, alerts } = tls;
  const hello = `The ClientHello (${offered.bytes} bytes, at least ${offered.segments} TCP segment${offered.segments === 1 ? "" : "s"}) offered ${offered.versions.join(" and ")}, ${offered.alpn.length === 0 ? "no ALPN" : `ALPN ${offered.alpn.join(", ")}`}, and ${sni === undefined ? "no server name" : `the server name ${sni}`}.`;
  const lines = offered.bytes === 0 ? [] : [hello];
  if (tls.peer.kind === "not-tls")
    lines.push(`What came back begins "${tls.peer.firstBytes}", which is no TLS record.`);
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
export function notTlsFindings(evidence: Evidence, attempt: AttemptSeen, ended: Ended): readonly Finding[] {
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
        `Those are the opening words of ${speaks}.`.replace(
          "the opening words of something else",
          "no protocol that is known here",
        ),
        `Which way: ${evidence.local.proxyRule}.`,
      ],
      ...(client === undefined ? {} : { client }),
    }),
  ];
}
