/**
 * Which of many rejections makes the headline: the one whose removal brings the reader furthest.
 *
 * What is wrong with a path that reached the right root says more than "issuer unknown" on another; what is
 * wrong whatever the path (revoked, not yet valid, another host) says more than a rule that one path broke.
 */
import { rankedCodes, type Rejection, type RejectionCode } from "./rejection.ts";

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
