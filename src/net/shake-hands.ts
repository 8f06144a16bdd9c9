/**
 * A handshake and nothing after it, for whoever wants to see what a server shows. Nobody is admitted by it: what OpenSSL
 * says of the chain is told, and the socket is closed before anything is sent within TLS.
 */
import type { TLSSocket } from "node:tls";
import type { DialRequest } from "./dial-request.ts";
import { fitting } from "./fit.ts";
import { tlsParameters, type Handshake, type TlsParameters } from "./handshake.ts";
import { lookOf, reachTls } from "./reach.ts";
import { finishOrLookAgain } from "./second-look.ts";

/** Waits for what comes once the handshake is done, and sends nothing. */
export type Afterwards = (socket: TLSSocket, handshake: Omit<Handshake, "socket">) => Promise<void>;

/** What came of it. @throws HttpsError of stage `dns tcp proxy tls timeout`; whatever `watch.explain` makes of what ended it */
export function shakeHands(
  request: DialRequest,
  afterwards?: Afterwards,
): Promise<Omit<Handshake, "socket">> {
  return fitting(request, () => shake(request, tlsParameters(request, undefined), afterwards));
}

/** The same with suites of a pre-shared key in the offer, of which none is given: it ends where one would be. */
export function shakeHandsOfferingPsk(request: DialRequest): Promise<Omit<Handshake, "socket">> {
  const parameters = { ...tlsParameters(request, undefined), offersPsk: true };
  return fitting(request, () => shake(request, parameters, undefined));
}

async function shake(
  request: DialRequest,
  parameters: TlsParameters,
  afterwards: Afterwards | undefined,
): Promise<Omit<Handshake, "socket">> {
  const { socket } = await reachTls(request, parameters, undefined);
  const { watch } = request;
  try {
    const { openssl, sent, staple, resumed } = await finishOrLookAgain(socket, parameters, lookOf(request));
    const outcome = { openssl, sent, staple, resumed };
    await afterwards?.(socket, outcome);
    return outcome;
  } catch (error) {
    throw watch?.explain(error) ?? error;
  } finally {
    socket.on("error", () => {}); // What comes after the outcome changes nothing.
    socket.destroy();
  }
}
