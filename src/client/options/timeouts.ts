/** The deadlines of a request, one a phase, in milliseconds; `Infinity` for none. */
import { deadlineMs, HttpsError, withDefaults, type Checks } from "../../core/index.ts";
import { netLimits } from "../../net/index.ts";
import { clientLimits } from "../limits.ts";

/**
 * The deadlines of a request, one for each phase, in milliseconds; `Infinity` for none. Each has its own error code.
 */
export interface Timeouts {
  /** Name resolution. */
  readonly dnsMs: number;
  /** All attempts at TCP together. */
  readonly connectMs: number;
  /** The proxy's answer to CONNECT, or all that is said to a SOCKS proxy. */
  readonly proxyMs: number;
  /** What is said in plain before TLS, where `connect()` or `startTls()` speaks a protocol that begins so. */
  readonly startTlsMs: number;
  /** The TLS handshake. */
  readonly tlsMs: number;
  /** All of these together, for one connection: each phase gets what is left of it. */
  readonly openMs: number;
  /** A wait for a free connection. */
  readonly poolMs: number;
  /** An answer of the cookie jar's. */
  readonly cookiesMs: number;
  /** A wait for the peer to take more of the request. */
  readonly sendMs: number;
  /** From the request's end to the final response's head. */
  readonly headMs: number;
  /** A wait for more of the body. */
  readonly bodyIdleMs: number;
  /** How long a body may be left unread before its connection is closed. */
  readonly unreadBodyMs: number;
  /** The whole request, redirects and retries included, to the end of the body. */
  readonly totalMs: number;
}

const defaults: Timeouts = {
  dnsMs: netLimits.dnsMs.value,
  connectMs: netLimits.connectMs.value,
  proxyMs: netLimits.proxyMs.value,
  startTlsMs: netLimits.startTlsMs.value,
  tlsMs: netLimits.tlsMs.value,
  openMs: clientLimits.openMs.value,
  poolMs: clientLimits.poolMs.value,
  cookiesMs: clientLimits.cookiesMs.value,
  sendMs: clientLimits.sendMs.value,
  headMs: clientLimits.headMs.value,
  bodyIdleMs: clientLimits.bodyIdleMs.value,
  unreadBodyMs: clientLimits.unreadBodyMs.value,
  totalMs: clientLimits.totalMs.value,
};

export const timeoutChecks: Checks<Partial<Timeouts>> = {
  dnsMs: deadlineMs,
  connectMs: deadlineMs,
  proxyMs: deadlineMs,
  startTlsMs: deadlineMs,
  tlsMs: deadlineMs,
  openMs: deadlineMs,
  poolMs: deadlineMs,
  cookiesMs: deadlineMs,
  sendMs: deadlineMs,
  headMs: deadlineMs,
  bodyIdleMs: deadlineMs,
  unreadBodyMs: deadlineMs,
  totalMs: deadlineMs,
};

/** The same options with the short form `timeout` where it belongs. @throws HttpsError `option-invalid` where both say something */
export function withoutShortForm<
  T extends { readonly timeout: number | undefined; readonly timeouts: Partial<Timeouts> | undefined },
>(said: T): T {
  const { timeout, timeouts } = said;
  if (timeout === undefined) return said;
  if (timeouts?.totalMs === undefined)
    return { ...said, timeout: undefined, timeouts: { ...timeouts, totalMs: timeout } };
  throw new HttpsError("option-invalid", {
    option: "timeout",
    value: "beside timeouts.totalMs, which is the same deadline",
    expected: "its place alone",
    instead: "Leave one of them out.",
  });
}

/** The defaults with what was given; equal objects for equal absence. */
export function mergeTimeouts(given: Partial<Timeouts> | undefined, base: Timeouts = defaults): Timeouts {
  return withDefaults(base, given);
}
