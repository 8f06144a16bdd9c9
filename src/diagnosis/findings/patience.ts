/** An answer that was not waited for any longer: whose limit that was, and how to wait longer. */
import type { Code, SettingNames } from "../../core/index.ts";
import type { DraftFinding } from "../finding.ts";
import type { Ended } from "../observation.ts";

/** Deadlines of this diagnosis, and not of the server's: the whole's, and the share of it that each step gets. */
const ownDeadlines: readonly Code[] = [
  "dns-timeout",
  "connect-timeout",
  "proxy-timeout",
  "tls-timeout",
  "head-timeout",
  "body-timeout",
  "total-timeout",
];

/** Those that a flag of their own bounds, too. */
const steps: readonly Code[] = ["dns-timeout", "connect-timeout", "proxy-timeout", "tls-timeout"];

/** What to wait in seconds, round numbers. */
const longerSeconds: readonly number[] = [30, 60, 120, 300];

/** No part of a diagnosis gets less than this share of the whole. */
const leastShare = 0.3;

/** Silence for as long as was waited is certain; that no answer would have come later is not. */
export function tellPatience(
  findings: readonly DraftFinding[],
  ended: Ended | undefined,
): readonly DraftFinding[] {
  if (ended === undefined || !ownDeadlines.includes(ended.code)) return findings;
  const { limitMs } = ended.detail as { readonly limitMs: number };
  const longer = longerSeconds.find((seconds) => seconds * 1000 * leastShare > limitMs);
  const waited = `${Math.round(limitMs / 100) / 10} s`;
  const client = ({ whyMs, tlsMs }: SettingNames): string => {
    if (whyMs === undefined) return "Ask the server yourself, and wait longer.";
    const step =
      steps.includes(ended.code) && tlsMs !== undefined ? `; ${tlsMs} counts where it is given` : "";
    return `Wait longer: ${whyMs} ${longer ?? "with more seconds"}${step}.`;
  };
  return findings.map((finding) =>
    finding.code === ended.code
      ? {
          ...finding,
          certainty: "likely",
          sentence: `${finding.sentence} That limit is this diagnosis's own, which waited ${waited}.`,
          remedy: { ...finding.remedy, client },
        }
      : finding,
  );
}
