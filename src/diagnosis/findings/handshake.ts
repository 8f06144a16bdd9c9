/** Findings about a handshake that did not complete: what the tap saw, and what the experiments showed. */
import type { Details } from "../../core/index.ts";
import { listOf, nameExperiment } from "../experiment.ts";
import { findingOf, type DraftFinding } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, Ended, TlsSeen } from "../observation.ts";
import { describeHandshake, resultsOf } from "../results.ts";
import {
  authoritiesSentence,
  certificateAlertFinding,
  certificateCause,
  withCertificate,
} from "./client-certificate.ts";
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
  const headline = findingOf(ended, {
    sentence: cause === undefined ? ended.sentence : `${ended.sentence} ${cause.sentence}`,
    evidence: facts,
    client: cause?.client,
    server: cause?.server,
  });
  return withCertificate(attempt, ended, headline);
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
