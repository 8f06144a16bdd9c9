/** The limits of a survey: how many handshakes one endpoint is asked for, and how long its word is waited for. */
import type { Limit } from "../core/index.ts";

export const surveyLimits: Readonly<
  Record<
    "surveyedAddresses" | "narrowerHellos" | "surveysAtOnce" | "keptCertificates" | "presentedQuietMs",
    Limit
  >
> = {
  surveyedAddresses: {
    value: 8,
    unit: "count",
    why: "Large sites publish up to 8 addresses a family, and those of one site show the same: the first few tell.",
  },
  narrowerHellos: {
    value: 4,
    unit: "count",
    why: "TLS 1.2 and 1.3, each with ECDSA and with RSA: that is all there is to tell apart.",
  },
  surveysAtOnce: {
    value: 8,
    unit: "count",
    why: "As many endpoints as sites are visited at a time; one endpoint is asked for one handshake after the other.",
  },
  keptCertificates: {
    value: 1_000,
    unit: "count",
    why: "The chains of a hundred endpoints, of which eight are asked at a time: equal certificates are met close together.",
  },
  presentedQuietMs: {
    value: 3_000,
    unit: "ms",
    why: "A server that refuses a certificate says so one round trip after it was sent; the slowest links have one of under a second.",
  },
};
