/**
 * Opens one connection for diagnosis: addresses, TCP, the proxy's tunnel and TLS through the tap. It keeps what was
 * seen of each phase also when a later one fails, and leaves nothing open then.
 */
import { connect as connectTcp, type Socket } from "node:net";
import type { SecureContext, TLSSocket } from "node:tls";
import type { ReachSeen, TimingsSeen, TlsSeen } from "../diagnosis/index.ts";
import { HttpsError, type AddressOutcome, type Target } from "../core/index.ts";
import { parseCertificate } from "../x509/index.ts";
import {
  findAddresses,
  type ProxySetting,
  finishHandshake,
  NotTlsError,
  tlsParameters,
  wrapTlsSocket,
  type Handshake,
  netLimits,
  type TrustPolicy,
  raceAddresses,
  reachPlain,
  Receiver,
} from "../net/index.ts";
import { openTap, type Tap } from "../tap/index.ts";
import { describeObserved } from "./observe-tls.ts";

export interface OpeningRequest {
  readonly target: Target;
  readonly policy: TrustPolicy;
  readonly proxy: ProxySetting | undefined;
  readonly resolve: Readonly<Record<string, string>> | undefined;
  readonly sni: string | null | undefined;
  readonly name: string | undefined;
  readonly alpn: readonly string[];
  /** In place of the policy's own, for handshakes that offer something else. */
  readonly secureContext?: SecureContext | undefined;
  readonly connectMs: number;
  readonly tlsMs: number;
  readonly signal: AbortSignal;
}

/** A connection, as far as it has come. */
export class Opening {
  readonly request: OpeningRequest;
  reach: ReachSeen | undefined;
  timings: TimingsSeen = {};
  /** The server name that is sent. */
  sni: string | undefined;
  handshake: Handshake | undefined;
  #tcp: Socket | undefined;
  #tls: TLSSocket | undefined;
  #tap: Tap | undefined;
  #ownIssuer: string | undefined;

  constructor(request: OpeningRequest) {
    this.request = request;
  }

  /** What the wire shows up to now. */
  get tls(): TlsSeen | undefined {
    if (this.#tap === undefined) return undefined;
    const seen = describeObserved(this.#tap.read());
    if (seen.clientCertificate === undefined || this.#tls === undefined) return seen;
    this.#ownIssuer ??= issuerOfOwn(this.#tls);
    return { ...seen, clientCertificate: { ...seen.clientCertificate, ownIssuer: this.#ownIssuer } };
  }

  get tap(): Tap | undefined {
    return this.#tap;
  }

  /** The stream that requests go into. */
  get stream(): Socket | undefined {
    return this.#tls ?? this.#tcp;
  }

  close(): void {
    for (const socket of [this.#tls, this.#tcp]) {
      socket?.on("error", () => {}); // What comes after the outcome changes nothing.
      socket?.destroy();
    }
  }

  /** @throws HttpsError of stage `dns tcp proxy timeout` */
  async reachTarget(): Promise<void> {
    this.#tcp =
      this.request.proxy === undefined ? await this.#reachDirectly() : await this.#reachThroughProxy();
  }

  async #reachDirectly(): Promise<Socket> {
    const { target, resolve, connectMs, signal } = this.request;
    const { host, port } = target;
    const startedAt = performance.now();
    let found;
    try {
      found = await findAddresses({ host, port, resolve, limitMs: connectMs, signal });
    } finally {
      this.timings = { dnsMs: performance.now() - startedAt };
    }
    const { source, list } = found;
    const seen: ReachSeen = { source, addresses: list, connected: undefined, lost: [], proxy: undefined };
    this.reach = seen;
    const resolvedAt = performance.now();
    const open = (address: string): Socket =>
      connectTcp({ host: address, port, autoSelectFamily: false, noDelay: true });
    try {
      const won = await raceAddresses({ host, port, addresses: list, limitMs: connectMs, signal, open });
      this.reach = { ...seen, connected: won.address, lost: won.lost };
      return won.socket;
    } catch (error) {
      this.reach = { ...seen, lost: attemptsOf(error) };
      throw error;
    } finally {
      this.timings = { ...this.timings, tcpMs: performance.now() - resolvedAt };
    }
  }

  async #reachThroughProxy(): Promise<Socket> {
    const { target, policy, proxy, connectMs, tlsMs, signal } = this.request;
    const timeouts = { dnsMs: connectMs, connectMs, tlsMs, proxyMs: connectMs + tlsMs };
    const seenProxy = proxy && { url: proxy.url, source: proxy.source };
    const none: ReachSeen = {
      source: "resolver",
      addresses: [],
      connected: undefined,
      lost: [],
      proxy: seenProxy,
    };
    this.reach = none;
    const dialled = { scheme: target.scheme, host: target.host, port: target.port, policy, alpn: [] };
    const tunnel = proxy && { ...proxy, mode: "tunnel" as const };
    const request = { ...dialled, proxy: tunnel, timeouts, signal };
    const { socket, address, lost, ...timings } = await reachPlain(request, new Receiver());
    this.reach = { ...none, addresses: [address], connected: address, lost };
    this.timings = { dnsMs: timings.dnsMs, tcpMs: timings.tcpMs, proxyMs: timings.proxyMs };
    return socket;
  }

  /** @throws HttpsError of stage `tls timeout` */
  async shakeHands(): Promise<Handshake> {
    const { target, policy, alpn, secureContext, tlsMs, signal, sni, name } = this.request;
    const { host, port } = target;
    const tap = openTap(this.#reached());
    this.#tap = tap;
    const own = tlsParameters({ host, port, policy, alpn, sni, name }, undefined);
    const parameters = secureContext === undefined ? own : { ...own, secureContext };
    this.sni = parameters.sni;
    const startedAt = performance.now();
    const socket = wrapTlsSocket(tap.stream, parameters);
    this.#tls = socket;
    socket.on("keylog", tap.onKeylog);
    try {
      this.handshake = await finishHandshake(socket, parameters, { limitMs: tlsMs, signal });
      return this.handshake;
    } catch (error) {
      throw this.#translate(error);
    } finally {
      this.timings = { ...this.timings, tlsMs: performance.now() - startedAt };
    }
  }

  #reached(): Socket {
    if (this.#tcp === undefined) throw new Error("TLS begins on a connection that was reached.");
    return this.#tcp;
  }

  /** The tap knows what the error cannot: what the peer speaks, how it ended, how many bytes there were. */
  #translate(error: unknown): unknown {
    const seen = this.tls;
    const { host, port } = this.request.target;
    if (seen === undefined) return error;
    const { peer, bytesSent, bytesReceived, serverEnd } = seen;
    if (peer.kind === "not-tls" && (error instanceof NotTlsError || isBrokenOff(error))) {
      const speaks = peer.speaks as "something else";
      return new HttpsError("not-tls", { host, port, speaks, firstBytes: peer.firstBytes }, { cause: error });
    }
    if (error instanceof NotTlsError)
      return new HttpsError("tls-failed", { host, reason: error.message }, { cause: error.cause });
    if (!(error instanceof HttpsError)) return error;
    const bytes = { host, bytesSent, bytesReceived };
    const { cause } = error;
    if (HttpsError.is(error, "tls-timeout"))
      return new HttpsError("tls-timeout", { ...bytes, limitMs: error.detail.limitMs }, { cause });
    if (isBrokenOff(error))
      return new HttpsError(serverEnd === "reset" ? "handshake-reset" : "handshake-closed", bytes, { cause });
    return error;
  }
}

/** Who issued this client's own certificate; unknown once OpenSSL has let the connection go. */
function issuerOfOwn(socket: TLSSocket): string | undefined {
  const own = socket.getX509Certificate();
  const parsed = own && parseCertificate(own.raw);
  return parsed?.ok === true ? parsed.certificate.issuer.display : undefined;
}

function isBrokenOff(error: unknown): boolean {
  return (
    error instanceof HttpsError && (error.code === "handshake-closed" || error.code === "handshake-reset")
  );
}

function attemptsOf(error: unknown): readonly AddressOutcome[] {
  if (!(error instanceof HttpsError)) return [];
  const { attempts } = error.detail as { readonly attempts?: readonly AddressOutcome[] };
  return attempts?.slice(0, netLimits.addresses.value) ?? [];
}
