/** Sites whose versions, ciphers, groups or application protocols are few, old or unusual. */
import type { SecureVersion } from "node:tls";
import { rsaTestKey } from "../../pki/key.ts";
import { renderPem } from "../../pki/pem.ts";
import { fails, healthy, speaks, type Definition } from "../../site.ts";
import { applicationLayerProtocolNegotiation, supportedVersions } from "../../wire/client-hello.ts";

/** RFC 3526 §2 and the like are far larger; this is what OpenSSL still agrees to serve at level 0. */
const anyStrength = "DEFAULT@SECLEVEL=0";

export const versionSites: readonly Definition[] = [
  {
    name: "tls-version",
    title: "TLS 1.0 alone",
    wrong: "The server speaks TLS 1.0 and nothing newer; RFC 8996 forbids it.",
    ...fails("tls-version", "tls-version"),
    ...speaks(only("TLSv1", anyStrength)),
  },
  {
    name: "tls-1-1",
    title: "TLS 1.1 alone",
    wrong: "The server speaks TLS 1.1 and nothing newer; RFC 8996 forbids it.",
    ...fails("tls-version", "tls-version"),
    ...speaks(only("TLSv1.1", anyStrength)),
  },
  {
    name: "tls-1-2",
    title: "TLS 1.2 alone",
    wrong: "Nothing is wrong: the server speaks TLS 1.2.",
    ...healthy,
    ...speaks(only("TLSv1.2")),
  },
  {
    name: "tls-1-3",
    title: "TLS 1.3 alone",
    wrong: "Nothing is wrong: the server speaks TLS 1.3.",
    ...healthy,
    ...speaks(only("TLSv1.3")),
  },
  {
    name: "version-intolerant",
    title: "A server, or a box before it, that cannot bear TLS 1.3",
    wrong:
      "A ClientHello that offers TLS 1.3 is answered with a reset; one that offers TLS 1.2 alone gets on.",
    ...fails("handshake-reset", "handshake"),
    serving: {
      kind: "https",
      tls: only("TLSv1.2"),
      dislikes: ({ extensions }) => (extensions.includes(supportedVersions) ? "reset" : undefined),
    },
  },
  {
    name: "null-cipher",
    title: "Ciphers that encrypt nothing",
    wrong: "The server has only NULL ciphers, which no client offers.",
    ...fails("tls-alert", "cipher"),
    serving: rsa({ ...only("TLSv1.2"), ciphers: "eNULL@SECLEVEL=0" }),
  },
  {
    name: "anonymous-cipher",
    title: "Ciphers without a certificate",
    wrong: "The server has only anonymous ciphers, which no client offers.",
    ...fails("tls-alert", "cipher"),
    ...speaks({ ...only("TLSv1.2"), ciphers: "aNULL@SECLEVEL=0" }),
  },
  {
    name: "no-shared-group",
    title: "No curve in common",
    wrong: "The server agrees on keys over a Brainpool curve alone, which hardly any client offers.",
    ...fails("tls-alert", "group"),
    ...speaks({ ...only("TLSv1.2"), ciphers: "ECDHE", ecdhCurve: "brainpoolP384r1" }),
  },
  {
    name: "hello-retry",
    title: "Another key share asked for",
    wrong: "Nothing is wrong: the server wants P-384 and asks the client to say hello again.",
    ...healthy,
    ...speaks({ ...only("TLSv1.3"), ecdhCurve: "P-384" }),
  },
  {
    name: "cbc",
    title: "A block cipher",
    wrong: "Nothing is broken: the server has only CBC ciphers of TLS 1.2, which are dated.",
    ...healthy,
    ...speaks({ ...only("TLSv1.2"), ciphers: "ECDHE-ECDSA-AES128-SHA256" }),
  },
  {
    name: "static-rsa",
    title: "Keys exchanged by RSA",
    wrong: "Nothing is broken: the server's only key exchange is RSA's, which has no forward secrecy.",
    ...healthy,
    serving: rsa({ ...only("TLSv1.2"), ciphers: "AES128-GCM-SHA256" }),
  },
  {
    name: "dh-2048",
    title: "A Diffie-Hellman group of 2048 bits",
    wrong: "Nothing is broken: the server's only key exchange is Diffie-Hellman over 2048 bits.",
    ...healthy,
    serving: rsa({ ...only("TLSv1.2"), ciphers: "DHE-RSA-AES128-GCM-SHA256", dhparam: "auto" }),
  },
  {
    name: "alpn-mismatch",
    title: "A protocol that nobody speaks any more",
    wrong: "The server accepts spdy/3.1 by ALPN, which HTTP/2 replaced, and refuses everything else.",
    ...fails("alpn-mismatch", "alpn"),
    ...speaks({ ALPNProtocols: ["spdy/3.1"] }),
  },
  {
    name: "no-alpn",
    title: "A server that has not heard of ALPN",
    wrong: "Nothing is wrong: the server selects no application protocol, and speaks HTTP/1.1.",
    ...healthy,
    ...speaks({ ALPNProtocols: [] }),
  },
  {
    name: "alpn-intolerant",
    title: "A server that cannot bear ALPN",
    wrong: "A ClientHello with the ALPN extension is closed on; one without it gets on.",
    ...fails("handshake-closed", "handshake"),
    serving: {
      kind: "https",
      dislikes: ({ extensions }) =>
        extensions.includes(applicationLayerProtocolNegotiation) ? "close" : undefined,
    },
  },
  {
    name: "client-certificate-required",
    title: "A certificate wanted from the client",
    wrong: "The server asks for a client certificate and, over TLS 1.3, refuses when none comes.",
    ...fails("client-certificate-required", "client-certificate"),
    ...speaks(wanting({ isRequired: true, ...only("TLSv1.3") })),
  },
  {
    name: "client-certificate-required-tls-1-2",
    title: "A certificate wanted from the client, over TLS 1.2",
    wrong:
      "The server asks for a client certificate; in TLS 1.2 its refusal is a handshake_failure that names no reason.",
    ...fails("tls-alert", "client-certificate"),
    ...speaks(wanting({ isRequired: true, ...only("TLSv1.2") })),
  },
  {
    name: "client-certificate-optional",
    title: "A certificate asked for, and not insisted on",
    wrong: "Nothing is wrong: the server asks for a client certificate and goes on without one.",
    ...healthy,
    ...speaks(wanting({ isRequired: false })),
  },
];

interface Only {
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
  readonly ciphers?: string;
}

function only(version: SecureVersion, ciphers?: string): Only {
  return { minVersion: version, maxVersion: version, ...(ciphers !== undefined && { ciphers }) };
}

/** A site with an RSA certificate, for ciphers that want one. */
function rsa(tls: Exclude<Definition["serving"], { kind: "raw" | "nothing" }>["tls"]): Definition["serving"] {
  return {
    kind: "https",
    identify: (authority, host) => authority.identify(host, { keys: rsaTestKey(2048) }),
    ...(tls !== undefined && { tls }),
  };
}

function wanting({
  isRequired,
  ...options
}: Partial<Only> & { readonly isRequired: boolean }): NonNullable<Parameters<typeof speaks>[0]> {
  return (authority) => ({
    ...options,
    requestCert: true,
    rejectUnauthorized: isRequired,
    ca: renderPem([authority.clientRoot]),
  });
}
