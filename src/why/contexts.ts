/** What a handshake experiment offers: OpenSSL contexts for one connection each, that admit nobody. */
import { constants } from "node:crypto";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { HandshakeChange } from "../diagnosis/index.ts";

/** Every group that this OpenSSL may know; the first ones are what it offers anyway. */
const everyGroup = "X25519:P-256:X448:P-521:P-384:secp256k1:brainpoolP256r1:brainpoolP384r1:brainpoolP512r1";

const settings: Readonly<Record<HandshakeChange, SecureContextOptions>> = {
  none: {},
  "no-server-name": {},
  "no-alpn": {},
  http2: {},
  "tls-1.2": { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" },
  "tls-1.3": { minVersion: "TLSv1.3", maxVersion: "TLSv1.3" },
  // P-256 stays, because TLS 1.2 wants the certificate's own curve among the groups (RFC 8422 §5.1).
  x25519: { ecdhCurve: "X25519:P-256" },
  everything: {
    minVersion: "TLSv1",
    maxVersion: "TLSv1.3",
    ciphers: "ALL:COMPLEMENTOFALL@SECLEVEL=0",
    ecdhCurve: everyGroup,
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  },
};

/** The context for a change. Nothing but a handshake ever goes through it. */
export function contextFor(change: HandshakeChange): SecureContext {
  const { minVersion = "TLSv1.2", maxVersion = "TLSv1.3", ...others } = settings[change];
  return createSecureContext({ minVersion, maxVersion, ...others });
}

/** The versions that a change offers, for messages. */
export function offeredBy(change: HandshakeChange): string {
  const { minVersion = "TLSv1.2", maxVersion = "TLSv1.3" } = settings[change];
  return minVersion === maxVersion ? minVersion : `${minVersion} to ${maxVersion}`;
}

/** The protocols that a change offers by ALPN. */
export function alpnFor(change: HandshakeChange): readonly string[] {
  if (change === "no-alpn") return [];
  return change === "http2" ? ["h2"] : ["http/1.1"];
}
