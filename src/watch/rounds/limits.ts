/** The limits of the rounds: how many visits are under way, how many are written at a time, and how long a store may be away. */
import type { Limit } from "../../core/index.ts";

export const roundLimits: Readonly<
  Record<
    | "underWay"
    | "written"
    | "clockVisits"
    | "pauseMs"
    | "firstRetryMs"
    | "mostRetryMs"
    | "lastRetries"
    | "whysAtOnce"
    | "whysWaiting"
    | "whyPauseMs"
    | "whysRemembered",
    Limit
  >
> = {
  underWay: {
    value: 256,
    unit: "count",
    why: "Most of them wait for their turn at an address; a million endpoints a day is 12 a second, and the slowest take 20 s.",
  },
  written: {
    value: 100,
    unit: "count",
    why: "One transaction each: large enough that the disk is waited for once, small enough that a page waits a few milliseconds.",
  },
  clockVisits: {
    value: 4,
    unit: "count",
    why: "Servers that agree on the time are needed; while the clock is not believed nobody is visited for more than that.",
  },
  pauseMs: {
    value: 1_000,
    unit: "ms",
    why: "How late a visit may be for its minute; asking a store that has nothing due costs well under a millisecond.",
  },
  firstRetryMs: { value: 250, unit: "ms", why: "A store that is busy is free again by then." },
  mostRetryMs: {
    value: 15_000,
    unit: "ms",
    why: "A database that starts anew after a minute is asked four times in that minute.",
  },
  lastRetries: {
    value: 2,
    unit: "count",
    why: "Whoever stops the watch waits for a store that is away for less than a second.",
  },
  whysAtOnce: {
    value: 2,
    unit: "count",
    why: "A diagnosis makes up to a dozen connections; two beside the visits are not noticed.",
  },
  whysWaiting: {
    value: 100,
    unit: "count",
    why: "Two at a time take some minutes for a hundred; what fails for more endpoints at once is this network's fault.",
  },
  whyPauseMs: {
    value: 3_600_000,
    unit: "ms",
    why: "An endpoint that comes and goes is asked why once an hour, so that nobody's server is asked without end.",
  },
  whysRemembered: { value: 10_000, unit: "count", why: "About 1 MB: when each was asked last." },
};
