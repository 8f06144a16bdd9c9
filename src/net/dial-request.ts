/** What is asked of a dial. No field may be left out: what a literal lacks would be read from its prototype. */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { StartTlsProtocol } from "../core/index.ts";
import { noAddressRules, type Addresses, type AddressRules } from "./addresses.ts";
import type { Handshake, TlsParameters } from "./handshake.ts";
import type { Reached } from "./reached.ts";
import type { SocksLogin } from "./socks-dialogue.ts";
import type { Tolerance } from "../http1/index.ts";
import type { TrustPolicy } from "../admission/index.ts";
import type { SessionStore } from "../admission/index.ts";

export interface DialTimeouts {
  readonly dnsMs: number;
  readonly connectMs: number;
  readonly proxyMs: number;
  readonly tlsMs: number;
}

/** A proxy to go through, and who named it. */
export interface ProxySetting {
  /** `socks5`: names are looked up here; `socks5h`: by the proxy. */
  readonly scheme: "http" | "https" | "socks5" | "socks5h";
  readonly host: string;
  readonly port: number;
  /** The value of Proxy-Authorization. */
  readonly authorization: string | undefined;
  /** For a proxy of SOCKS. */
  readonly login: SocksLogin | undefined;
  /** Without credentials, for reports. */
  readonly url: string;
  /** `HTTPS_PROXY`, or `the option proxy`. */
  readonly source: string;
  /** A tunnel (CONNECT, or SOCKS), or requests in absolute-form to the proxy itself. */
  readonly mode: "tunnel" | "forward";
  /** For a proxy reached over TLS. */
  readonly policy: TrustPolicy;
}

/** What is said in plain before TLS, and how long that may take. */
export interface StartTlsSetting {
  readonly protocol: StartTlsProtocol;
  readonly limitMs: number;
}

export type DialPhase = "dns" | "connect" | "proxy" | "starttls" | "tls";

export interface DialRequest {
  readonly scheme: "https" | "http";
  readonly host: string;
  readonly port: number;
  readonly policy: TrustPolicy;
  /** The name the certificate must carry; default the host. */
  readonly name: string | undefined;
  /** The server name to send; default the host, none for an address; `null` for none. */
  readonly sni: string | null | undefined;
  readonly alpn: readonly string[];
  readonly proxy: ProxySetting | undefined;
  /** `undefined` where TLS begins at once. Of no effect without TLS. */
  readonly startTls: StartTlsSetting | undefined;
  readonly socketPath: string | undefined;
  readonly addressRules: AddressRules;
  /** Faults of a proxy's answer that are let pass. */
  readonly allow: readonly Tolerance[] | undefined;
  readonly sessions: SessionStore | undefined;
  /** Sent with CONNECT. */
  readonly userAgent: string | undefined;
  readonly timeouts: DialTimeouts;
  readonly signal: AbortSignal | undefined;
  /** Told as each phase begins. */
  readonly onPhase: ((phase: DialPhase) => void) | undefined;
  readonly watch: DialWatch | undefined;
}

/** Whoever watches a dial: told what each phase found, so that this is known also when a later phase fails. */
export interface DialWatch {
  readonly onResolved: (addresses: Addresses) => void;
  /** TCP is up, and the proxy's tunnel where there is one. STARTTLS comes next, where it is said. */
  readonly onReached: (reached: Omit<Reached<Socket>, "reads">) => void;
  /** What was said before TLS came to its end; the server's greeting, where it spoke first. */
  readonly onGreeting: (greeting: Uint8Array | undefined) => void;
  /** What TLS runs in, in place of the TCP socket itself; `undefined` where it runs in that. */
  readonly through: ((tcp: Socket) => Duplex) | undefined;
  /** TLS begins. */
  readonly onTls: (socket: TLSSocket, parameters: TlsParameters) => void;
  /** The handshake came to its end; both keys are asked next. */
  readonly onHandshake: (handshake: Handshake) => void;
  /** What a failed handshake was, by what went through; in place of asking the peer once more. */
  readonly explain: (error: unknown) => unknown;
}

/** What most dials leave open: the host's own name, no proxy, no Unix socket, the usual look-up, nothing kept. */
export const directly: Readonly<
  Record<
    | "name"
    | "sni"
    | "proxy"
    | "startTls"
    | "allow"
    | "socketPath"
    | "sessions"
    | "userAgent"
    | "onPhase"
    | "watch",
    undefined
  > &
    Pick<DialRequest, "addressRules">
> = {
  name: undefined,
  sni: undefined,
  proxy: undefined,
  startTls: undefined,
  allow: undefined,
  socketPath: undefined,
  addressRules: noAddressRules,
  sessions: undefined,
  userAgent: undefined,
  onPhase: undefined,
  watch: undefined,
};
