/**
 * Addresses of an endpoint at which there was no connection, kept with the mark of a place: since when, and in how many visits
 * in a row. Visits that did not look at an address (a name has more of them than one answer of DNS holds) leave it as it is.
 */
import { fleetLimits } from "./limits.ts";
import type { Visit } from "./visit.ts";

export interface UnreachedAddress {
  readonly address: string;
  /** A code of the catalogue. */
  readonly code: string;
  readonly sentence: string;
  readonly sinceAt: number;
  readonly lastAt: number;
  /** How many of the visits that looked at it failed in a row. */
  readonly failures: number;
}

/** What is known after a visit, the newest last. */
export function markUnreached(
  known: readonly UnreachedAddress[],
  { at, unreached, showings }: Pick<Visit, "at" | "unreached" | "showings">,
): readonly UnreachedAddress[] {
  const looked = new Set([
    ...unreached.map(({ address }) => address),
    ...showings.map(({ variant }) => variant.address),
  ]);
  const { heldMs, unreachedKept } = fleetLimits;
  const left = known.filter(({ address, lastAt }) => !looked.has(address) && at - lastAt <= heldMs.value);
  const now = unreached.map(({ address, code, sentence }): UnreachedAddress => {
    const before = known.find((one) => one.address === address);
    const failures = (before?.failures ?? 0) + 1;
    return { address, code, sentence, sinceAt: before?.sinceAt ?? at, lastAt: at, failures };
  });
  return [...left, ...now].slice(-unreachedKept.value);
}
