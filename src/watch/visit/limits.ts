/** The limits of visits: how fast, how many at once, how long, and how much is remembered between them. */
import type { Limit } from "../../core/index.ts";

export const visitLimits: Readonly<
  Record<
    | "addressASecond"
    | "networkASecond"
    | "connectionsAtOnce"
    | "endpointsAtOnce"
    | "visitMs"
    | "headMs"
    | "retryAfterMs"
    | "keptChains"
    | "quietAddresses",
    Limit
  >
> = {
  addressASecond: {
    value: 2,
    unit: "count",
    why: "One connection after the other, and at most two a second: no more than somebody who opens a page and follows a link.",
  },
  networkASecond: {
    value: 8,
    unit: "count",
    why: "Of all addresses in one /24 or /48, which mostly end at one router: four times what one address gets.",
  },
  connectionsAtOnce: {
    value: 32,
    unit: "count",
    why: "Handshakes cost CPU time, of which this is more than one thread has; the rest of them waits for answers.",
  },
  endpointsAtOnce: {
    value: 512,
    unit: "count",
    why: "Many names are at one address and wait for it; meanwhile others are visited. A waiting one costs a few kilobytes.",
  },
  visitMs: {
    value: 30_000,
    unit: "ms",
    option: "--max-time",
    why: "As long as one site may take in every command; the wait for a turn is not counted.",
  },
  headMs: {
    value: 10_000,
    unit: "ms",
    why: "Of an answer only the head is waited for; monitoring systems wait five to ten seconds by default.",
  },
  retryAfterMs: {
    value: 86_400_000,
    unit: "ms",
    why: "A server that asks for more than a day is asked again after a day: its certificate goes on ageing.",
  },
  keptChains: {
    value: 10_000,
    unit: "count",
    why: "What a chain says does not change between two visits; about 8 kilobytes each, so that a watch of ten thousand endpoints fits.",
  },
  quietAddresses: {
    value: 4_096,
    unit: "count",
    why: "After so many connections those addresses are forgotten that have been quiet for two seconds.",
  },
};
