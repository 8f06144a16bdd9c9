/**
 * TLS begun on a socket of somebody else's, who has reached the server, and has had the protocol's dialogue or leaves it to
 * this. Both keys have to accept the chain, as when TLS is dialled. No second connection is made, whatever comes of it.
 *
 * What was read from the socket before TLS and not consumed is the fault of CVE-2011-0411: the server says nothing between
 * its consent and the handshake, so somebody else did.
 */
import type { Socket } from "node:net";
import { HttpsError, sniffPeer } from "../core/index.ts";
import type { DialRequest } from "./dial-request.ts";
import { fitting } from "./fit.ts";
import { NotTlsError, tlsParameters, wrapTlsSocket, type Handshake } from "./handshake.ts";
import type { StreamLink } from "./link.ts";
import { openStartTls } from "./open-start-tls.ts";
import { finishOrLookAgain } from "./second-look.ts";
import { secure } from "./secure.ts";

/** Whom the socket leads to, and how they are trusted. Its `host` is what a report calls them. */
export type UpgradeRequest = Pick<
  DialRequest,
  "host" | "name" | "sni" | "alpn" | "policy" | "sessions" | "signal" | "startTls" | "onPhase"
> & { readonly tlsMs: number };

/** Stands in a session's scope for the way there, which only the caller knows. */
const wayOfCaller = "a socket of the caller's";

/**
 * The socket under TLS. It is used up; where this fails, whoever asked closes it.
 * @throws HttpsError of stage `tls trust timeout`, `aborted`
 */
export function upgradeSocket(plain: Socket, request: UpgradeRequest): Promise<StreamLink> {
  return fitting(request, () => upgrade(plain, request));
}

async function upgrade(plain: Socket, request: UpgradeRequest): Promise<StreamLink> {
  const { host, name = host, sni = host, alpn, policy, sessions, signal, startTls } = request;
  const port = plain.remotePort ?? 0;
  const startedAt = performance.now();
  if (startTls !== undefined) request.onPhase?.("starttls");
  const said =
    startTls && (await openStartTls(plain, startTls.protocol, { host, port, signal, ...startTls }));
  refuseEarlyBytes(plain, { host, port, protocol: startTls?.protocol });
  request.onPhase?.("tls");
  const scope = { host, port, sni, name, alpn, via: wayOfCaller };
  const stored = sessions?.take(scope, policy);
  const parameters = tlsParameters({ host, port, policy, alpn, name, sni }, stored?.ticket);
  const socket = wrapTlsSocket(plain, parameters);
  const shake = (): Promise<Handshake> =>
    finishOrLookAgain(socket, parameters, { policy, limitMs: request.tlsMs, signal, again: undefined });
  // An error before its owner listens is not a reason to end the process; `close` tells of it too.
  const hand = (): void => void socket.on("error", () => {});
  try {
    const { proof, trust, facts } = await secure(socket, parameters, {
      policy,
      sessions,
      scope,
      stored,
      shake,
      hand,
    });
    const { remoteAddress = "", remotePort = 0, localAddress, localPort } = plain;
    return {
      socket,
      proof,
      trust,
      facts: {
        ...facts,
        remoteAddress,
        remotePort,
        localAddress,
        localPort,
        addressSource: "caller",
        lostAddresses: [],
        proxy: undefined,
      },
      timings: { dnsMs: 0, tcpMs: 0, proxyMs: 0, tlsMs: performance.now() - startedAt },
      greeting: said?.greeting,
    };
  } catch (error) {
    if (!(error instanceof NotTlsError)) throw error;
    // What it said in place of TLS, OpenSSL keeps to itself.
    const { speaks, firstBytes } = sniffPeer(new Uint8Array(0));
    throw new HttpsError("not-tls", { host, port, speaks, firstBytes }, { cause: error.cause });
  }
}

/** @throws HttpsError `starttls-injection` */
function refuseEarlyBytes(
  plain: Socket,
  asked: Pick<UpgradeRequest, "host"> & {
    readonly port: number;
    readonly protocol: NonNullable<UpgradeRequest["startTls"]>["protocol"] | undefined;
  },
): void {
  const { readableLength: bytes } = plain;
  if (bytes === 0) return;
  throw new HttpsError("starttls-injection", { ...asked, bytes });
}
