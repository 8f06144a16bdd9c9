/**
 * Which chains OpenSSL could refuse at the security level of an ordinary handshake and take at level 0, which a survey
 * offers. Only which are asked about again is decided here; the answer is OpenSSL's.
 *
 * Level 2, the highest that a Node or a Debian has by default, wants 112 bits: RSA of 2048, a curve of 224, and a
 * signature's hash that no collision of less is known for (SSL_CTX_set_security_level(3); NIST SP 800-57 Part 1, table 2).
 */
import type { TrustAnchor } from "../trust/index.ts";
import { equalNames, type Certificate, type SubjectPublicKeyInfo } from "../x509/index.ts";

/** Whether a certificate of the chain, or an anchor that one of them may end in, could be too weak. */
export function mayBeTooWeak(chain: readonly Certificate[], anchors: readonly TrustAnchor[]): boolean {
  return (
    chain.some((one) => isWeakKey(one.spki) || isWeakSignature(one)) ||
    anchors.some(
      ({ subject, spki }) => isWeakKey(spki) && chain.some(({ issuer }) => equalNames(issuer, subject)),
    )
  );
}

const strongHashes: ReadonlySet<string> = new Set(["sha224", "sha256", "sha384", "sha512"]);
const strongCurves = /^(?:P-(?:224|256|384|521)|secp256k1|brainpoolP(?:256|384|512)r1)$/;

/** What is not known counts as weak: to ask once more is harmless. */
function isWeakKey({ key }: SubjectPublicKeyInfo): boolean {
  switch (key.kind) {
    case "rsa":
      return key.modulusBits < 2048;
    case "ec":
      return !strongCurves.test(key.curve);
    case "ed25519":
    case "ed448":
      return false;
    case "other":
      return true;
  }
}

function isWeakSignature({ signatureAlgorithm: { scheme } }: Certificate): boolean {
  if (scheme.kind === "unsupported") return true;
  return "hash" in scheme && !strongHashes.has(scheme.hash);
}
