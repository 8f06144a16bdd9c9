/**
 * The TLS handshake of one connection, with OpenSSL's verdict on the chain (the first key) and everything the
 * second key needs: the chain exactly as sent, the staple, whether the session was resumed.
 *
 * OpenSSL refuses by itself: `rejectUnauthorized` is always given, and true unless the caller said why not.
 */
import {
  checkServerIdentity,
  connect,
  type ConnectionOptions,
  type DetailedPeerCertificate,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import type { Duplex } from "node:stream";
import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { HttpsError } from "../core/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { unseenWord, type OpensslWord } from "../trust/index.ts";
import { earlyErrors, keepEarlyError } from "./early-errors.ts";
import { runOnSocket } from "./guard.ts";
import type { TrustPolicy } from "../admission/index.ts";
import type { Receiver } from "./receiver.ts";
import { handshakeBytes, isNotTls, translateHandshake, type HandshakeState } from "./translate.ts";

export interface TlsParameters {
  readonly host: string;
  readonly port: number;
  /** The name the certificate must carry: a DNS name or an IP address. */
  readonly name: string;
  /** The server name to send, or `undefined` for none. Two things, though mostly equal. */
  readonly sni: string | undefined;
  readonly alpn: readonly string[];
  readonly secureContext: SecureContext;
  readonly verify: boolean;
  readonly session: Buffer | undefined;
  readonly hasClientCertificate: boolean;
  /** Whether suites with a pre-shared key are offered, to see whether the server takes one; none is ever given. */
  readonly offersPsk: boolean;
  /** For messages: `TLSv1.2 to TLSv1.3`. */
  readonly offered: string;
  readonly runtime: Runtime;
}

/** A handshake that came to its end, whatever OpenSSL thought of the chain. */
export interface Handshake {
  readonly socket: TLSSocket;
  readonly openssl: OpensslWord;
  /** DER of each certificate as the server sent them, leaf first; empty when the session was resumed. */
  readonly sent: readonly Uint8Array[];
  readonly staple: Uint8Array | undefined;
  readonly resumed: boolean;
}

/** The bytes did not look like TLS at all; the caller may ask once more what the peer speaks. */
export class NotTlsError extends Error {
  constructor(cause: Error) {
    super("The peer's bytes are not a TLS record.", { cause });
  }
}

/** The runtime refused a chain and shows nobody which; its word stands, and the caller may look once more. */
export class UnseenRefusal extends Error {
  readonly word: OpensslWord;

  constructor(cause: NodeJS.ErrnoException) {
    super("The runtime refused a chain that it does not show.", { cause });
    this.word = { accepted: false, code: cause.code ?? "UNSPECIFIED", reason: cause.message };
  }
}

/** Where to connect: an address, or the path of a Unix socket. */
export interface Endpoint {
  readonly address: string;
  readonly socketPath: string | undefined;
}

/** What a handshake is made of, from what is asked; two names, though mostly equal: the one checked, the one sent. */
export function tlsParameters(
  request: {
    readonly host: string;
    readonly port: number;
    readonly policy: TrustPolicy;
    readonly alpn: readonly string[];
    readonly name: string | undefined;
    readonly sni: string | null | undefined;
  },
  session: Buffer | undefined,
): TlsParameters {
  const { host, port, policy, alpn, name = host, sni = host } = request;
  return {
    host,
    port,
    name,
    // RFC 6066 §3: no address is sent as a server name.
    sni: sni === null || isIP(sni) !== 0 ? undefined : sni,
    alpn,
    secureContext: policy.secureContext,
    verify: policy.insecure === undefined,
    session,
    hasClientCertificate: policy.hasClientCertificate,
    offersPsk: false,
    offered: policy.offered,
    runtime: policy.runtime,
  };
}

/** Begins a TLS connection; TLS starts by itself once TCP is up. */
export function openTlsSocket(
  { address, socketPath }: Endpoint,
  parameters: TlsParameters,
  receiver: Receiver | undefined,
): TLSSocket {
  const place = socketPath === undefined ? { host: address, port: parameters.port } : { path: socketPath };
  const reads = receiver === undefined ? {} : { onread: receiver.onread };
  return connectTls(parameters, { ...place, autoSelectFamily: false, noDelay: true, ...reads });
}

/** Begins TLS inside a stream that is up already: a proxy's tunnel, or a tap. `onread` has no effect there. */
export function wrapTlsSocket(stream: Duplex, parameters: TlsParameters): TLSSocket {
  return connectTls(parameters, { socket: stream });
}

/** `net` and `tls` take each other's options; the types of `tls.connect` leave some of them out. */
interface MoreOptions extends ConnectionOptions {
  readonly autoSelectFamily?: boolean;
  readonly noDelay?: boolean;
  readonly onread?: Receiver["onread"];
  readonly requestOCSP?: boolean;
  readonly signal?: undefined;
}

// Chains that OpenSSL took: read when Node checks the name, the last moment they are there if it does not match.
const checkedChains = new WeakMap<TLSSocket, readonly Uint8Array[]>();

/** Node copies its options, and reads from Object.prototype what the copy lacks: these decide whom it talks to, and how. */
const fromNoPrototype = { socket: undefined, path: undefined, pskCallback: undefined, signal: undefined };

function connectTls(parameters: TlsParameters, where: MoreOptions): TLSSocket {
  const options: MoreOptions = {
    ...fromNoPrototype,
    ...where,
    servername: parameters.sni,
    secureContext: parameters.secureContext,
    ALPNProtocols: [...parameters.alpn],
    rejectUnauthorized: parameters.verify,
    requestOCSP: true,
    checkServerIdentity: (_, certificate) => {
      if (!parameters.runtime.shows.sentChain) {
        checkedChains.set(socket, readCompletedChain(socket));
        return checkServerIdentity(parameters.name, certificate);
      }
      const leaf = socket.getPeerX509Certificate();
      checkedChains.set(socket, chainFrom(leaf));
      return checkServerIdentity(parameters.name, leaf === undefined ? certificate : namesIn(leaf));
    },
    session: parameters.session,
    ...(parameters.offersPsk ? { pskCallback: () => null } : {}),
  };
  const socket = connect(options);
  if (parameters.runtime.shows.sentChain) spareChain(socket);
  return socket;
}

const checking = new WeakSet<TLSSocket>();

/** As `getPeerCertificate()` says that there is none. */
const noCertificate = {} as DetailedPeerCertificate;

/**
 * Node's own check has the whole chain made into objects, a third of what verifying it costs, to compare one name; here the
 * name is compared with what is read of the leaf for that. Whoever asks afterwards is given what they ask for.
 */
function spareChain(socket: TLSSocket): void {
  const read = socket.getPeerCertificate.bind(socket) as (detailed?: boolean) => DetailedPeerCertificate;
  checking.add(socket);
  socket.getPeerCertificate = (detailed) => (checking.has(socket) ? noCertificate : read(detailed));
}

/** What Node's comparison of the name reads of a certificate; the common name only where no other name is in it. */
function namesIn(leaf: X509Certificate): PeerCertificate {
  const subject = {
    get CN(): PeerCertificate["subject"]["CN"] | undefined {
      return leaf.toLegacyObject().subject?.CN;
    },
  };
  return { subject, subjectaltname: leaf.subjectAltName } as PeerCertificate;
}

/** @throws HttpsError of stage `tls`, `tls-timeout`, `aborted`; NotTlsError, UnseenRefusal */
export function finishHandshake(
  socket: TLSSocket,
  parameters: TlsParameters,
  limits: { readonly limitMs: number; readonly signal: AbortSignal | undefined },
): Promise<Handshake> {
  const { host, runtime, verify } = parameters;
  const bytes = wireBytes(socket);
  const state = (): HandshakeState => ({ ...parameters, ...bytes() });
  const guard = {
    ...limits,
    timedOut: () => new HttpsError("tls-timeout", { limitMs: limits.limitMs, ...handshakeBytes(state()) }),
    aborted: (reason: unknown) => new HttpsError("aborted", { host, phase: "tls" }, { cause: reason }),
  };
  return runOnSocket<Handshake>(socket, guard, (resolve, reject) => {
    let staple: Uint8Array | undefined;
    let refusedChain: readonly Uint8Array[] | undefined;
    const finish = (openssl: OpensslWord): void => {
      for (const [event, listener] of listeners) socket.removeListener(event, listener as never);
      checking.delete(socket);
      if (runtime.tellsAtOnce) keepEarlyError(socket);
      // Node checks no name, and there is no chain, where a session is resumed.
      const sent = refusedChain ?? checkedChains.get(socket) ?? [];
      resolve({ socket, openssl, sent, staple, resumed: socket.isSessionReused() });
    };
    const seenRefusal = (): void => {
      if (runtime.shows.refusedChain && hasVerifyError(socket)) refusedChain = readChain(socket, parameters);
    };
    const listeners: readonly (readonly [string, (argument: never) => void])[] = [
      [
        "OCSPResponse",
        (response: Buffer | null) => (staple = response ? new Uint8Array(response) : undefined),
      ],
      // Before Node's own listener, which destroys the socket, and the chain with it, when OpenSSL refused.
      ["secure", seenRefusal],
      [
        "secureConnect",
        () => {
          // Unverified, and refused: only where a refused chain is shown has it been read by now.
          if (!verify && !runtime.shows.refusedChain) refusedChain = readChain(socket, parameters);
          finish(readVerdict(socket));
        },
      ],
      ["close", () => reject(new HttpsError("handshake-closed", handshakeBytes(state())))],
      [
        "error",
        (error: Error) => {
          const refusal = certificateRefusal(error, refusedChain !== undefined);
          if (refusal !== undefined) return finish(refusal);
          if (verify && !runtime.shows.refusedChain && isVerifyCode(error))
            return reject(new UnseenRefusal(error));
          reject(isNotTls(error) ? new NotTlsError(error) : translateHandshake(error, state()));
        },
      ],
    ];
    const early = earlyErrors.get(socket);
    if (early !== undefined) return reject(translateHandshake(early, state()));
    for (const [event, listener] of listeners) socket.prependListener(event, listener as never);
  });
}

interface TlsHandle {
  readonly verifyError?: () => Error | null;
  readonly _parent?: { readonly bytesRead?: number; readonly bytesWritten?: number };
}

function handleOf(socket: TLSSocket): TlsHandle | undefined {
  return (socket as unknown as { readonly _handle?: TlsHandle | null })._handle ?? undefined;
}

/** Bytes on the wire so far; Node counts them on the handle below TLS, which outlives the socket's own. */
function wireBytes(socket: TLSSocket): () => Pick<HandshakeState, "bytesSent" | "bytesReceived"> {
  const tcp = handleOf(socket)?._parent;
  return () => ({ bytesSent: tcp?.bytesWritten, bytesReceived: tcp?.bytesRead });
}

/** OpenSSL's verdict on the chain that came, while the handshake goes on (TLS 1.2 and below). The name it does not look at. */
export function verdictSoFar(socket: TLSSocket, { shows }: Runtime): OpensslWord {
  if (!shows.earlyVerdict) return unseenWord;
  const handle = handleOf(socket);
  if (handle?.verifyError === undefined)
    return { accepted: false, code: "UNSPECIFIED", reason: "UNSPECIFIED" };
  const error: NodeJS.ErrnoException | null = handle.verifyError();
  if (error === null) return { accepted: true };
  const { code = "UNSPECIFIED" } = error;
  return { accepted: false, code, reason: code };
}

function hasVerifyError(socket: TLSSocket): boolean {
  return Boolean(handleOf(socket)?.verifyError?.());
}

function readChain(socket: TLSSocket, { runtime }: TlsParameters): readonly Uint8Array[] {
  return runtime.shows.sentChain ? readSentChain(socket) : readCompletedChain(socket);
}

/**
 * The chain as sent. `getPeerX509Certificate` walks OpenSSL's list of what came, in its order, and empties it:
 * it can be called once. (`getPeerCertificate(true)` would link the certificates anew and complete them from the store.)
 */
function readSentChain(socket: TLSSocket): readonly Uint8Array[] {
  return chainFrom(socket.getPeerX509Certificate());
}

function chainFrom(leaf: X509Certificate | undefined): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let certificate = leaf;
  while (certificate !== undefined) {
    chain.push(new Uint8Array(certificate.raw));
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

/** What came, in its order, and behind it what the runtime added from the store: all that Bun and Deno show. */
function readCompletedChain(socket: TLSSocket): readonly Uint8Array[] {
  const seen = new Set<unknown>();
  const chain: Uint8Array[] = [];
  // An empty object, or nothing, where there is no certificate.
  let certificate: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && !seen.has(certificate)) {
    seen.add(certificate);
    chain.push(new Uint8Array(certificate.raw));
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

function readVerdict(socket: TLSSocket): OpensslWord {
  if (socket.authorized) return { accepted: true };
  // Neither of the two is not a verdict.
  if (!socket.authorizationError) return unseenWord;
  // The types say Error; Node stores the code as a string.
  const code = String(socket.authorizationError);
  return { accepted: false, code, reason: code };
}

/** X509_verify_cert_error_string(3) as Node names them: `CERT_HAS_EXPIRED`. Neither an errno nor a code of TLS itself. */
function isVerifyCode({ code = "" }: NodeJS.ErrnoException): boolean {
  return code === "UNSPECIFIED" || /^(?!ERR_)[A-Z0-9]+(?:_[A-Z0-9]+)+$/.test(code);
}

/** The refusal that Node's error carries: the name is compared last, and OpenSSL's verdict is known before the error. */
function certificateRefusal(error: NodeJS.ErrnoException, isRefused: boolean): OpensslWord | undefined {
  const { code = "", message: reason } = error;
  return isRefused || code === "ERR_TLS_CERT_ALTNAME_INVALID" ? { accepted: false, code, reason } : undefined;
}
