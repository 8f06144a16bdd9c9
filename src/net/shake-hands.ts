/**
 * A handshake and nothing after it, for whoever wants to see what a server shows. Nobody is admitted by it: what OpenSSL
 * says of the chain is told, and the socket is closed before anything is sent within TLS.
 */
import type { DialRequest } from "./dial-request.ts";
import { finishHandshake, tlsParameters, type Handshake } from "./handshake.ts";
import { reachTls } from "./reach.ts";

/** What came of it. @throws HttpsError of stage `dns tcp proxy tls timeout`; whatever `watch.explain` makes of what ended it */
export async function shakeHands(request: DialRequest): Promise<Omit<Handshake, "socket">> {
  const parameters = tlsParameters(request, undefined);
  const { socket } = await reachTls(request, parameters, undefined);
  const { timeouts, signal, watch } = request;
  try {
    const limits = { limitMs: timeouts.tlsMs, signal };
    const { openssl, sent, staple, resumed } = await finishHandshake(socket, parameters, limits);
    return { openssl, sent, staple, resumed };
  } catch (error) {
    throw watch?.explain(error) ?? error;
  } finally {
    socket.on("error", () => {}); // What comes after the outcome changes nothing.
    socket.destroy();
  }
}
