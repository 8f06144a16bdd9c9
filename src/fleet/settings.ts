/** What decisions depend on, beside the facts: thresholds and policies, each with a default that is argued for. */

export interface FleetSettings {
  /** How often each endpoint is visited from each place. */
  readonly everyMs: number;
  /** A path is said to end soon when less than this share of its leaf's life is left. */
  readonly lifeLeft: { readonly warning: number; readonly critical: number };
  /** However long the life is, not before this much is left: a quarter of 398 days is a time at which nobody renews. */
  readonly lifeLeftAtMostMs: { readonly warning: number; readonly critical: number };
  /** A bundle that breaks within this time is said to; devices in the field take long to update. */
  readonly bundleLeadMs: { readonly warning: number; readonly critical: number };
  /** How many visits in a row fail before an endpoint counts as unreachable from a place. */
  readonly failuresInARow: number;
  /** From how many of the places that visit it, before it is said. */
  readonly placesUnreachable: number;
  /** How long the addresses of an endpoint may differ: a new certificate is put on one after the other. */
  readonly rolloutMs: number;
  /** An open alert is repeated after this; by severity. `Infinity`: never. */
  readonly repeatMs: Readonly<Record<"notice" | "warning" | "critical", number>>;
  /** Whether the latest forecast counts ends that programmes' schedules make likely. */
  readonly likely: boolean;
}

const dayMs = 86_400_000;

/** The settings of a watch for which nothing else is said. */
export const defaultSettings: FleetSettings = {
  everyMs: 3_600_000,
  lifeLeft: { warning: 1 / 4, critical: 1 / 10 },
  // Let's Encrypt's own mails came when 20 and when 7 days were left, of 90.
  lifeLeftAtMostMs: { warning: 20 * dayMs, critical: 7 * dayMs },
  bundleLeadMs: { warning: 180 * dayMs, critical: 30 * dayMs },
  failuresInARow: 2,
  placesUnreachable: 1,
  rolloutMs: dayMs,
  repeatMs: { notice: Infinity, warning: 7 * dayMs, critical: dayMs },
  likely: true,
};
