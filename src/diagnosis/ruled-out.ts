/** What it is not, and how that is known: each stage that passed before the one that failed. */
import { renderAnchorSource } from "../trust/index.ts";
import { serverClock } from "./findings/clock.ts";
import type { DraftFinding } from "./finding.ts";
import type { Evidence } from "./evidence.ts";
import type { AttemptSeen } from "./observation.ts";
import { resultsOf } from "./results.ts";

export function ruledOut(evidence: Evidence, headline: DraftFinding | undefined): readonly string[] {
  const attempt = evidence.attempts.at(-1);
  if (attempt === undefined || headline === undefined) return [];
  return [
    ...reached(attempt),
    ...handshaken(attempt),
    ...trusted(attempt, headline),
    ...clock(evidence, headline),
    ...chance(evidence, attempt),
  ];
}

function reached({ host, port, reach, ended }: AttemptSeen): string[] {
  if (reach === undefined) return [];
  const lines: string[] = [];
  if (reach.addresses.length > 0 && reach.source === "resolver" && ended?.stage !== "dns")
    lines.push(`Not DNS: the name has an address (${reach.addresses[0] ?? ""}).`);
  if (reach.connected !== undefined && ended?.stage !== "proxy")
    lines.push(
      reach.proxy === undefined
        ? `Not the network: ${host} port ${port} accepted the TCP connection.`
        : `Not the way to the proxy: ${reach.proxy.url} accepted the TCP connection.`,
    );
  return lines;
}

function handshaken({ tls, trust }: AttemptSeen): string[] {
  if (tls?.chosen === undefined || trust === undefined) return [];
  const lines = [
    `Not the TLS version or cipher: ${tls.chosen.version} with ${tls.chosen.cipher} was agreed on.`,
  ];
  if (tls.clientCertificate === undefined) lines.push("Not a client certificate: the server asked for none.");
  return lines;
}

function trusted({ trust }: AttemptSeen, { code }: DraftFinding): string[] {
  if (trust?.verdict?.trusted !== true || code === "revoked" || code === "pin-mismatch") return [];
  const { anchor } = trust.verdict.path;
  return [
    `Not the certificate: TLS had completed, verified by ${anchor.subject.display} (${renderAnchorSource(anchor.source)}).`,
  ];
}

function clock(evidence: Evidence, { code }: DraftFinding): string[] {
  const seen = serverClock(evidence);
  if (code === "clock-wrong" || seen === undefined || Math.abs(seen.skewMs) >= 60_000) return [];
  return ["Not this machine's clock: it agrees with the server's Date to within a minute."];
}

function chance(evidence: Evidence, { exchange, ended }: AttemptSeen): string[] {
  const repeats = resultsOf(evidence, "request")
    .filter(({ experiment }) => experiment.changes.length === 0)
    .flatMap(({ gave }) => gave ?? []);
  const status = exchange?.answer?.status;
  if (repeats.length === 0 || ended !== undefined) return [];
  return repeats.every((gave) => gave.status === status)
    ? [
        `Not chance, and likely no rate limit: the same request gave the same answer ${repeats.length + 1} times.`,
      ]
    : [];
}
