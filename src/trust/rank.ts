/**
 * Which of many rejections makes the headline: the one whose removal brings the reader furthest.
 *
 * What is wrong with a path that reached the right root says more than "issuer unknown" on another; what is
 * wrong whatever the path (revoked, not yet valid, another host) says more than a rule that one path broke.
 */
import type { Rejection, RejectionCode } from "./rejection.ts";

/** From the most useful to the least. */
export const rankedCodes: readonly RejectionCode[] = [
  "revoked",
  // What cannot be read makes later findings doubtful: names that cannot be read look like no names.
  "malformed-certificate",
  // Almost always this machine's clock.
  "not-yet-valid",
  "wrong-host",
  "no-names",
  "expired",
  "distrusted-after",
  "not-a-ca",
  "wrong-usage",
  "ca-as-leaf",
  "key-usage",
  "name-constraint",
  // The search was cut: from here on nothing can be said of the paths that were not looked at.
  "budget-exhausted",
  "path-too-long",
  "weak-key",
  "weak-signature",
  "unknown-critical-extension",
  "policy-not-met",
  "irregular-certificate",
  "revocation-unknown",
  "bad-signature",
  "self-signed",
  "untrusted-root",
  "missing-intermediate",
];

const ranks: ReadonlyMap<RejectionCode, number> = new Map(rankedCodes.map((code, i) => [code, i]));

/** The most useful rejection; of equals the first. */
export function chooseHeadline(rejections: readonly Rejection[]): Rejection | undefined {
  let best: Rejection | undefined;
  for (const rejection of rejections) {
    if (best === undefined || rankOf(rejection) < rankOf(best)) best = rejection;
  }
  return best;
}

function rankOf({ code }: Rejection): number {
  return ranks.get(code) ?? rankedCodes.length;
}
