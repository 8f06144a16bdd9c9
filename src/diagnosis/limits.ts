/** How much a diagnosis may ask for: it looks at a server, it does not load it. */
import type { Limit } from "../core/index.ts";

/** Connections of one diagnosis, the first one included. */
export const connectionBudget: Limit = {
  value: 24,
  unit: "count",
  why: "Our policy: enough for every reduction of six changes with each arm repeated, few enough not to look like an attack.",
};

/** How far the clocks may differ before it is worth a word. */
export const clockToleranceMs: Limit = {
  value: 300_000,
  unit: "ms",
  why: "Five minutes: Kerberos's own tolerance (RFC 4120 §5.2.6.1 leaves it to the site; MIT's default is 300 s).",
};

/** How far the clocks must differ before the clock is named as the cause. */
export const clockCauseMs: Limit = {
  value: 3_600_000,
  unit: "ms",
  why: "An hour: more than a Date field's caching or a slow answer explains, less than any time zone mistake.",
};

/** How near the end of a certificate is worth a word. */
export const expiresSoonMs: Limit = {
  value: 259_200_000,
  unit: "ms",
  why: "Three days: whatever renews certificates automatically has been failing for weeks by then.",
};
