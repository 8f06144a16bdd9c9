/**
 * TLS begun on a plain connection that is up already, for programs that decide between TCP and TLS how they trust.
 * Both keys have to accept the chain, as when TLS is dialled at once.
 */
import type { DialRequest } from "./dial-request.ts";
import { fitting } from "./fit.ts";
import { NotTlsError, tlsParameters, wrapTlsSocket } from "./handshake.ts";
import type { Link } from "./link.ts";
import { probePeer } from "./probe.ts";
import { lookOf } from "./reach.ts";
import { Receiver } from "./receiver.ts";
import { finishOrLookAgain } from "./second-look.ts";
import { tlsHalf } from "./tls-link.ts";
import { admitOrClose } from "../admission/index.ts";

/**
 * The same connection under TLS. The plain link is used up, whatever comes of it; `request` is what it was dialled by,
 * with the trust that is to hold.
 * @throws HttpsError of stage `tls trust timeout`
 */
export function startTls(plain: Link, request: DialRequest): Promise<Link> {
  return fitting(request, () => start(plain, request));
}

async function start(plain: Link, request: DialRequest): Promise<Link> {
  const { policy } = request;
  const startedAt = performance.now();
  const parameters = tlsParameters(request, undefined);
  const socket = wrapTlsSocket(plain.socket, parameters);
  try {
    const handshake = await finishOrLookAgain(socket, parameters, lookOf(request));
    const evidence = { host: parameters.host, name: parameters.name, ...handshake };
    const { proof, report: trust } = admitOrClose(evidence, policy, socket);
    const receiver = new Receiver();
    receiver.attach(socket, "data");
    const tls = tlsHalf(socket, parameters);
    return {
      ...tls,
      socket,
      receiver,
      proof,
      trust,
      facts: { ...plain.facts, ...tls.facts },
      greeting: undefined,
      timings: { ...plain.timings, tlsMs: performance.now() - startedAt },
    };
  } catch (error) {
    throw error instanceof NotTlsError ? await probePeer(error, request, plain.facts.remoteAddress) : error;
  }
}
