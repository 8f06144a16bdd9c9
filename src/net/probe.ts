/**
 * Asks a peer once more that answered a ClientHello with something other than TLS, this time keeping what it says,
 * so that the error can name it. Only that failure costs this second connection; it sends nothing but a ClientHello, and
 * before it what was said in plain the first time.
 */
import { connect as connectTcp } from "node:net";
import { HttpsError, sniffPeer, type SniffedPeer } from "../core/index.ts";
import type { DialRequest } from "./dial-request.ts";
import { wrapTlsSocket, tlsParameters } from "./handshake.ts";
import { runGuarded } from "./guard.ts";
import { openStartTls } from "./open-start-tls.ts";

/** The failure of a peer that speaks no TLS. `first` is the error that the first connection ended with. */
export async function probePeer(first: Error, request: DialRequest, address: string): Promise<HttpsError> {
  const { host, port } = request;
  const unknown = sniffPeer(new Uint8Array(0));
  const { speaks, firstBytes } = await sniffAgain(request, address).catch(() => unknown);
  return new HttpsError("not-tls", { host, port, speaks, firstBytes }, { cause: first.cause });
}

async function sniffAgain(request: DialRequest, address: string): Promise<SniffedPeer> {
  // Loaded here: no other way through the client needs the tap.
  const { openTap } = await import("../tap/index.ts");
  const { host, port, signal, timeouts, startTls } = request;
  const tcp = connectTcp({ host: address, port, autoSelectFamily: false, signal: undefined });
  if (startTls !== undefined) await openStartTls(tcp, startTls.protocol, { host, port, signal, ...startTls });
  const failure = (): HttpsError =>
    new HttpsError("tls-timeout", {
      host,
      limitMs: timeouts.tlsMs,
      bytesSent: undefined,
      bytesReceived: undefined,
    });
  const guard = { limitMs: timeouts.tlsMs, signal, timedOut: failure, aborted: failure };
  return runGuarded(guard, (resolve, reject) => {
    const tap = openTap(tcp);
    const close = (): void => {
      tcp.destroy();
    };
    const tls = wrapTlsSocket(tap.stream, tlsParameters(request, undefined));
    const finish = (): void => {
      const { peer } = tap.read();
      resolve(peer.kind === "not-tls" ? peer : sniffPeer(new Uint8Array(0)));
      tls.destroy();
      close();
    };
    tcp.on("error", reject);
    tls.on("error", finish);
    tls.on("secureConnect", finish);
    tls.on("close", finish);
    return () => {
      tls.destroy();
      close();
    };
  });
}
