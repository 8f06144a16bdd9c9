/** The limits of reaching a server: each wait and count has a name, a value and a reason. */
import type { Limit } from "../core/index.ts";

export const netLimits: Readonly<
  Record<
    | "dnsMs"
    | "connectMs"
    | "tlsMs"
    | "proxyMs"
    | "startTlsMs"
    | "proxyHeadBytes"
    | "proxyBodyBytes"
    | "attemptDelayMs"
    | "addresses"
    | "readBufferBytes",
    Limit
  >
> = {
  dnsMs: {
    value: 10_000,
    unit: "ms",
    option: "timeouts.dnsMs",
    why: "The C library's resolver asks each server for 5 s, twice (resolv.conf(5)); two of its rounds are enough.",
  },
  connectMs: {
    value: 10_000,
    unit: "ms",
    option: "timeouts.connectMs",
    why: "undici's connect timeout; covers three SYN retransmissions (1, 2 and 4 s: RFC 6298 §2).",
  },
  tlsMs: {
    value: 10_000,
    unit: "ms",
    option: "timeouts.tlsMs",
    why: "A handshake is two round trips and some arithmetic; small devices as servers need seconds for RSA.",
  },
  proxyMs: {
    value: 20_000,
    unit: "ms",
    option: "timeouts.proxyMs",
    why: "The proxy connects to the server before it answers: a connect deadline of its own and one for the proxy.",
  },
  startTlsMs: {
    value: 30_000,
    unit: "ms",
    option: "timeouts.startTlsMs",
    why: "Mail servers wait before they greet, so that those who cannot wait give themselves away: Postfix 6 s, sendmail 5 s by default, others up to 30 s.",
  },
  proxyHeadBytes: {
    value: 16_384,
    unit: "bytes",
    why: "Node's limit on a head: a proxy's answer has a handful of fields.",
  },
  proxyBodyBytes: {
    value: 1_024,
    unit: "bytes",
    why: "What is kept of a refusing proxy's page: its first sentences say why.",
  },
  attemptDelayMs: {
    value: 250,
    unit: "ms",
    why: "The Connection Attempt Delay that RFC 8305 §8 recommends.",
  },
  addresses: {
    value: 16,
    unit: "count",
    why: "Large sites publish up to 8 addresses a family; more would only stretch the list in an error.",
  },
  readBufferBytes: {
    value: 65_536,
    unit: "bytes",
    why: "The largest read libuv suggests; TLS hands over at most 16 KiB at a time (RFC 8446 §5.1).",
  },
};
