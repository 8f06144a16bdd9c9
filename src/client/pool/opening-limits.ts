/** The deadlines of a connection's phases, where all of them together have one too: each phase gets what is left. */
import type { StartTlsProtocol } from "../../core/index.ts";
import type { DialRequest, DialTimeouts } from "../../net/index.ts";
import type { Timeouts } from "../options/timeouts.ts";

/** With the one of what is said before TLS. */
export type OpeningLimits = DialTimeouts & Pick<Timeouts, "startTlsMs">;

/** The limits of a connection that begins to open now; each is read when its phase begins. */
export function openingLimits(timeouts: Timeouts): OpeningLimits {
  const { dnsMs, connectMs, proxyMs, startTlsMs, tlsMs, openMs } = timeouts;
  if (openMs === Infinity) return timeouts;
  const startedAt = performance.now();
  const atMost = (limitMs: number): number =>
    Math.min(limitMs, Math.max(1, Math.ceil(startedAt + openMs - performance.now())));
  return {
    get dnsMs() {
      return atMost(dnsMs);
    },
    get connectMs() {
      return atMost(connectMs);
    },
    get proxyMs() {
      return atMost(proxyMs);
    },
    get startTlsMs() {
      return atMost(startTlsMs);
    },
    get tlsMs() {
      return atMost(tlsMs);
    },
  };
}

/** What is said before TLS; its deadline is what is left of all of them when it begins. */
export function inPlain(
  protocol: StartTlsProtocol,
  limits: OpeningLimits,
): NonNullable<DialRequest["startTls"]> {
  return {
    protocol,
    get limitMs() {
      return limits.startTlsMs;
    },
  };
}
