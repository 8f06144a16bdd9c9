/** What is said of a connection that is not the client's own: it was another's, or there was none. */
import type { LinkFacts, StreamLink } from "../../net/index.ts";

export const noTimings: StreamLink["timings"] = { dnsMs: 0, tcpMs: 0, proxyMs: 0, tlsMs: 0 };

/** Facts of which none was seen, but for what is given. */
export function unseenFacts(
  known: Pick<LinkFacts, "remoteAddress" | "remotePort" | "clientCertificate">,
): LinkFacts {
  return {
    protocol: undefined,
    cipher: undefined,
    group: undefined,
    alpn: undefined,
    sni: undefined,
    localAddress: undefined,
    localPort: undefined,
    addressSource: "caller",
    lostAddresses: [],
    resumed: false,
    proxy: undefined,
    ...known,
  };
}
