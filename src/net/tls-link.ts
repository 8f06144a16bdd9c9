/** The half of a link that TLS makes, once both keys have admitted the socket and somebody reads it. */
import type { TLSSocket } from "node:tls";
import { watchCloseNotify } from "./close-notify.ts";
import type { TlsParameters } from "./handshake.ts";
import type { Link, LinkFacts } from "./link.ts";
import { translateLate } from "./translate.ts";

interface TlsHalf extends Pick<Link, "seenEnding" | "failureOf"> {
  readonly facts: Pick<
    LinkFacts,
    "protocol" | "cipher" | "group" | "alpn" | "sni" | "resumed" | "clientCertificate"
  >;
}

/** What a FIN amounts to, by whether a close_notify came before it. */
const finSeen = { received: "close-notify", "not-received": "bare-fin", unknown: "fin" } as const;

export function tlsHalf(socket: TLSSocket, parameters: TlsParameters): TlsHalf {
  const closeNotify = watchCloseNotify(socket);
  const group = socket.getEphemeralKeyInfo();
  return {
    facts: {
      protocol: socket.getProtocol() ?? undefined,
      cipher: socket.getCipher().standardName,
      group: group !== null && "name" in group && typeof group.name === "string" ? group.name : undefined,
      alpn: typeof socket.alpnProtocol === "string" ? socket.alpnProtocol : undefined,
      sni: parameters.sni,
      resumed: socket.isSessionReused(),
      clientCertificate: clientCertificateFact(socket),
    },
    seenEnding: (ending) => (ending === "fin" ? finSeen[closeNotify()] : ending),
    // TLS 1.3 lets a client finish before the server has judged its certificate; the verdict comes as an alert.
    failureOf: (error) => translateLate(error, { ...parameters, bytesSent: 0, bytesReceived: 0 }),
  };
}

/** The same half of a link without TLS. */
export const noTls: TlsHalf = {
  facts: {
    protocol: undefined,
    cipher: undefined,
    group: undefined,
    alpn: undefined,
    sni: undefined,
    resumed: false,
    clientCertificate: "not-asked",
  },
  seenEnding: (ending) => ending,
  failureOf: () => undefined,
};

/**
 * A client knows signature algorithms that it shares with the server from one message alone: the server's
 * CertificateRequest (RFC 8446 §4.3.2, RFC 5246 §7.4.4). A certificate whose key suits none of them is not sent.
 */
function clientCertificateFact(socket: TLSSocket): LinkFacts["clientCertificate"] {
  const shared = socket.getSharedSigalgs();
  if (shared.length === 0) return "not-asked";
  const own = socket.getCertificate();
  if (own === null || !("subject" in own)) return "asked";
  const family = "modulus" in own ? "RSA" : "asn1Curve" in own ? "ECDSA" : "";
  return shared.some((algorithm) => algorithm.startsWith(family)) ? "sent" : "asked";
}
