/** What is planted in the year: what goes wrong, by which rules it is to be announced, and which alerts it explains. */
import type { RuleName } from "../../../src/fleet/index.ts";

export const planKinds = [
  "renewal-stops",
  "intermediate-ends",
  "cross-sign-ends",
  "bundle-root-ends",
  "forgotten-address",
  "moves-outside-bundle",
  "chain-incomplete",
  "revoked",
  "wrong-host",
  "unknown-root",
  "outage-of-hours",
  "outage-of-days",
  "from-one-place",
  "errors",
  "comes-and-goes",
] as const;
export type PlanKind = (typeof planKinds)[number];

export interface Planted {
  readonly kind: PlanKind;
  /** When it breaks, and when somebody has set it right. */
  readonly breaksAt: number;
  readonly mendedAt: number;
}

interface PlanRule {
  /** Dates or habits tell of it before; otherwise the first visits after it do. */
  readonly isForeseen: boolean;
  /** So many visits at most until it is told, where it cannot be foreseen. */
  readonly visits: number;
  readonly announcedBy: readonly RuleName[];
  /** Further rules that may speak of it. */
  readonly also: readonly RuleName[];
  /** A notice announces it as well; otherwise a warning at least does. */
  readonly isNoticed?: boolean;
}

const foreseen = (announcedBy: readonly RuleName[], also: readonly RuleName[] = []): PlanRule => ({
  isForeseen: true,
  visits: 0,
  announcedBy,
  also,
});
const seen = (
  visits: number,
  announcedBy: readonly RuleName[],
  also: readonly RuleName[] = [],
): PlanRule => ({
  isForeseen: false,
  visits,
  announcedBy,
  also,
});

export const planRules: Readonly<Record<PlanKind, PlanRule>> = {
  "renewal-stops": foreseen(["late-renewal", "path-ends"]),
  "intermediate-ends": foreseen(["path-ends", "bundle-breaks"], ["late-renewal"]),
  "cross-sign-ends": foreseen(["bundle-breaks"]),
  "bundle-root-ends": foreseen(["bundle-breaks"], ["path-ends", "late-renewal"]),
  "forgotten-address": foreseen(["addresses-differ", "late-renewal", "path-ends"], ["bundle-breaks"]),
  "moves-outside-bundle": seen(1, ["issuer-outside-bundle"], ["bundle-breaks"]),
  "chain-incomplete": seen(1, ["chain-incomplete"], ["bundle-breaks"]),
  revoked: seen(1, ["revoked"], ["bundle-breaks"]),
  "wrong-host": seen(1, ["unreachable"], ["addresses-differ", "keys-differ", "bundle-breaks"]),
  // Without its root, which is not sent, the chain looks as if a certificate were missing.
  "unknown-root": seen(
    1,
    ["unreachable", "chain-incomplete"],
    ["addresses-differ", "keys-differ", "bundle-breaks", "issuer-outside-bundle"],
  ),
  "outage-of-hours": seen(2, ["unreachable"]),
  // A certificate that was renewed meanwhile is not seen.
  "outage-of-days": seen(2, ["unreachable"], ["path-ends", "late-renewal"]),
  "from-one-place": seen(2, ["unreachable"]),
  errors: seen(2, ["answer-changed"]),
  // Where it never fails twice in a row, there is a notice when it has failed three times, and a warning at the fourth.
  "comes-and-goes": { ...seen(8, ["unreachable"]), isNoticed: true },
};
