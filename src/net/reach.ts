/** Reaches a host: its addresses, the race between them, and the proxy's tunnel where there is one. */
import { connect as connectTcp, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { HttpsError } from "../core/index.ts";
import { findAddresses } from "./addresses.ts";
import { directly, type DialRequest, type ProxySetting, type StartTlsSetting } from "./dial-request.ts";
import { NotTlsError, openTlsSocket, tlsParameters, wrapTlsSocket, type TlsParameters } from "./handshake.ts";
import type { TrustPolicy } from "../admission/index.ts";
import { raceAddresses } from "./race.ts";
import type { Reached } from "./reached.ts";
import type { Receiver } from "./receiver.ts";
import { finishOrLookAgain, type Look } from "./second-look.ts";
import { openStartTls } from "./open-start-tls.ts";
import { throughSocks } from "./through-socks.ts";
import { openTunnel } from "./tunnel.ts";
import { admitOrClose } from "../admission/index.ts";

/** TCP to the host itself, or a tunnel to it, with nothing in it yet. */
export async function reachPlain(
  request: DialRequest,
  receiver: Receiver | undefined,
): Promise<Reached<Socket>> {
  const { proxy, socketPath: path } = request;
  if (proxy !== undefined) return reachThroughProxy(request, proxy, receiver);
  const read = readBy(receiver);
  return reachDirectly(request, (host) =>
    path === undefined
      ? openTcp({ host, port: request.port }, read)
      : connectTcp({ path, signal: undefined, ...read }),
  );
}

/** The same with TLS begun in it. */
export async function reachTls(
  request: DialRequest,
  parameters: TlsParameters,
  receiver: Receiver | undefined,
): Promise<Reached<TLSSocket>> {
  const { proxy, socketPath, watch, startTls } = request;
  if (proxy === undefined && startTls === undefined && watch?.through === undefined) {
    const open = (address: string): TLSSocket => openTlsSocket({ address, socketPath }, parameters, receiver);
    const reached = await reachDirectly(request, open);
    watch?.onReached(reached);
    watch?.onTls(reached.socket, parameters);
    return reached;
  }
  // `onread` has no effect on TLS inside another stream: what comes out is read by its `data` event.
  const plain = await reachPlain(request, undefined);
  watch?.onReached(plain);
  const said = startTls && (await beginInPlain(request, startTls, plain.socket));
  const socket = wrapTlsSocket(watch?.through?.(plain.socket) ?? plain.socket, parameters);
  watch?.onTls(socket, parameters);
  return { ...plain, ...said, socket, reads: "data" };
}

/** How the same server is looked at once more, unwatched, where its chain was refused unseen. */
export function lookOf(request: DialRequest): Look {
  const { policy, timeouts, signal } = request;
  const unwatched = { ...request, watch: undefined, onPhase: undefined };
  return {
    policy,
    limitMs: timeouts.tlsMs,
    signal,
    again: async (anonymous) => (await reachTls(unwatched, anonymous, undefined)).socket,
  };
}

async function beginInPlain(
  { host, port, signal, onPhase, watch }: DialRequest,
  { protocol, limitMs }: StartTlsSetting,
  socket: Socket,
): Promise<Pick<Reached<Socket>, "startTlsMs" | "greeting">> {
  const startedAt = performance.now();
  onPhase?.("starttls");
  const { greeting } = await openStartTls(socket, protocol, {
    host,
    port,
    limitMs,
    signal,
    onGreeting: watch && ((said) => watch.onGreeting(said)),
  });
  return { startTlsMs: performance.now() - startedAt, greeting };
}

const nothingInPlain = { proxyMs: 0, startTlsMs: 0, greeting: undefined };

type ReadBy = { readonly onread?: Receiver["onread"] };

/** Begins to connect to one address. */
function openTcp(place: { readonly host: string; readonly port: number }, read: ReadBy): Socket {
  return connectTcp({ ...place, autoSelectFamily: false, noDelay: true, signal: undefined, ...read });
}

function readBy(receiver: Receiver | undefined): ReadBy {
  return receiver === undefined ? {} : { onread: receiver.onread };
}

type Endpoint = Pick<
  DialRequest,
  "host" | "port" | "socketPath" | "addressRules" | "timeouts" | "signal" | "onPhase" | "watch"
>;

async function reachDirectly<S extends Socket>(
  endpoint: Endpoint,
  open: (address: string) => S,
): Promise<Reached<S>> {
  const { host, port, timeouts, signal, socketPath, addressRules, onPhase, watch } = endpoint;
  const startedAt = performance.now();
  onPhase?.("dns");
  const { list, source } =
    socketPath === undefined
      ? await findAddresses({ ...addressRules, host, port, limitMs: timeouts.dnsMs, signal })
      : { list: [socketPath], source: "unix-socket" as const };
  const resolvedAt = performance.now();
  if (source !== "unix-socket") watch?.onResolved({ source, list });
  onPhase?.("connect");
  const race = { host, port, addresses: list, limitMs: timeouts.connectMs, signal, open };
  const { socket, address, lost } = await raceAddresses(race);
  const tcpMs = performance.now() - resolvedAt;
  const dnsMs = resolvedAt - startedAt;
  return { socket, address, source, lost, reads: "onread", dnsMs, tcpMs, ...nothingInPlain };
}

async function reachThroughProxy(
  request: DialRequest,
  proxy: ProxySetting,
  receiver: Receiver | undefined,
): Promise<Reached<Socket>> {
  if (proxy.scheme === "socks5" || proxy.scheme === "socks5h")
    return throughSocks(request, proxy, () => reachProxy(request, proxy, undefined));
  const reached = await reachProxy(request, proxy, receiver);
  if (proxy.mode === "forward") return reached;
  const startedAt = performance.now();
  request.onPhase?.("proxy");
  await openTunnel(reached.socket, {
    authority: `${request.host.includes(":") ? `[${request.host}]` : request.host}:${request.port}`,
    proxy: proxy.url,
    authorization: proxy.authorization,
    userAgent: request.userAgent,
    allow: request.allow,
    limitMs: request.timeouts.proxyMs,
    signal: request.signal,
  });
  return { ...reached, reads: "data", proxyMs: performance.now() - startedAt };
}

/** The proxy's own socket: plain, or TLS that both keys have admitted. */
async function reachProxy(
  request: DialRequest,
  proxy: ProxySetting,
  receiver: Receiver | undefined,
): Promise<Reached<Socket>> {
  const { host, port, policy, url, source } = proxy;
  const endpoint: Endpoint = { ...request, host, port, socketPath: undefined };
  try {
    if (proxy.scheme !== "https") {
      // A tunnel's first bytes are the proxy's answer, read by events; a forwarded response is read like any other.
      const read = proxy.mode === "forward" ? readBy(receiver) : {};
      const reached = await reachDirectly(endpoint, (address) => openTcp({ host: address, port }, read));
      return proxy.mode === "forward" ? reached : { ...reached, reads: "data" };
    }
    return { ...(await reachProxyTls(endpoint, policy)), reads: "data" };
  } catch (error) {
    if (error instanceof NotTlsError) {
      const reason = "it does not speak TLS; is it an http:// proxy?";
      throw new HttpsError("proxy-unreachable", { proxy: url, source, reason }, { cause: error.cause });
    }
    if (!(error instanceof HttpsError) || error.code === "aborted") throw error;
    const { message: reason, trust } = error;
    throw new HttpsError("proxy-unreachable", { proxy: url, source, reason }, { cause: error, trust });
  }
}

async function reachProxyTls(endpoint: Endpoint, policy: TrustPolicy): Promise<Reached<TLSSocket>> {
  const { host, port, timeouts, signal } = endpoint;
  const parameters = tlsParameters({ ...directly, host, port, policy, alpn: ["http/1.1"] }, undefined);
  const open = (asked: TlsParameters): Promise<Reached<TLSSocket>> =>
    reachDirectly(endpoint, (address) => openTlsSocket({ address, socketPath: undefined }, asked, undefined));
  const reached = await open(parameters);
  const handshake = await finishOrLookAgain(reached.socket, parameters, {
    policy,
    limitMs: timeouts.tlsMs,
    signal,
    again: async (anonymous) => (await open(anonymous)).socket,
  });
  admitOrClose({ host, name: host, ...handshake }, policy, reached.socket);
  return reached;
}
