/** How long each part of a request took. */
import type { Link } from "../net/index.ts";
import type { Call, Carrier, Instants } from "./pool/call.ts";
import type { Timings } from "./response-facts.ts";

/** The instants of a request, and of the call that was answered; how long that took to connect. */
export interface Course {
  readonly startedAt: number;
  readonly instants: Readonly<Instants>;
  /** `undefined` for a connection that was there. */
  readonly opening: Link["timings"] | undefined;
}

interface Timed {
  /** By the monotonic clock. */
  readonly startedAt: number;
  readonly call: Call;
  readonly connection: Carrier;
}

/** In milliseconds; until now, while the body is coming. */
export function timingsOf({ startedAt, call, connection }: Timed): Timings {
  const { instants, reused } = call;
  const { startedAt: callAt, connectedAt, sentAt, firstByteAt } = instants;
  const endAt = instants.endedAt === 0 ? performance.now() : instants.endedAt;
  const opening = reused ? { dnsMs: 0, tcpMs: 0, proxyMs: 0, tlsMs: 0 } : connection.link.timings;
  return {
    waitMs: connectedAt - callAt,
    ...opening,
    requestMs: Math.max(0, (sentAt === 0 ? firstByteAt : sentAt) - connectedAt),
    firstByteMs: sentAt === 0 ? 0 : Math.max(0, firstByteAt - sentAt),
    downloadMs: endAt - firstByteAt,
    totalMs: endAt - startedAt,
  };
}
