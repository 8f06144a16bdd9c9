/**
 * Makes this machine's OpenSSL offer what another client offers: versions, suites, groups and signature algorithms, in
 * that client's order. What this OpenSSL does not know is left out, and everything else keeps its place.
 */
import { constants } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { bare, isOfTls13, type Hello } from "../core/index.ts";

/**
 * OpenSSL's security level. `none`: a device knows nothing of them and takes what it has offered. `ordinary`: what any
 * other handshake of this machine has, for OpenSSL's verdict.
 */
export type SecurityLevel = "none" | "ordinary";

/** Options of a context that offers `hello`. They say nothing of trust. @throws Error when nothing of it can be offered */
export function offerOf(hello: Hello, level: SecurityLevel): SecureContextOptions {
  const { versions, suites, groups, signatureAlgorithms } = hello;
  const curves = groups.filter(isKnownGroup);
  const algorithms = signatureAlgorithms.map(opensslAlgorithm).filter(isKnownAlgorithm);
  // Below TLS 1.3 a list without any suite is an error, though only 1.3 is to be spoken.
  const older = suites.some((suite) => !isOfTls13(suite)) ? [] : ["ALL"];
  return bare<SecureContextOptions>({
    minVersion: versions[0],
    maxVersion: versions.at(-1),
    ciphers: [...suites, ...older, ...(level === "none" ? ["@SECLEVEL=0"] : [])].join(":"),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(":") }),
    ...(algorithms.length === 0 ? {} : { sigalgs: algorithms.join(":") }),
    // RFC 5746 §4.1: a device need not insist on it.
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT | constants.SSL_OP_NO_RENEGOTIATION,
  });
}

/** RFC 5246's pairs have no name of their own in OpenSSL: `ecdsa_sha1` is `ECDSA+SHA1`. */
function opensslAlgorithm(name: string): string {
  return name.replace(/^(ecdsa|dsa)_(sha\d+)$/, (_, key: string, hash: string) =>
    `${key}+${hash}`.toUpperCase(),
  );
}

const isKnownGroup = asked((name) => ({ ecdhCurve: name }));
const isKnownAlgorithm = asked((name) => ({ sigalgs: name }));

/** Asks OpenSSL itself, once for each name. */
function asked(optionsFor: (name: string) => SecureContextOptions): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    let answer = known.get(name);
    if (answer === undefined) known.set(name, (answer = isTaken(optionsFor(name))));
    return answer;
  };
}

function isTaken(options: SecureContextOptions): boolean {
  try {
    createSecureContext(bare<SecureContextOptions>(options));
    return true;
  } catch {
    return false;
  }
}
