/** What a trust report says about what its runtime does not show. */
import type { Runtime, Sight } from "./facts.ts";

/** Of the sights, those that a report of one connection would otherwise speak of. */
const inReport: readonly (readonly [Sight, string])[] = [
  ["staple", "whether the server stapled an OCSP response"],
  ["sentChain", "which certificates the server itself sent (the chain is completed from the roots)"],
  ["closeNotify", "whether close_notify came before the end, so whether a body without a length is complete"],
  ["certificateRequest", "whether the server asked for a client certificate"],
];

/** Phrases, each of something that cannot be seen on this runtime; but for what was seen in another way. */
export function unseenOn({ shows }: Runtime, otherwise: readonly Sight[] = []): readonly string[] {
  return inReport
    .filter(([sight]) => !shows[sight] && !otherwise.includes(sight))
    .map(([, phrase]) => phrase);
}
