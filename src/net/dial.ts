/**
 * From a host to a connection that may be used: name, address, TCP, a proxy's tunnel, TLS, and both keys. Each phase
 * has its deadline; the caller's signal ends any of them; nothing is left open after a failure.
 */
import type { TLSSocket } from "node:tls";
import type { Socket } from "node:net";
import type { DialRequest } from "./dial-request.ts";
import { NotTlsError, tlsParameters, type Handshake, type TlsParameters } from "./handshake.ts";
import type { Link, LinkFacts, StreamLink } from "./link.ts";
import { probePeer } from "./probe.ts";
import { lookOf, reachPlain, reachTls } from "./reach.ts";
import type { Reached } from "./reached.ts";
import { Receiver } from "./receiver.ts";
import { noTls } from "./tls-link.ts";
import { secure } from "./secure.ts";
import { reportWithoutVerdict, type SessionScope } from "../admission/index.ts";
import { fitting } from "./fit.ts";
import { finishOrLookAgain } from "./second-look.ts";

/**
 * A connection for a reader of bytes, which gets them straight from the socket's buffer.
 * @throws HttpsError of stage `dns tcp proxy tls trust timeout`
 */
export async function dial(request: DialRequest): Promise<Link> {
  const receiver = new Receiver();
  return { ...(await open(request, receiver)), receiver };
}

/** The same for whoever wants an ordinary socket: Node's http, a WebSocket. Throws what `dial` throws. */
export async function dialStream(request: DialRequest): Promise<StreamLink> {
  const { socket, proof, trust, facts, timings, greeting } = await open(request, undefined);
  return { socket, proof, trust, facts, timings, greeting };
}

type Opened = Omit<Link, "receiver">;

function open(request: DialRequest, receiver: Receiver | undefined): Promise<Opened> {
  return fitting(request, () =>
    request.scheme === "http" ? openPlaintext(request, receiver) : openTls(request, receiver),
  );
}

/** Says where the socket's bytes, ends and errors go, before anything more of it can happen. */
function hand(
  { socket, reads }: Pick<Reached<Socket>, "socket" | "reads">,
  receiver: Receiver | undefined,
): void {
  if (receiver !== undefined) receiver.attach(socket, reads);
  // An error before its owner listens is not a reason to end the process; `close` tells of it too.
  else socket.on("error", () => {});
}

async function openPlaintext(request: DialRequest, receiver: Receiver | undefined): Promise<Opened> {
  const reached = await reachPlain(request, receiver);
  request.watch?.onReached(reached);
  hand(reached, receiver);
  const { dnsMs, tcpMs, proxyMs, socket } = reached;
  // A tunnel's socket was paused behind the proxy's answer; without TLS on top of it nobody else sets it going again.
  if (receiver !== undefined && reached.reads === "data") socket.resume();
  return {
    ...noTls,
    socket,
    proof: undefined,
    trust: reportWithoutVerdict(request.policy, { kind: "plaintext", host: request.host, note: undefined }),
    facts: { ...noTls.facts, ...socketFacts(reached, request) },
    timings: { dnsMs, tcpMs, proxyMs, tlsMs: 0 },
    greeting: undefined,
  };
}

async function openTls(request: DialRequest, receiver: Receiver | undefined): Promise<Opened> {
  const { sessions, policy } = request;
  const scope = sessionScope(request);
  const stored = sessions?.take(scope, policy);
  const parameters = tlsParameters(request, stored?.ticket);
  const reached = await reachTls(request, parameters, receiver);
  const { dnsMs, tcpMs, proxyMs, startTlsMs, greeting } = reached;
  request.onPhase?.("tls");
  const startedAt = performance.now();
  const secured = await secure(reached.socket, parameters, {
    policy,
    sessions,
    scope,
    stored,
    shake: async () => {
      const handshake = await shakeHands(request, reached, parameters);
      request.watch?.onHandshake(handshake);
      return handshake;
    },
    hand: () => hand(reached, receiver),
  });
  return {
    ...secured,
    facts: { ...secured.facts, ...socketFacts(reached, request) },
    timings: { dnsMs, tcpMs, proxyMs, tlsMs: startTlsMs + performance.now() - startedAt },
    greeting,
  };
}

async function shakeHands(
  request: DialRequest,
  { socket, address }: Reached<TLSSocket>,
  parameters: TlsParameters,
): Promise<Handshake> {
  try {
    return await finishOrLookAgain(socket, parameters, lookOf(request));
  } catch (error) {
    if (request.watch !== undefined) throw request.watch.explain(error);
    throw error instanceof NotTlsError ? await probePeer(error, request, address) : error;
  }
}

function sessionScope({
  host,
  port,
  name = host,
  sni = host,
  alpn,
  proxy,
  socketPath,
}: DialRequest): SessionScope {
  return { host, port, sni, name, alpn, via: proxy?.url ?? socketPath };
}

function socketFacts(
  { socket, address, source, lost }: Reached<Socket>,
  { port, proxy }: DialRequest,
): Omit<LinkFacts, "protocol" | "cipher" | "group" | "alpn" | "sni" | "resumed" | "clientCertificate"> {
  return {
    remoteAddress: address,
    remotePort: proxy?.port ?? port,
    localAddress: socket.localAddress,
    localPort: socket.localPort,
    addressSource: source,
    lostAddresses: lost,
    proxy: proxy && { url: proxy.url, source: proxy.source },
  };
}
