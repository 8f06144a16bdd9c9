/** An answer that was not waited for any longer: whose limit that was, and how to wait longer. */
import type { Code, Words } from "../../core/index.ts";
import type { DraftFinding } from "../finding.ts";
import { findingEntry } from "../finding-codes.ts";
import type { Ended } from "../observation.ts";

/** Deadlines of this diagnosis, and not of the server's: the whole's, and the share of it that each step gets. */
const ownDeadlines: readonly Code[] = [
  "dns-timeout",
  "connect-timeout",
  "proxy-timeout",
  "starttls-timeout",
  "tls-timeout",
  "head-timeout",
  "body-timeout",
  "total-timeout",
];

/** Those that a flag of their own bounds, too. */
const steps: readonly Code[] = [
  "dns-timeout",
  "connect-timeout",
  "proxy-timeout",
  "starttls-timeout",
  "tls-timeout",
];

/** What to wait in seconds, round numbers. */
const longerSeconds: readonly number[] = [30, 60, 120, 300];

/** No part of a diagnosis gets less than this share of the whole. */
const leastShare = 0.3;

/** Silence for as long as was waited is certain; that no answer would have come later is not. */
export function tellPatience(
  findings: readonly DraftFinding[],
  ended: Ended | undefined,
): readonly DraftFinding[] {
  const deadline = [ended?.code, ended?.causeCode].find((code) => ownDeadlines.some((own) => own === code));
  if (ended === undefined || deadline === undefined) return findings;
  const { limitMs } = ended.detail as { readonly limitMs?: number };
  const waited = limitMs === undefined ? "" : `, which waited ${Math.round(limitMs / 100) / 10} s`;
  return findings.map((finding) => {
    // Where the caller is at fault, something else than the silence decided it.
    if (finding.code !== ended.code || (finding.certainty === "certain" && finding.fault === "caller"))
      return finding;
    const usual = findingEntry(finding.code).remedy.client;
    return {
      ...finding,
      certainty: "likely",
      sentence: `${finding.sentence} That limit is this diagnosis's own${waited}.`,
      // A cause that was found has advice of its own.
      remedy:
        finding.remedy.client === usual
          ? { ...finding.remedy, client: waitLonger(deadline, limitMs) }
          : finding.remedy,
    };
  });
}

function waitLonger(deadline: Code, limitMs = 0): Words {
  const longer = longerSeconds.find((seconds) => seconds * 1000 * leastShare > limitMs);
  return ({ whyMs, tlsMs }) => {
    if (whyMs === undefined) return "Ask the server yourself, and wait longer.";
    const step = steps.includes(deadline) && tlsMs !== undefined ? `; ${tlsMs} counts where it is given` : "";
    return `Wait longer: ${whyMs} ${longer ?? "with more seconds"}${step}.`;
  };
}
