/** The limits of metrics. */
import type { Limit } from "../../core/index.ts";

export const metricsLimits: Readonly<Record<"rowsAtOnce" | "scrapes", Limit>> = {
  rowsAtOnce: {
    value: 500,
    unit: "count",
    why: "Read and written at a time, so that 100,000 endpoints make no text of 100 MB; a page of them takes a few milliseconds.",
  },
  scrapes: {
    value: 2,
    unit: "count",
    why: "At the same time: each holds some 200 bytes an endpoint. Two Prometheus servers that scrape one target are usual.",
  },
};
