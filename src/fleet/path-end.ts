/** When the usable path of a chain ended that is shown still. */
import type { ShownFact } from "./history.ts";
import type { Situation } from "./situation.ts";

/** When the path of a chain that no longer verifies ended, where dates are the reason. */
export function endedAt(
  { place, value, variant }: ShownFact,
  { facts, now }: Pick<Situation, "facts" | "now">,
): number | undefined {
  if (value.verdict.trusted)
    return value.verdict.usable.untilAt < now ? value.verdict.usable.untilAt : undefined;
  if (value.verdict.code !== "expired") return undefined;
  const [leaf] = value.chain;
  const before = facts.findLast(
    (fact): fact is ShownFact =>
      fact.about === "shown" &&
      fact.place === place &&
      fact.variant.address === variant.address &&
      fact.value.chain[0] === leaf &&
      fact.value.verdict.trusted,
  );
  const known = before?.value.verdict.trusted === true ? before.value.verdict.usable.untilAt : now;
  return Math.min(known, value.leaf.notAfterAt, now);
}
