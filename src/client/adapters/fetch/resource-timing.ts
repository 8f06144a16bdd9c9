/** Tells the process's performance timeline of a fetch: Fetch §5.1, finalize and report timing; Resource Timing §4. */
import { courseOf, type Response } from "../../response.ts";

/** Node's own door for this; its types leave it out. */
interface Timeline {
  /** Its information, its URL, who asked, in which realm, out of which cache, of which body, with which status, how delivered. */
  readonly markResourceTiming?: (...facts: readonly unknown[]) => unknown;
}

/** Once the body is over, or given up. */
export function reportTiming(response: Response, url: string, decodedBytes: number): void {
  const timeline = performance as Timeline;
  if (timeline.markResourceTiming === undefined) return;
  const { startedAt, instants, opening } = courseOf(response);
  const wasRedirected = response.redirects.length > 0;
  const begunAt = wasRedirected ? instants.startedAt : startedAt;
  const { connectedAt } = instants;
  const secureAt = back(connectedAt, opening?.tlsMs, begunAt);
  const tcpAt = back(secureAt, opening && opening.tcpMs + opening.proxyMs, begunAt);
  const info = {
    startTime: startedAt,
    redirectStartTime: wasRedirected ? startedAt : 0,
    redirectEndTime: wasRedirected ? begunAt : 0,
    postRedirectStartTime: begunAt,
    finalServiceWorkerStartTime: 0,
    finalNetworkRequestStartTime: connectedAt,
    finalNetworkResponseStartTime: instants.firstByteAt,
    endTime: performance.now(),
    encodedBodySize: response.receivedBytes,
    decodedBodySize: decodedBytes,
    finalConnectionTimingInfo: {
      domainLookupStartTime: back(tcpAt, opening?.dnsMs, begunAt),
      domainLookupEndTime: tcpAt,
      connectionStartTime: tcpAt,
      connectionEndTime: connectedAt,
      secureConnectionStartTime: secureAt,
      ALPNNegotiatedProtocol: "http/1.1",
    },
  };
  timeline.markResourceTiming(info, url, "fetch", globalThis, "", noBodyInfo, response.status, "");
}

const noBodyInfo: object = {};

/** An instant so long before another, and not before the request began. */
function back(from: number, ms: number | undefined, begunAt: number): number {
  return ms === undefined ? begunAt : Math.max(begunAt, from - ms);
}
