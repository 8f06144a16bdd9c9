/** The limits of stores: how much one answer holds, and how much of what is past is kept. */
import type { Limit } from "../../core/index.ts";

export const storeLimits: Readonly<
  Record<"nextBreaks" | "weeks" | "closedShown" | "whysKept" | "busyMs", Limit>
> = {
  nextBreaks: { value: 20, unit: "count", why: "What breaks next, on one screen; the rest is in the lists." },
  weeks: {
    value: 52,
    unit: "count",
    why: "A year: within it nearly every certificate ends and devices are updated.",
  },
  closedShown: {
    value: 50,
    unit: "count",
    why: "The past of an endpoint on its page: a year of weekly trouble.",
  },
  whysKept: {
    value: 5,
    unit: "count",
    why: "A few kilobytes each: the last tells what is wrong, those before whether it is the same again.",
  },
  busyMs: {
    value: 5_000,
    unit: "ms",
    why: "A write of another process takes milliseconds, a prune of a large history seconds; nothing else runs meanwhile, the page included.",
  },
};
