/** The limits of the fleet's decisions: how much of the past is looked at, and how much is proposed. */
import type { Limit } from "../core/index.ts";

export const fleetLimits: Readonly<
  Record<
    | "factsKept"
    | "additions"
    | "renewalsKept"
    | "alternatingMs"
    | "visitsBehind"
    | "intervalsUnseen"
    | "heldMs"
    | "unreachedKept"
    | "retryAfterMs"
    | "soonestMs"
    | "clockJumpMs"
    | "clockWrongMs"
    | "clockSleepMs"
    | "clockCalmMs"
    | "clockAgreeing"
    | "clockServers",
    Limit
  >
> = {
  factsKept: {
    value: 24,
    unit: "count",
    why: "Of each place and subject: two years of monthly renewals, and a habit is known after a few.",
  },
  additions: {
    value: 3,
    unit: "count",
    why: "A device's memory is small: the one that serves longest, and two to which the CA may move.",
  },
  renewalsKept: {
    value: 12,
    unit: "count",
    why: "Of the newest renewals a habit is learned: a year of monthly ones, so that a habit which was changed is forgotten.",
  },
  alternatingMs: {
    value: 86_400_000,
    unit: "ms",
    why: "How long an old certificate may be seen beside the new one of the same address: a day, as long as putting it on every machine takes.",
  },
  visitsBehind: {
    value: 3,
    unit: "count",
    why: "By how many visits a place may fall behind the others before what it saw is no longer today's: one may fail, and one may be late.",
  },
  intervalsUnseen: {
    value: 1.75,
    unit: "count",
    why: "How many intervals after it was last seen a chain is taken to be shown still: visits lie one and a half apart at most, and come a little late.",
  },
  heldMs: {
    value: 172_800_000,
    unit: "ms",
    why: "How long what the last visit did not look at keeps an alert open: two days, within which a name's answers of DNS have gone round, and each hello was offered again.",
  },
  unreachedKept: {
    value: 16,
    unit: "count",
    why: "Of each endpoint and place: twice as many addresses as a visit looks at; who has more of them that do not connect knows it by these.",
  },
  retryAfterMs: {
    value: 86_400_000,
    unit: "ms",
    why: "How long a server's Retry-After is obeyed at most: a day. Nobody can ask never to be looked at again by mistake.",
  },
  soonestMs: {
    value: 60_000,
    unit: "ms",
    why: "The shortest time between two visits of an endpoint: a minute, however short the interval and near the end.",
  },
  clockJumpMs: {
    value: 60_000,
    unit: "ms",
    why: "By how much the clock may move against the monotonic one between two looks: a minute. NTP slews by 0.5 ms a second at most, and steps from 128 ms on.",
  },
  clockWrongMs: {
    value: 3_600_000,
    unit: "ms",
    why: "By how much servers may differ from the clock before it is wrong: an hour, as for a diagnosis; a Date field from a cache is older by as much.",
  },
  clockSleepMs: {
    value: 86_400_000,
    unit: "ms",
    why: "The longest jump that is believed without a server's word once the clock ran evenly again: a machine that slept for a night. A day decides little of a certificate.",
  },
  clockCalmMs: {
    value: 3_600_000,
    unit: "ms",
    why: "How long the clock has to run evenly after such a jump: an hour, within which NTP has set it.",
  },
  clockAgreeing: {
    value: 3,
    unit: "count",
    why: "How many servers have to have told the time: of three, one may be wrong.",
  },
  clockServers: {
    value: 15,
    unit: "count",
    why: "How many servers' times are remembered: more than enough for a median that a few wrong ones do not move.",
  },
};
