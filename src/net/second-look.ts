/**
 * A refused chain, where the runtime does not show it: the server is asked once more, with nobody's certificate and
 * nothing verified, and the connection is closed before anything is sent within TLS. The refusal stands whatever comes;
 * the chain only says which rule was broken.
 */
import type { TLSSocket } from "node:tls";
import type { TrustPolicy } from "../admission/index.ts";
import { finishHandshake, UnseenRefusal, type Handshake, type TlsParameters } from "./handshake.ts";

export interface Look {
  readonly policy: TrustPolicy;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  /** Reaches the same server by the same way, and begins TLS there; `undefined` where only the caller knows the way. */
  readonly again: ((parameters: TlsParameters) => Promise<TLSSocket>) | undefined;
}

/** As `finishHandshake`; where a chain was refused unseen, with the chain that a second handshake shows. */
export async function finishOrLookAgain(
  socket: TLSSocket,
  parameters: TlsParameters,
  look: Look,
): Promise<Handshake> {
  try {
    return await finishHandshake(socket, parameters, look);
  } catch (error) {
    if (!(error instanceof UnseenRefusal)) throw error;
    const { word: openssl } = error;
    return { socket, openssl, sent: await lookAgain(parameters, look), staple: undefined, resumed: false };
  }
}

/** The chain, or nothing where none is shown. @throws HttpsError `aborted` */
async function lookAgain(parameters: TlsParameters, look: Look): Promise<readonly Uint8Array[]> {
  if (look.again === undefined) return [];
  const anonymous: TlsParameters = {
    ...parameters,
    verify: false,
    session: undefined,
    secureContext: parameters.hasClientCertificate
      ? look.policy.anonymousContext()
      : parameters.secureContext,
    hasClientCertificate: false,
  };
  let socket: TLSSocket | undefined;
  try {
    socket = await look.again(anonymous);
    return (await finishHandshake(socket, anonymous, look)).sent;
  } catch (error) {
    if (look.signal?.aborted === true) throw error;
    return [];
  } finally {
    socket?.on("error", () => {}); // What comes after the look changes nothing.
    socket?.destroy();
  }
}
