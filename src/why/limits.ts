/** The limits of a diagnosis's own connections: short, because somebody waits for the answer. */
import type { Limit } from "../core/index.ts";

export const experimentLimits: Readonly<
  Record<
    | "totalMs"
    | "reserveMs"
    | "connectMs"
    | "headMs"
    | "bodyIdleMs"
    | "bodyMs"
    | "connectionMs"
    | "concurrency"
    | "keptBodyBytes"
    | "excerptBytes"
    | "redirects"
    | "fetchMs"
    | "fetchBytes"
    | "fetchRedirects"
    | "fetchDepth",
    Limit
  >
> = {
  totalMs: {
    value: 8_000,
    unit: "ms",
    option: "--max-time",
    why: "Ten seconds are what a person waits for an answer (Nielsen 1993); one of them is left for the program's start and its words.",
  },
  reserveMs: {
    value: 3_000,
    unit: "ms",
    why: "A third of the whole is kept from the main attempt, so that a silent server leaves time for experiments.",
  },
  connectMs: {
    value: 3_500,
    unit: "ms",
    option: "--connect-timeout",
    why: "Each of DNS, TCP and TLS: covers two SYN retransmissions, after 1 and 3 s (RFC 6298 §2), and the seconds that a small device needs for RSA.",
  },
  headMs: {
    value: 3_500,
    unit: "ms",
    why: "A page that takes longer is slow whatever else it is; the finding says how long was waited.",
  },
  bodyIdleMs: {
    value: 2_500,
    unit: "ms",
    why: "A body that pauses for longer has stopped, as far as somebody who waits for it is concerned.",
  },
  bodyMs: {
    value: 3_500,
    unit: "ms",
    why: "The body is not what is diagnosed: what came by then is looked at.",
  },
  connectionMs: {
    value: 2_000,
    unit: "ms",
    why: "Each connection of an experiment: two rounds of them fit in what the main attempt leaves.",
  },
  concurrency: {
    value: 6,
    unit: "count",
    why: "As many as a browser opens to one host: experiments are not to look like load.",
  },
  keptBodyBytes: {
    value: 262_144,
    unit: "bytes",
    why: "More than any error page has; of a download the rest is not waited for.",
  },
  excerptBytes: {
    value: 4_096,
    unit: "bytes",
    why: "Where a block page says what it is, it says it in its first lines.",
  },
  redirects: {
    value: 20,
    unit: "count",
    why: "The Fetch standard's limit.",
  },
  fetchMs: {
    value: 2_000,
    unit: "ms",
    why: "CAs answer from delivery networks within tens of milliseconds.",
  },
  fetchBytes: {
    value: 2_097_152,
    unit: "bytes",
    why: "A CRL of a public CA's shard has some hundred kilobytes; an issuer's certificate two.",
  },
  fetchRedirects: {
    value: 2,
    unit: "count",
    why: "CAs publish at the URL they name; one move, and one more for a slash, is all that is seen.",
  },
  fetchDepth: {
    value: 3,
    unit: "count",
    why: "Public chains have one or two intermediates.",
  },
};
