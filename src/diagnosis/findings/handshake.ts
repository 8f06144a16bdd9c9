/** Findings about a handshake that did not complete: what the tap saw, and what the experiments showed. */
import type { Details } from "../../core/index.ts";
import { listOf, nameExperiment } from "../experiment.ts";
import { findingOf, type DraftFinding, type FindingParts } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, Ended, TlsSeen } from "../observation.ts";
import { describeHandshake, resultsOf } from "../results.ts";
import { explainEnd, explainSilentTunnel } from "../tunnel.ts";
import {
  authoritiesSentence,
  certificateAlertFinding,
  certificateCause,
  withCertificate,
} from "./client-certificate.ts";
import { behindStartTls } from "./before-tls.ts";
import { termsOf } from "../protocol-terms.ts";
import { findHandshakeCause } from "./handshake-cause.ts";

export function handshakeFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  const facts = handshakeEvidence(evidence, attempt);
  if (ended.code === "client-certificate-required") return [certificateAlertFinding(attempt, ended, facts)];
  const wanted = certificateCause(attempt, ended);
  const cause = wanted === "sent" ? undefined : (wanted ?? findHandshakeCause(evidence, attempt, ended));
  const tunnel = tunnelEnd(attempt);
  const parts = {
    sentence: cause === undefined ? ended.sentence : `${ended.sentence} ${cause.sentence}`,
    client: cause?.client,
    // Where TLS begins otherwise than it was asked for, there is nothing for the server to do.
    server: behindStartTls(evidence, attempt) === undefined ? cause?.server : null,
    fault: cause?.fault,
  };
  return withCertificate(attempt, ended, findingOf(ended, { ...(tunnel ?? parts), evidence: facts }));
}

/** Whether the proxy or what stands behind it is silent cannot be seen from here. */
function tunnelEnd(attempt: AttemptSeen): Partial<FindingParts> | undefined {
  const sentence = explainSilentTunnel(attempt);
  if (sentence === undefined) return undefined;
  return {
    sentence,
    client: "Ask the proxy's operator, or try without the proxy where that is possible.",
    server:
      "Look in the proxy's log for this tunnel, and whether the server behind it speaks TLS on this port.",
    fault: "proxy",
  };
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

/** A peer that speaks no TLS, or a proxy that answers in the server's place. */
export function notTlsFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  const { speaks } = ended.detail as Details["not-tls"];
  const { host, port, reach, endpoint } = attempt;
  const { proxy } = reach ?? {};
  const behind = behindStartTls(evidence, attempt);
  const wire = attempt.tls === undefined ? [] : wireSentences(attempt.tls, attempt.sni);
  const way = `Which way: ${evidence.local.proxyRule}.`;
  if (behind !== undefined) {
    const tried = resultsOf(evidence, "handshake").flatMap(({ experiment, gave }) =>
      gave === undefined ? [] : [describeHandshake(experiment.change, gave)],
    );
    const sentence = `${ended.sentence} ${behind.sentence}`;
    return [findingOf(ended, { ...behind, sentence, evidence: [...wire, ...tried, way], server: null })];
  }
  const lines = [
    ...wire,
    speaks === "something else"
      ? "No protocol that is known here begins so."
      : `Those are the opening words of ${speaks}.`,
    way,
  ];
  if (proxy === undefined)
    return [findingOf(ended, { evidence: lines, client: portAdvice({ host, port, endpoint }, speaks) })];
  return [
    findingOf(ended, {
      sentence: explainEnd(attempt),
      evidence: lines,
      client: `The bytes came through the proxy ${proxy.url}, set by ${proxy.source}: check that it is a proxy, that it wants no login, and that its URL begins with its own scheme (http:// mostly).`,
      server: null,
    }),
  ];
}

function portAdvice(
  { host, port, endpoint }: Pick<AttemptSeen, "host" | "port" | "endpoint">,
  speaks: string,
): string | undefined {
  if (endpoint !== undefined)
    return speaks === "something else"
      ? undefined
      : `Use the port on which the host speaks ${termsOf(endpoint).name} over TLS: on ${port} it speaks ${speaks} in plain.`;
  switch (speaks) {
    case "HTTP":
      return `Write http://${host}:${port}/ if plain HTTP is meant; otherwise use the port on which it speaks TLS.`;
    case "something else":
      return undefined;
    default:
      return `Use the port of the host's HTTPS: on ${port} it speaks ${speaks}.`;
  }
}
