/** What it is not, and how that is known: each stage that passed before the one that failed. */
import { renderAnchorSource } from "../trust/index.ts";
import { serverClock } from "./findings/clock.ts";
import type { DraftFinding } from "./finding.ts";
import type { Evidence } from "./evidence.ts";
import type { AttemptSeen } from "./observation.ts";
import { firstAnswer } from "./findings/reduced.ts";
import { versionArm } from "./findings/version.ts";
import { isAboutLoad, isSame } from "./reduction.ts";
import { resultsOf } from "./results.ts";

export function ruledOut(evidence: Evidence, headline: DraftFinding | undefined): readonly string[] {
  const attempt = evidence.attempts.at(-1);
  if (attempt === undefined || headline === undefined) return [];
  return [
    ...reached(attempt),
    ...handshaken(attempt, headline),
    ...trusted(attempt, headline),
    ...clock(evidence, headline),
    ...chance(evidence, attempt),
    ...version(evidence, attempt, headline),
  ];
}

function reached({ host, port, reach, trust, ended }: AttemptSeen): string[] {
  if (reach === undefined) return [];
  const lines: string[] = [];
  // That a name has an address does not make it the right one: only a server that proved to be the name's own shows that.
  if (reach.source === "resolver" && reach.proxy === undefined && isAdmitted(trust, ended))
    lines.push(`Not DNS: the name leads to a server that proved to be its own (${reach.connected ?? ""}).`);
  if (reach.connected !== undefined && ended?.stage !== "proxy")
    lines.push(
      reach.proxy === undefined
        ? `Not TCP: ${host} port ${port} accepted the connection.`
        : `Not the way to the proxy: ${reach.proxy.url} accepted the TCP connection.`,
    );
  return lines;
}

/** The engine's verdict alone admits nobody: OpenSSL accepted the chain too. */
function isAdmitted(trust: AttemptSeen["trust"], ended: AttemptSeen["ended"]): boolean {
  return trust?.verdict?.trusted === true && trust.openssl?.accepted !== false && ended?.stage !== "trust";
}

function handshaken({ tls, trust, exchange }: AttemptSeen, { code }: DraftFinding): string[] {
  if (tls?.chosen === undefined || trust === undefined) return [];
  const lines = [
    `Not the TLS version or cipher: ${tls.chosen.version} with ${tls.chosen.cipher} was agreed on.`,
  ];
  // A server can ask later, for a path alone; and it can refuse a request for want of one without asking.
  const isRefusal =
    [401, 403].includes(exchange?.answer?.status ?? 0) || code === "client-certificate-required";
  // The request stands beside the certificates: who has not read them has not seen that there is none.
  if (tls.clientCertificate === undefined && tls.certificatesSent !== undefined && !isRefusal)
    lines.push("Not a client certificate: the server asked for none.");
  return lines;
}

function trusted({ trust, ended }: AttemptSeen, { code }: DraftFinding): string[] {
  if (trust?.verdict?.trusted !== true || !isAdmitted(trust, ended)) return [];
  if (code === "revoked" || code === "servers-differ") return [];
  const { anchor } = trust.verdict.path;
  return [
    `Not the certificate: TLS had completed, verified by ${anchor.subject.display} (${renderAnchorSource(anchor.source)}).`,
  ];
}

function clock(evidence: Evidence, { code }: DraftFinding): string[] {
  const seen = serverClock(evidence);
  if (code === "clock-wrong" || seen === undefined || Math.abs(seen.skewMs) >= 60_000) return [];
  const how = seen.isVerified ? "" : ", though that came over a connection that was not verified";
  return [`Not this machine's clock: it agrees with the server's Date to within a minute${how}.`];
}

/** The other version of HTTP fared in the same way. */
function version(evidence: Evidence, attempt: AttemptSeen, { code }: DraftFinding): string[] {
  if (code === "unsteady-answer") return [];
  const { experiment, gave = [] } = versionArm(evidence) ?? {};
  const [change] = experiment?.changes ?? [];
  const first = firstAnswer(attempt);
  if (change?.kind !== "version" || gave.length === 0 || !gave.every((one) => isSame(one, first))) return [];
  const outcome = first.status ?? first.ended?.code ?? "";
  return [`Not the version of HTTP: ${change.says} it came to the same (${outcome}).`];
}

function chance(evidence: Evidence, { exchange, ended }: AttemptSeen): string[] {
  const repeats = resultsOf(evidence, "request")
    .filter(({ experiment }) => experiment.changes.length === 0)
    .flatMap(({ gave }) => gave ?? []);
  const status = exchange?.answer?.status;
  // One repetition may be chance too; and what speaks of load is a matter of when.
  if (repeats.length < 2 || ended !== undefined || isAboutLoad({ status, ended })) return [];
  return repeats.every((gave) => gave.status === status)
    ? [
        `Not chance, and likely no rate limit: the same request gave the same answer ${repeats.length + 1} times.`,
      ]
    : [];
}
