/** An answer that was not waited for any longer: whose limit that was, and how to wait longer. */
import type { Code, SettingNames } from "../../core/index.ts";
import type { DraftFinding } from "../finding.ts";
import type { Ended } from "../observation.ts";

/** Deadlines of this diagnosis, and not of the server's: the whole's, and its share for a head and for a body. */
const ownDeadlines: readonly Code[] = ["head-timeout", "body-timeout", "total-timeout"];

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
  const client = ({ whyMs }: SettingNames): string => {
    if (whyMs === undefined) return "Ask the server yourself, and wait longer.";
    return `Wait longer: ${whyMs} ${longer ?? "with more seconds"}.`;
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
