/**
 * Whether a server that showed no certificate takes a pre-shared key (RFC 4279), as far as that can be seen: in TLS 1.2 it
 * chooses a suite by the first message, before anybody has named a key. None is given to it, and the handshake ends there.
 * TLS 1.3 chooses by the key's name alone, which nobody has here.
 */
import { HttpsError } from "../core/index.ts";
import { shakeHandsOfferingPsk } from "../net/index.ts";
import { Watch } from "./watch.ts";
import { dialOf, inTime, wayTo, type EndpointRequest } from "./way.ts";

/** The suite that it chose, by its name in the IANA registry. @throws HttpsError `aborted` */
export async function findPskSuite(request: EndpointRequest): Promise<string | undefined> {
  const watch = new Watch(request);
  const offer = { ciphers: "PSK", minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
  const secureContext = request.policy.contextOffering(offer);
  try {
    await inTime(request, (own) =>
      shakeHandsOfferingPsk(dialOf(wayTo(own, { address: undefined, secureContext }), watch)),
    );
  } catch (error) {
    if (!(error instanceof HttpsError) || error.code === "aborted") throw error;
  }
  const suite = watch.seen()?.serverHello?.cipherSuite;
  return suite?.includes("_PSK_") === true ? suite : undefined;
}
