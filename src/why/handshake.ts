/** A handshake with one thing changed, and nothing after it: what it offers, and what came of it. */
import { constants, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { offeredFor } from "../client/index.ts";
import type { StartTlsProtocol } from "../core/index.ts";
import {
  nobodysName,
  type HandshakeChange,
  type HandshakeExperiment,
  type HandshakeGave,
} from "../diagnosis/index.ts";
import { parseCertificate } from "../x509/index.ts";
import { endedBy } from "./attempt.ts";
import { Opening, unverified, type OpeningRequest } from "./opening.ts";

/** Every group that this OpenSSL may know; the first ones are what it offers anyway. */
const everyGroup = "X25519:P-256:X448:P-521:P-384:secp256k1:brainpoolP256r1:brainpoolP384r1:brainpoolP512r1";

const settings: Readonly<Record<HandshakeChange, SecureContextOptions>> = {
  none: {},
  "no-server-name": {},
  "nobodys-name": {},
  "no-alpn": {},
  "at-once": {},
  "behind-starttls": {},
  http1: {},
  http2: {},
  "tls-1.2": { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" },
  "tls-1.2-long": { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" },
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

/** @throws HttpsError `aborted` */
export async function shakeHandsWith(
  { change, protocol }: Pick<HandshakeExperiment, "change" | "protocol">,
  given: OpeningRequest,
): Promise<HandshakeGave> {
  const request = {
    ...given,
    endpoint: given.endpoint && { ...given.endpoint, ...beforeTls(change, protocol) },
  };
  const asked = changed(request, change);
  const opening = new Opening(asked);
  const error = await opening.openAlone();
  const { tls, leaf } = opening;
  return {
    completed: error === undefined,
    ended: error && endedBy(error),
    helloBytes: tls?.offered.bytes,
    version: tls?.chosen?.version,
    cipher: tls?.chosen?.cipher,
    group: tls?.chosen?.group,
    alpn: tls?.chosen?.alpn,
    leaf: leaf && describeLeaf(leaf, asked.name ?? asked.target.host),
  };
}

/** The request with the change. It admits whoever answers and shows no certificate: nothing but a handshake follows. */
function changed(request: OpeningRequest, change: HandshakeChange): OpeningRequest {
  const { minVersion = "TLSv1.2", maxVersion = "TLSv1.3", ...others } = settings[change];
  const offered = minVersion === maxVersion ? minVersion : `${minVersion} to ${maxVersion}`;
  const secureContext = createSecureContext({ minVersion, maxVersion, ...others });
  const reason = "an experiment that ends with the handshake";
  return {
    ...request,
    // Whatever the URL says: a handshake is TLS.
    target: { ...targetOf(change, request), scheme: "https" },
    proxy: proxyOf(change, request),
    name: change === "nobodys-name" ? nobodysName : request.name,
    policy: { ...unverified(request.policy, reason, secureContext), offered },
    sni: sniOf(change, request.sni),
    alpn: alpnOf(change, request.alpn),
  };
}

/** What is said before TLS, where that is what is changed. */
function beforeTls(
  change: HandshakeChange,
  protocol: StartTlsProtocol | undefined,
): { readonly startTls?: StartTlsProtocol | undefined } {
  return change === "at-once" || change === "behind-starttls" ? { startTls: protocol } : {};
}

/** Of a proxy, a connection to nobody is asked for; of a server, the certificate alone. */
function targetOf(change: HandshakeChange, { proxy, target }: OpeningRequest): OpeningRequest["target"] {
  return change === "nobodys-name" && proxy !== undefined ? { ...target, host: nobodysName } : target;
}

/** Nobody's name has no address: a proxy of SOCKS is given it as it is. */
function proxyOf(change: HandshakeChange, { proxy }: OpeningRequest): OpeningRequest["proxy"] {
  return change === "nobodys-name" && proxy?.scheme === "socks5" ? { ...proxy, scheme: "socks5h" } : proxy;
}

function sniOf(change: HandshakeChange, usual: OpeningRequest["sni"]): OpeningRequest["sni"] {
  if (change === "nobodys-name") return nobodysName;
  return change === "no-server-name" ? null : usual;
}

function alpnOf(change: HandshakeChange, usual: readonly string[]): readonly string[] {
  if (change === "no-alpn") return [];
  if (change === "http1") return offeredFor("http/1.1");
  if (change === "http2") return offeredFor("h2");
  // Names that nobody has: a server takes the one it knows (RFC 7301 §3.2).
  return change === "tls-1.2-long" ? [...usual, "x".repeat(250), "y".repeat(250)] : usual;
}

function describeLeaf(der: Uint8Array, host: string): HandshakeGave["leaf"] {
  try {
    const certificate = new X509Certificate(der);
    const names = (certificate.subjectAltName ?? "")
      .split(", ")
      .filter((name) => name !== "")
      .map((name) => name.replace(/^(?:DNS|IP Address):/, ""));
    const fingerprint = certificate.fingerprint256.replaceAll(":", "").toLowerCase();
    const matched =
      isIP(host) === 0 ? certificate.checkHost(host, { subject: "never" }) : certificate.checkIP(host);
    const namesHost = matched !== undefined;
    const parsed = parseCertificate(der);
    const issuer = parsed.ok ? parsed.certificate.issuer.text : undefined;
    return { fingerprint, names, namesHost, issuer };
  } catch {
    return undefined; // What cannot be read is not compared.
  }
}
