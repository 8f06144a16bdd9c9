/** What is asked of a dial. */
import type { TrustPolicy } from "./policy.ts";
import type { SessionStore } from "./sessions.ts";

export interface DialTimeouts {
  readonly dnsMs: number;
  readonly connectMs: number;
  readonly proxyMs: number;
  readonly tlsMs: number;
}

/** A proxy to go through, and who named it. */
export interface ProxySetting {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  /** The value of Proxy-Authorization. */
  readonly authorization: string | undefined;
  /** Without credentials, for reports. */
  readonly url: string;
  /** `HTTPS_PROXY`, or `the option proxy`. */
  readonly source: string;
  /** A tunnel (CONNECT), or requests in absolute-form to the proxy itself. */
  readonly mode: "tunnel" | "forward";
  /** For a proxy reached over TLS. */
  readonly policy: TrustPolicy;
}

export type DialPhase = "dns" | "connect" | "proxy" | "tls";

export interface DialRequest {
  readonly scheme: "https" | "http";
  readonly host: string;
  readonly port: number;
  readonly policy: TrustPolicy;
  /** The name the certificate must carry; default the host. */
  readonly name?: string | undefined;
  /** The server name to send; default the host, none for an address; `null` for none. */
  readonly sni?: string | null | undefined;
  readonly alpn: readonly string[];
  readonly proxy?: ProxySetting | undefined;
  readonly socketPath?: string | undefined;
  /** `host:port` to addresses, as curl's `--resolve`. */
  readonly resolve?: Readonly<Record<string, string>> | undefined;
  readonly sessions?: SessionStore | undefined;
  /** Sent with CONNECT. */
  readonly userAgent?: string | undefined;
  readonly timeouts: DialTimeouts;
  readonly signal?: AbortSignal | undefined;
  /** Told as each phase begins. */
  readonly onPhase?: ((phase: DialPhase) => void) | undefined;
}
