/** The limits of trust: what is read and remembered, each with a name, a value and a reason. */
import type { Limit } from "../core/index.ts";

export const admissionLimits: Readonly<Record<"caFileBytes" | "caPipeMs" | "verdicts" | "sessions", Limit>> =
  {
    caFileBytes: {
      value: 16_777_216,
      unit: "bytes",
      why: "A browser's whole store is 250 KB; this is room for sixty of them, and ends a device file or a log.",
    },
    caPipeMs: {
      value: 5_000,
      unit: "ms",
      why: "A CA file is read at once, and a pipe that nobody writes to would hold the whole program.",
    },
    verdicts: {
      value: 1_000,
      unit: "count",
      why: "Verdicts kept per trust policy, one a chain and name; the oldest is dropped first.",
    },
    sessions: {
      value: 1_000,
      unit: "count",
      why: "TLS sessions kept for resumption, one a key; the oldest is dropped first.",
    },
  };
