/** Findings about getting there: names, addresses, TCP, the proxy. */
import { renderAttempts } from "../../core/index.ts";
import { findingOf, type DraftFinding } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, Ended } from "../observation.ts";

/** What ended an attempt before TLS began. */
export function reachFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  return [findingOf(ended, { evidence: [...reachEvidence(attempt, ended), proxyEvidence(evidence)] })];
}

function reachEvidence({ host, reach }: AttemptSeen, { code }: Ended): readonly string[] {
  if (code === "name-not-found" || code === "dns-failed")
    return [`The system's resolver was asked for "${host}", by getaddrinfo, as every program here does.`];
  if (reach === undefined) return [];
  const lines: string[] = [];
  if (reach.addresses.length > 0)
    lines.push(`The name led to ${reach.addresses.join(", ")} (${sourceWords(reach.source)}).`);
  if (reach.lost.length > 0) lines.push(`Each was tried: ${renderAttempts(reach.lost)}.`);
  return lines;
}

function sourceWords(source: string): string {
  switch (source) {
    case "literal":
      return "it is an address";
    case "override":
      return "as was asked";
    case "loopback-name":
      return "a name of this machine: RFC 6761 §6.3";
    default:
      return "the system's resolver";
  }
}

function proxyEvidence({ local }: Evidence): string {
  return `Which way: ${local.proxyRule}.`;
}
