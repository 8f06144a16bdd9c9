/** The way to an endpoint, which all its handshakes have in common, and how long each phase of one may take. */
import { HttpsError, type Limit, type StartTlsProtocol } from "../core/index.ts";
import type { TrustPolicy } from "../admission/index.ts";
import {
  directly,
  netLimits,
  type AddressRules,
  type DialRequest,
  type DialTimeouts,
  type DialWatch,
  type ProxySetting,
} from "../net/index.ts";

/** Where an endpoint is, and by whose roots it is judged. */
export interface EndpointRequest {
  readonly host: string;
  readonly port: number;
  /** What is spoken before TLS; `undefined` where it begins at once. */
  readonly startTls: StartTlsProtocol | undefined;
  /** Whose roots OpenSSL judges by. */
  readonly policy: TrustPolicy;
  readonly addressRules: AddressRules;
  readonly proxy: ProxySetting | undefined;
  /** Ends everything as an error. */
  readonly signal: AbortSignal;
  /** After how much time no further handshake is begun, and the most that each phase of one may take. */
  readonly totalMs: number;
}

export type Way = Omit<DialRequest, keyof typeof directly | "alpn" | "scheme"> & Partial<DialRequest>;

/** The way to one address, or to whichever answers; with a context that shows no certificate, unless that is said. */
export function wayTo(
  request: EndpointRequest,
  {
    address,
    secureContext,
    hasClientCertificate = false,
  }: {
    readonly address: string | undefined;
    readonly secureContext: TrustPolicy["secureContext"];
    readonly hasClientCertificate?: boolean;
  },
): Way {
  const { host, port, startTls, policy, proxy, signal, addressRules } = request;
  const at = address?.includes(":") === true ? `[${address}]` : address;
  return {
    host,
    port,
    policy: { ...policy, insecure: undefined, hasClientCertificate, secureContext },
    proxy: proxy && { ...proxy, mode: "tunnel" },
    timeouts: timeoutsOf(request),
    startTls: startTls && { protocol: startTls, limitMs: atMost(netLimits.startTlsMs, request) },
    signal,
    addressRules: at === undefined ? addressRules : { ...addressRules, resolve: { [`${host}:${port}`]: at } },
  };
}

/** Ends what is under way once the request's whole time is over. @throws HttpsError `total-timeout` */
export async function inTime<T>(
  request: EndpointRequest,
  work: (request: EndpointRequest) => Promise<T>,
): Promise<T> {
  const { host, signal, totalMs: limitMs } = request;
  const late = AbortSignal.timeout(Math.max(Math.ceil(limitMs), 1));
  try {
    return await work({ ...request, signal: AbortSignal.any([signal, late]) });
  } catch (error) {
    if (!HttpsError.is(error, "aborted") || signal.aborted) throw error;
    throw new HttpsError("total-timeout", { host, limitMs, phase: error.detail.phase }, { cause: error });
  }
}

export function dialOf(way: Way, watch: DialWatch): DialRequest {
  return { ...directly, ...way, scheme: "https", alpn: [], watch };
}

export function timeoutsOf(request: Pick<EndpointRequest, "totalMs">): DialTimeouts {
  const most = (limit: Limit): number => atMost(limit, request);
  const { dnsMs, connectMs, proxyMs, tlsMs } = netLimits;
  return { dnsMs: most(dnsMs), connectMs: most(connectMs), proxyMs: most(proxyMs), tlsMs: most(tlsMs) };
}

export function atMost({ value }: Limit, { totalMs }: Pick<EndpointRequest, "totalMs">): number {
  return Math.min(value, Math.max(totalMs, 1));
}
