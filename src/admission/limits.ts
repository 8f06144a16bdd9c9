/** The limits of trust: what is read and remembered, each with a name, a value and a reason. */
import type { Limit } from "../core/index.ts";

export const admissionLimits: Readonly<
  Record<"caFileBytes" | "caPipeMs" | "verdicts" | "sessions" | "tickets" | "sessionMs", Limit>
> = {
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
    why: "Origins and policies whose TLS sessions are kept for resumption; the one that got none for longest is dropped first.",
  },
  tickets: {
    value: 8,
    unit: "count",
    why: "Sessions kept unused for one of these, the oldest is dropped first; rustls keeps as many, and a server gives two a handshake.",
  },
  sessionMs: {
    value: 86_400_000,
    unit: "ms",
    why: "How long after a whole handshake sessions are resumed from it: the upper limit of RFC 5246 §F.1.4; RFC 8446 §4.6.1 wants one too.",
  },
};
