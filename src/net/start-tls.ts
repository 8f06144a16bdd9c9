/**
 * TLS begun on a plain connection that is up already, for programs that decide between TCP and TLS how they trust.
 * Both keys have to accept the chain, as when TLS is dialled at once.
 */
import type { TrustReport } from "../trust/index.ts";
import { watchCloseNotify } from "./close-notify.ts";
import type { DialRequest } from "./dial-request.ts";
import { finishHandshake, tlsParameters, wrapTlsSocket } from "./handshake.ts";
import { tlsFacts, type Link } from "./link.ts";
import { Receiver } from "./receiver.ts";
import { translateLate } from "./translate.ts";
import { admitOrClose } from "./two-keys.ts";

/** What TLS is begun with: as for a dial, without the way there. */
export type TlsStart = Pick<
  DialRequest,
  "host" | "port" | "policy" | "name" | "sni" | "alpn" | "timeouts" | "signal"
>;

/**
 * The same connection under TLS. The plain link is used up, whatever comes of it.
 * @throws HttpsError of stage `tls trust timeout`
 */
export async function startTls(plain: Link, request: TlsStart): Promise<Link> {
  const { policy, timeouts, signal } = request;
  const startedAt = performance.now();
  const parameters = tlsParameters(request, undefined);
  const socket = wrapTlsSocket(plain.socket, parameters);
  try {
    const handshake = await finishHandshake(socket, parameters, { limitMs: timeouts.tlsMs, signal });
    const trust: TrustReport = admitOrClose({ name: parameters.name, ...handshake }, policy, socket);
    const receiver = new Receiver();
    receiver.attach(socket, "data");
    const closeNotify = watchCloseNotify(socket);
    socket.disableRenegotiation(); // RFC 9325 §3.5; TLS 1.3 has none.
    return {
      socket,
      receiver,
      trust,
      facts: {
        ...plain.facts,
        ...tlsFacts(socket),
        sni: parameters.sni,
        clientCertificate: policy.hasClientCertificate,
      },
      timings: { ...plain.timings, tlsMs: performance.now() - startedAt },
      seenEnding: (ending) => (ending === "fin" ? finSeen[closeNotify()] : ending),
      failureOf: (error) => translateLate(error, { ...parameters, bytesSent: 0, bytesReceived: 0 }),
    };
  } catch (error) {
    plain.socket.destroy();
    throw error;
  }
}

/** What a FIN amounts to, by whether a close_notify came before it. */
const finSeen = { received: "close-notify", "not-received": "bare-fin", unknown: "fin" } as const;
