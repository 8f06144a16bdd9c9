/** The half of a link that TLS makes, once both keys have admitted the socket and somebody reads it. */
import type { TLSSocket } from "node:tls";
import type { HttpsError } from "../core/index.ts";
import { watchCloseNotify } from "./close-notify.ts";
import type { TlsParameters } from "./handshake.ts";
import type { Link, LinkFacts, StreamLink } from "./link.ts";
import { translateLate } from "./translate.ts";

export interface TlsHalf extends Pick<Link, "seenEnding" | "failureOf"> {
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
      group: group !== null && "name" in group ? group.name : undefined,
      alpn: typeof socket.alpnProtocol === "string" ? socket.alpnProtocol : undefined,
      sni: parameters.sni,
      resumed: socket.isSessionReused(),
      clientCertificate: parameters.runtime.shows.certificateRequest
        ? clientCertificateFact(socket)
        : "unseen",
    },
    seenEnding: (ending) => (ending === "fin" ? finSeen[closeNotify()] : ending),
    // TLS 1.3 lets a client finish before the server has judged its certificate; the verdict comes as an alert.
    failureOf: (error) =>
      translateLate(error, { ...parameters, bytesSent: undefined, bytesReceived: undefined }),
  };
}

/** What an error of an open stream's socket means, where it is TLS's own, as `failureOf` says of a connection for HTTP. */
export function failureOfStream({ facts }: StreamLink, host: string, error: Error): HttpsError | undefined {
  return translateLate(error, {
    host,
    port: facts.remotePort,
    bytesSent: undefined,
    bytesReceived: undefined,
    offered: facts.protocol ?? "",
    alpn: facts.alpn === undefined ? [] : [facts.alpn],
    hasClientCertificate: facts.clientCertificate === "sent",
  });
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

/** How Node names the signatures of each type of key. For unknown types there is no prefix, and any will do. */
const signatures: ReadonlyMap<string | undefined, string> = new Map([
  ["rsa", "RSA"],
  ["rsa-pss", "RSA-PSS+"],
  ["ec", "ECDSA+"],
  ["ed25519", "Ed25519+"],
  ["ed448", "Ed448+"],
]);

/**
 * A client knows signature algorithms that it shares with the server from one message alone: the server's
 * CertificateRequest (RFC 8446 §4.3.2, RFC 5246 §7.4.4). A certificate whose key suits none of them is not sent.
 */
function clientCertificateFact(socket: TLSSocket): LinkFacts["clientCertificate"] {
  const shared = socket.getSharedSigalgs();
  if (shared.length === 0) return "not-asked";
  const own = socket.getX509Certificate();
  if (own === undefined) return "asked";
  const family = signatures.get(own.publicKey.asymmetricKeyType) ?? "";
  return shared.some((algorithm) => algorithm.startsWith(family)) ? "sent" : "asked";
}
