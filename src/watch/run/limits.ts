/** The limits of a running watch. */
import type { Limit } from "../../core/index.ts";

export const runLimits: Readonly<
  Record<"listBytes" | "configBytes" | "keepMs" | "pruneEveryMs" | "storeSayMs" | "visitMs", Limit>
> = {
  listBytes: {
    value: 256 * 1024 * 1024,
    unit: "bytes",
    why: "A million endpoints with long tags; what is longer is not a list.",
  },
  configBytes: {
    value: 4 * 1024 * 1024,
    unit: "bytes",
    why: "Thousands of bundles; what is longer is not a configuration.",
  },
  keepMs: {
    value: 400 * 86_400_000,
    unit: "ms",
    why: "A year and a month: what was seen a year ago can be looked up, as certificates of 398 days have it.",
    option: "keep",
  },
  pruneEveryMs: {
    value: 6 * 3_600_000,
    unit: "ms",
    why: "What is past is forgotten four times a day: each time it is little.",
  },
  storeSayMs: {
    value: 60_000,
    unit: "ms",
    why: "How often it is said of a store that is away at the start: whoever looks at a log looks at its last minutes.",
  },
  visitMs: {
    value: 20_000,
    unit: "ms",
    why: "As long as `meerkat ca` and `check` give one site.",
    option: "maxTime",
  },
};
