/**
 * Opens one connection for diagnosis: the client's own dial, watched, with a tap between TCP and TLS. What was seen of
 * each phase is kept also when a later one fails; nothing is left open then.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Reading } from "../client/index.ts";
import {
  asError,
  bare,
  equalBytes,
  HttpsError,
  type AddressOutcome,
  type Ending,
  type Endpoint,
  type Target,
} from "../core/index.ts";
import type { ReachSeen, TimingsSeen, TlsSeen, TrustSeen } from "../diagnosis/index.ts";
import { admitOrClose, sha256, sightOf, type TrustPolicy } from "../admission/index.ts";
import {
  decodeLatin1,
  dial,
  type AddressRules,
  directly,
  NotTlsError,
  verdictSoFar,
  type Addresses,
  type DialPhase,
  type DialWatch,
  type Handshake,
  type Link,
  type ProxySetting,
  type Reached,
  type TlsParameters,
} from "../net/index.ts";
import { unseenOn } from "../runtime/index.ts";
import { openTap, type Tap } from "../tap/index.ts";
import { TrustReport } from "../trust/index.ts";
import { fingerprint, parseCertificate, type Certificate } from "../x509/index.ts";
import { describeObserved } from "./observe-tls.ts";
import { judgeOwn, ownIdentity, type OwnIdentity } from "./own-identity.ts";

export interface OpeningRequest {
  readonly target: Target;
  readonly policy: TrustPolicy;
  readonly proxy: ProxySetting | undefined;
  readonly addressRules: AddressRules;
  readonly sni: string | null | undefined;
  readonly name: string | undefined;
  readonly alpn: readonly string[];
  /** Sent with CONNECT. */
  readonly userAgent: string | undefined;
  /** The most that each of DNS, TCP and TLS may take. */
  readonly connectMs: number;
  /** What is spoken, where it is not a web site's; its words before TLS are said first. */
  readonly endpoint?: Endpoint | undefined;
  /** How a proxy's answer is read. */
  readonly reading: Reading;
  readonly signal: AbortSignal;
}

/** The policy for whoever is not the one that the caller's own certificate was meant for. */
export function withoutCertificate(
  policy: TrustPolicy,
  secureContext: TrustPolicy["secureContext"] = policy.anonymousContext(),
): TrustPolicy {
  return { ...policy, hasClientCertificate: false, secureContext };
}

/** The policy without verification, pins and certificate: nothing secret goes to whoever answers. */
export function unverified(
  policy: TrustPolicy,
  reason: string,
  secureContext?: TrustPolicy["secureContext"],
): TrustPolicy {
  return { ...withoutCertificate(policy, secureContext), insecure: { reason }, pins: new Map() };
}

/** A connection, as far as it has come. */
export class Opening implements DialWatch {
  readonly #request: OpeningRequest;
  readonly #onProgress: () => void;
  readonly #laps: { -readonly [K in keyof TimingsSeen]: TimingsSeen[K] } = {};
  #lap: { readonly name: keyof TimingsSeen; readonly since: number } | undefined;
  #link: Link | undefined;
  #socket: TLSSocket | undefined;
  #parameters: TlsParameters | undefined;
  #tap: Tap | undefined;
  #own: OwnIdentity | undefined;
  #staple: Uint8Array | undefined;
  /** What both keys said of a chain before anything secret went to whoever sent it. */
  #refusal: HttpsError | undefined;
  reach: ReachSeen | undefined;
  #report: TrustReport | undefined;
  /** The server name that is sent. */
  sni: string | undefined;
  /** What the server said first, in plain. */
  greeting: string | undefined;
  /** DER of the leaf that came. */
  leaf: Uint8Array | undefined;

  constructor(request: OpeningRequest, onProgress: () => void = () => {}) {
    this.#request = request;
    this.#onProgress = onProgress;
  }

  /** Opens it and closes it again: nothing is sent over it. What ended it, if something did. @throws HttpsError `aborted` */
  async openAlone(): Promise<HttpsError | undefined> {
    try {
      await this.open();
      return undefined;
    } catch (error) {
      if (!(error instanceof HttpsError) || error.code === "aborted") throw error;
      return error;
    } finally {
      this.close();
    }
  }

  /** @throws HttpsError of any stage up to `trust` */
  async open(): Promise<Link> {
    const { target, proxy, connectMs, reading, endpoint, ...asked } = bare(this.#request);
    const startTls = endpoint?.startTls;
    const { scheme, host, port } = target;
    try {
      this.#link = await dial({
        ...directly,
        ...asked,
        allow: reading.allow,
        startTls: startTls && { protocol: startTls, limitMs: connectMs },
        scheme,
        host,
        port,
        // The tap listens to TLS with the server itself, and a tunnel passes everything on unread.
        proxy: proxy && { ...proxy, mode: "tunnel" },
        timeouts: { dnsMs: connectMs, connectMs, tlsMs: connectMs, proxyMs: connectMs },
        onPhase: (phase) => {
          this.#begin(lapOf[phase]);
          this.#onProgress();
        },
        watch: this,
      });
      if (scheme === "https") this.#report = this.#link.trust;
      this.#tap?.release();
      return { ...this.#link, seenEnding: (ending) => (ending === "fin" ? this.#endingOfFin() : ending) };
    } catch (error) {
      if (error instanceof HttpsError && error.trust instanceof TrustReport) this.#report = error.trust;
      if (this.reach?.connected === undefined && this.reach !== undefined)
        this.reach = { ...this.reach, lost: attemptsOf(error) };
      throw error;
    } finally {
      this.#begin(undefined);
    }
  }

  close(): void {
    this.#link?.socket.destroy();
  }

  /** What both keys said; and the chain as it stood on the wire, where the runtime does not show that. */
  get trust(): TrustSeen | undefined {
    const report = this.#report;
    if (report === undefined) return undefined;
    const { host: name, at, verdict, openssl, disagreement } = report;
    const { runtime, notes } = this.#request.policy;
    const onWire = runtime.shows.sentChain ? undefined : this.#tap?.read().certificates;
    const chain = onWire?.list.flatMap((der) => readable(der, report.chain)) ?? report.chain;
    const { library, stapled } = sightOf(this.#request.policy, this.#staple);
    return {
      name,
      at,
      chain: chain.map((certificate) => ({ certificate, fingerprint: fingerprint(certificate, sha256) })),
      asSent: runtime.shows.sentChain || onWire !== undefined,
      verdict,
      openssl,
      library,
      disagreement,
      stapled,
      unseen: unseenOn(runtime, [
        ...(onWire === undefined ? [] : (["sentChain", "certificateRequest"] as const)),
        ...(runtime.shows.keyLog ? (["closeNotify"] as const) : []),
      ]),
      notes,
    };
  }

  get timings(): TimingsSeen {
    return this.#laps;
  }

  /** What the wire shows up to now. */
  get tls(): TlsSeen | undefined {
    if (this.#tap === undefined) return undefined;
    const observed = this.#tap.read();
    const seen = describeObserved(observed);
    if (seen.clientCertificate === undefined || this.#own === undefined) return seen;
    return { ...seen, clientCertificate: { ...seen.clientCertificate, own: judgeOwn(observed, this.#own) } };
  }

  // What the dial tells on its way.

  onResolved({ source, list }: Addresses): void {
    const { proxy } = this.#request;
    this.reach = {
      source: proxy === undefined ? source : "resolver",
      // Behind a proxy it is the proxy that has addresses; the server's are its affair.
      addresses: proxy === undefined ? list : [],
      connected: undefined,
      lost: [],
      proxy: proxy && { url: proxy.url, source: proxy.source },
    };
  }

  onReached({ address, lost }: Omit<Reached<Socket>, "reads">): void {
    if (this.reach === undefined) return;
    const addresses = this.#request.proxy === undefined ? this.reach.addresses : [address];
    this.reach = { ...this.reach, addresses, connected: address, lost };
  }

  onGreeting(greeting: Uint8Array | undefined): void {
    this.greeting = greeting && decodeLatin1(greeting, 0, greeting.length);
  }

  through(tcp: Socket): Duplex {
    const { hasClientCertificate } = this.#request.policy;
    // Not in this turn: OpenSSL is in the middle of writing.
    const onHold = hasClientCertificate ? () => void setImmediate(() => this.#judgeHeld()) : undefined;
    this.#tap = openTap(tcp, {}, onHold);
    return this.#tap.stream;
  }

  onTls(socket: TLSSocket, parameters: TlsParameters): void {
    this.sni = parameters.sni;
    this.#socket = socket;
    this.#parameters = parameters;
    this.#own = ownIdentity(socket, this.#request.policy);
    socket.on("OCSPResponse", (staple: unknown) => {
      if (staple instanceof Uint8Array) this.#staple = staple;
    });
    if (this.#tap !== undefined) socket.on("keylog", this.#tap.onKeylog);
  }

  onHandshake({ sent, staple }: Handshake): void {
    this.leaf = sent[0];
    this.#staple = staple;
    this.#begin("trustMs");
    this.#onProgress();
  }

  /** The tap knows what the error cannot: what the peer speaks in place of TLS. */
  explain(error: unknown): unknown {
    if (this.#refusal !== undefined) return this.#refusal;
    const { host, port } = this.#request.target;
    const peer = this.#tap?.read().peer;
    const isNotTls = error instanceof NotTlsError;
    const isBrokenOff = HttpsError.is(error, "handshake-closed") || HttpsError.is(error, "handshake-reset");
    if (peer?.kind === "not-tls" && (isNotTls || isBrokenOff)) {
      const { speaks, firstBytes } = peer;
      return new HttpsError("not-tls", { host, port, speaks, firstBytes }, { cause: error });
    }
    if (!isNotTls) return error;
    return new HttpsError("tls-failed", { host, reason: error.message }, { cause: error.cause });
  }

  /**
   * The client's certificate is held back until both keys have judged the server. Below TLS 1.3 the handshake cannot end
   * before it is sent, so they are asked now; in TLS 1.3 the dial asks them, and `open` releases it.
   */
  #judgeHeld(): void {
    const { serverHello, certificates } = this.#tap?.read() ?? {};
    const [socket, parameters] = [this.#socket, this.#parameters];
    if (socket === undefined || parameters === undefined || serverHello?.version === "TLS 1.3") return;
    const { host, name } = parameters;
    const sent = certificates?.list ?? [];
    const evidence = {
      host,
      name,
      sent,
      staple: this.#staple,
      openssl: verdictSoFar(socket, this.#request.policy.runtime),
      resumed: false,
    };
    try {
      admitOrClose(evidence, this.#request.policy, socket);
      this.#tap?.release();
    } catch (error) {
      // Nobody awaits this: what is not a refusal ends the handshake.
      if (!(error instanceof HttpsError)) return void this.#tap?.stream.destroy(asError(error));
      this.leaf = sent[0];
      this.#refusal = error;
    }
  }

  /** The tap has read the alert itself, if there was one. */
  #endingOfFin(): Ending {
    const way = this.#tap?.read().server;
    if (way === undefined || way.closeNotify === "unreadable") return "fin";
    if (way.end.kind === "reset") return "reset";
    return way.closeNotify === "seen" ? "close-notify" : "bare-fin";
  }

  /** A phase ends where the next one begins. */
  #begin(name: keyof TimingsSeen | undefined): void {
    const now = performance.now();
    const lap = this.#lap;
    if (lap !== undefined) this.#laps[lap.name] = now - lap.since;
    this.#lap = name && { name, since: now };
  }
}

const lapOf: Readonly<Record<DialPhase, keyof TimingsSeen>> = {
  dns: "dnsMs",
  connect: "tcpMs",
  proxy: "proxyMs",
  starttls: "startTlsMs",
  tls: "tlsMs",
};

/** The same certificate as of the report, where it is there: what was found on the path is found again. */
function readable(der: Uint8Array, known: readonly Certificate[]): readonly Certificate[] {
  const same = known.find((certificate) => equalBytes(certificate.der, der));
  if (same !== undefined) return [same];
  const parsed = parseCertificate(der);
  return parsed.ok ? [parsed.certificate] : [];
}

function attemptsOf(error: unknown): readonly AddressOutcome[] {
  if (!(error instanceof HttpsError)) return [];
  return (error.detail as { readonly attempts?: readonly AddressOutcome[] }).attempts ?? [];
}
