/** Findings about getting there: names, addresses, TCP, the proxy. */
import { isPublicName, renderAttempts } from "../../core/index.ts";
import { findingOf, makeFinding, type DraftFinding } from "../finding.ts";
import type { Evidence } from "../evidence.ts";
import type { AttemptSeen, Ended } from "../observation.ts";
import { proxyFinding } from "./proxy.ts";
import { ledBy } from "./redirects.ts";

/** What ended an attempt before TLS began. */
export function reachFindings(
  evidence: Evidence,
  attempt: AttemptSeen,
  ended: Ended,
): readonly DraftFinding[] {
  const lines = [...reachEvidence(attempt, ended), proxyEvidence(evidence)];
  if (ended.stage === "proxy") return [proxyFinding(attempt, ended, lines)];
  const isNamedByPeer = ended.code === "name-not-found" && ledBy(evidence) !== undefined;
  return [
    findingOf(ended, {
      evidence: lines,
      ...(isNamedByPeer
        ? {
            fault: "peer",
            client:
              "Report it to the operator of the site that leads there; or this machine is not in the network where the name exists.",
            server: "Lead to a name that exists for those who are led there.",
          }
        : {}),
    }),
  ];
}

/** Where a name leads that leads to no server of anybody's: RFC 1122 §3.2.1.3, RFC 4291 §2.5.2. */
const nowhere: readonly string[] = ["0.0.0.0", "::"];

/** A name that a filter, a hosts file or a rebinding guard answers for, in place of the name's own servers. */
export function nameFindings(
  evidence: Evidence,
  { host, reach, ended }: AttemptSeen,
): readonly DraftFinding[] {
  if (reach?.source !== "resolver" || reach.proxy !== undefined || ended === undefined) return [];
  const { addresses } = reach;
  const leadsNowhere = addresses.length > 0 && addresses.every((address) => nowhere.includes(address));
  const leadsHere =
    addresses.length > 0 &&
    addresses.every((address) => /^(?:127\.|::1$|::ffff:127\.)/.test(address)) &&
    isPublicName(host);
  if (!leadsNowhere && !leadsHere) return [];
  const where = leadsNowhere ? "which is nobody's" : "which is this machine";
  return [
    makeFinding("name-leads-nowhere", {
      certainty: leadsNowhere ? "certain" : "likely",
      sentence: `The resolver of this machine says that ${host} is ${addresses.join(", ")}, ${where}: ${leadsNowhere ? "" : "likely "}a filter or a hosts file answers in place of the name's own DNS.`,
      evidence: [...reachEvidence({ host, reach }, ended), proxyEvidence(evidence)],
    }),
  ];
}

function reachEvidence(
  { host, reach }: Pick<AttemptSeen, "host" | "reach">,
  { code }: Ended,
): readonly string[] {
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
