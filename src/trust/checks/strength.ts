/**
 * Strength of keys and signatures: BR 6.1.5, 6.1.6, 7.1.3; SHA-1 and MD5 are refused under every profile.
 *
 * DEVIATION: RFC 5280 §6 sets no strength, and OpenSSL at its level 1, GnuTLS without a profile, Go and others take RSA of
 * 1024 bits; mbedTLS does not. It is refused for CAs of one's own too: who can break a key needs no CA (NIST SP 800-131A
 * has disallowed it since 2014).
 */
import type { SignatureAlgorithm, SubjectKey } from "../../x509/index.ts";
import type { CertificateContext } from "../path.ts";
import type { Profile } from "../profile.ts";
import type { Rejection } from "../rejection.ts";

export function checkKey(context: CertificateContext): Rejection | undefined {
  const { certificate, profile, reject } = context;
  const { key, text } = certificate.spki;
  const reason = keyFault(key, profile);
  return reason === undefined ? undefined : reject("weak-key", context, { key: text, reason });
}

/** The signature on a certificate. That of an anchor is nobody's evidence, and not looked at. */
export function checkSignatureAlgorithm(context: CertificateContext): Rejection | undefined {
  const { certificate, role, profile, reject } = context;
  const { signatureAlgorithm } = certificate;
  if (role === "root" || isAcceptedSignature(signatureAlgorithm, profile)) return undefined;
  return reject("weak-signature", context, { algorithm: signatureAlgorithm.name });
}

/** Whether a profile believes signatures of this algorithm. */
export function isAcceptedSignature({ scheme }: SignatureAlgorithm, profile: Profile): boolean {
  switch (scheme.kind) {
    case "rsa-pkcs1":
    case "ecdsa":
      return profile.hashes.includes(scheme.hash);
    case "rsa-pss":
      return profile.hashes.includes(scheme.hash) && profile.hashes.includes(scheme.mgfHash);
    case "ed25519":
    case "ed448":
      return profile.edwardsKeys;
    case "unsupported":
      return false;
  }
}

function keyFault(key: SubjectKey, profile: Profile): string | undefined {
  switch (key.kind) {
    case "rsa":
      return rsaFault(key, profile);
    case "ec":
      if (key.curve === "explicit") return "its curve is described, not named (RFC 5480 §2.1.1)";
      return profile.curves.includes(key.curve) ? undefined : "its curve is not accepted";
    case "ed25519":
    case "ed448":
      return profile.edwardsKeys ? undefined : "its kind is not accepted";
    case "other":
      return "its kind is not accepted";
  }
}

function rsaFault(
  { modulusBits, exponent }: Extract<SubjectKey, { readonly kind: "rsa" }>,
  { minRsaBits, rsaWholeBytes }: Profile,
): string | undefined {
  if (modulusBits < minRsaBits) return `${minRsaBits} bits are the least that is accepted`;
  if (rsaWholeBytes && modulusBits % 8 !== 0) return "its length is not a whole number of bytes";
  // BR 6.1.6: an odd number, 3 or more.
  return /[13579bdf]$/.test(exponent) && exponent !== "1" ? undefined : "its exponent is even, or one";
}
