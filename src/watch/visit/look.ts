/**
 * One look at an endpoint at one address: a handshake, the verdict of both keys, and for a web site one request once it is
 * admitted. What a look comes to is a value; only an abort is thrown.
 */
import type { TrustPolicy } from "../../admission/index.ts";
import { offeredFor, usualAlpn } from "../../client/index.ts";
import { type Endpoint, HttpsError, isOfStartTls, sniffPeer } from "../../core/index.ts";
import {
  type AddressRules,
  dial,
  type DialRequest,
  type DialWatch,
  type Link,
  netLimits,
  NotTlsError,
  type ProxySetting,
  shakeHands,
} from "../../net/index.ts";
import { meetAsAnybody } from "../../survey/index.ts";
import { ask, type Heard } from "./ask.ts";
import { type ChainSeen, judgeChain, pathOf, refusedFor } from "./judge.ts";

export interface LookRequest {
  readonly endpoint: Endpoint;
  /** `undefined` behind a proxy, where the addresses are the proxy's affair. */
  readonly address: string | undefined;
  readonly policy: TrustPolicy;
  readonly addressRules: AddressRules;
  readonly proxy: ProxySetting | undefined;
  readonly userAgent: string;
  /** The most that each phase may take. */
  readonly leftMs: number;
  readonly signal: AbortSignal;
}

export interface Look extends ChainSeen {
  /** What ended it; `undefined` where all went well. */
  readonly failure: HttpsError | undefined;
  /** What HTTP answered. */
  readonly heard: Heard | undefined;
  /** TCP was there, and the proxy's tunnel: what failed then is the endpoint's own. */
  readonly isReached: boolean;
}

const nothing: Look = {
  sent: [],
  path: undefined,
  refusal: undefined,
  failure: undefined,
  heard: undefined,
  isReached: true,
};

/** The handshake alone. @throws HttpsError `aborted` */
export async function lookAtTls(request: LookRequest): Promise<Look> {
  try {
    const { host } = request.endpoint;
    return withVerdict(judgeChain(await shakeHands(dialOf(request)), { host, policy: request.policy }));
  } catch (error) {
    return failed(error, request);
  }
}

/** The handshake, and one GET: of its answer the head. @throws HttpsError `aborted` */
export async function lookAtSite(request: LookRequest, { path }: { readonly path: string }): Promise<Look> {
  const { endpoint, userAgent, leftMs, signal } = request;
  let sent: readonly Uint8Array[] = [];
  const watch: DialWatch = { ...unwatched, onHandshake: (shaken) => void (sent = shaken.sent) };
  let link: Link;
  try {
    link = await dial({ ...dialOf(request), watch });
  } catch (error) {
    const look = failed(error, request);
    return sent.length === 0 ? look : withVerdict(refusedFor(sent, look.failure));
  }
  const admitted = { ...nothing, sent, path: pathOf(link.proof) };
  try {
    const { host, authority } = endpoint;
    const heard = await ask(link, { host, authority, userAgent, path, leftMs, signal });
    return { ...admitted, heard };
  } catch (error) {
    return { ...admitted, failure: notAborted(error, request) };
  } finally {
    link.socket.destroy();
  }
}

/**
 * Whether a second look can teach more: where a handshake ended before its time, with everything recorded it is seen what the
 * peer speaks in place of TLS, and which chain it showed before it gave up.
 */
export function isWorthAnother({ failure, sent }: Look): boolean {
  return failure?.stage === "tls" && sent.length === 0 && !isOfStartTls(failure.code);
}

/** The second look: the failure stays that of the first. @throws HttpsError `aborted` */
export async function lookAgain(request: LookRequest, first: Look): Promise<Look> {
  const { endpoint, policy, signal, leftMs: totalMs } = request;
  const { host, port, startTls } = endpoint;
  const { addressRules, proxy } = dialOf(request);
  // A visit shows no certificate: its own context serves.
  const anonymous = { ...policy, anonymousContext: () => policy.secureContext };
  const { chain, error, staple, openssl } = await meetAsAnybody({
    host,
    port,
    startTls,
    policy: anonymous,
    addressRules,
    proxy,
    signal,
    totalMs,
  });
  const failure = first.failure?.code === "not-tls" && error?.code === "not-tls" ? error : first.failure;
  if (chain.length === 0) return { ...first, failure };
  // Nobody showed that the chain is theirs, and whoever stands between could have shown it.
  const seen =
    openssl === undefined
      ? refusedFor(chain, failure)
      : judgeChain({ sent: chain, staple, openssl, resumed: false }, { host, policy });
  return { ...nothing, ...seen, failure };
}

function withVerdict(seen: ChainSeen): Look {
  return { ...nothing, ...seen, failure: seen.refusal };
}

/** TLS runs in the TCP socket itself, and what it came to is told. */
const unwatched: DialWatch = {
  onResolved: () => {},
  onReached: () => {},
  onGreeting: () => {},
  through: undefined,
  onTls: () => {},
  onHandshake: () => {},
  explain: (error) => error,
};

function dialOf(request: LookRequest): DialRequest {
  const { endpoint, address, policy, addressRules, proxy, userAgent, leftMs, signal } = request;
  const { host, port, scheme, startTls } = endpoint;
  const atMost = ({ value }: { readonly value: number }): number =>
    Math.max(1, Math.min(value, Math.ceil(leftMs)));
  const { dnsMs, connectMs, proxyMs, tlsMs, startTlsMs } = netLimits;
  // Written out in place of `...directly`: what is put over a spread takes the engine ten times as long, at every visit.
  return {
    scheme: "https",
    host,
    port,
    policy,
    name: undefined,
    sni: undefined,
    proxy,
    socketPath: undefined,
    allow: undefined,
    sessions: undefined,
    userAgent,
    signal,
    onPhase: undefined,
    watch: undefined,
    alpn: scheme === "https" ? offeredFor("auto") : usualAlpn(scheme),
    startTls: startTls && { protocol: startTls, limitMs: atMost(startTlsMs) },
    timeouts: {
      dnsMs: atMost(dnsMs),
      connectMs: atMost(connectMs),
      proxyMs: atMost(proxyMs),
      tlsMs: atMost(tlsMs),
    },
    addressRules:
      address === undefined
        ? addressRules
        : // By the port: a key for each host would make a class of objects for each, to the engine.
          { ...addressRules, family: undefined, resolve: { [`*:${port}`]: address } },
  };
}

function failed(error: unknown, request: LookRequest): Look {
  if (error instanceof NotTlsError) {
    const { host, port } = request.endpoint;
    const { speaks, firstBytes } = sniffPeer(new Uint8Array(0));
    const detail = { host, port, speaks, firstBytes };
    return { ...nothing, failure: new HttpsError("not-tls", detail, { cause: error.cause }) };
  }
  const failure = notAborted(error, request);
  return { ...nothing, failure, isReached: !isBeforeTls(failure) };
}

function isBeforeTls({ stage, code }: HttpsError): boolean {
  return stage === "dns" || stage === "tcp" || stage === "proxy" || code === "connect-timeout";
}

/** @throws HttpsError `aborted`, where the visit was */
function notAborted(error: unknown, { signal }: LookRequest): HttpsError {
  const failure = failureOf(error);
  if (failure.code === "aborted" && signal.aborted) throw failure;
  return failure;
}

function failureOf(error: unknown): HttpsError {
  if (error instanceof HttpsError) return error;
  throw error;
}
