/** With which signature schemes a key signs in a handshake: RFC 8446 §4.2.3, RFC 5246 §7.4.1.4.1, RFC 8422 §5. */
import type { HelloVersion } from "../../core/index.ts";
import type { SubjectKey } from "../../x509/index.ts";

/** A test of a scheme by its name in the IANA registry; `undefined` for a key of which that is not known here. */
export function signsWith(
  key: SubjectKey,
  version: HelloVersion | undefined,
): ((scheme: string) => boolean) | undefined {
  switch (key.kind) {
    case "rsa":
      if (key.isPssOnly) return (scheme) => scheme.startsWith("rsa_pss_pss_");
      // RFC 8446 §4.2.3: in TLS 1.3, RSASSA-PKCS1-v1_5 is for signatures in certificates alone.
      return (scheme) =>
        scheme.startsWith("rsa_pss_rsae_") || (version !== "TLSv1.3" && scheme.startsWith("rsa_pkcs1_"));
    case "ec": {
      // RFC 8446 §4.2.3: the curve belongs to the scheme; before, it is the hash alone (RFC 5246 §7.4.1.4.1).
      const ofCurve = schemeOfCurve.get(key.curve);
      if (version !== "TLSv1.3") return (scheme) => scheme.startsWith("ecdsa_");
      return (scheme) => scheme === ofCurve;
    }
    case "ed25519":
    case "ed448":
      return (scheme) => scheme === key.kind;
    case "other":
      return undefined;
  }
}

const schemeOfCurve: ReadonlyMap<string, string> = new Map([
  ["P-256", "ecdsa_secp256r1_sha256"],
  ["P-384", "ecdsa_secp384r1_sha384"],
  ["P-521", "ecdsa_secp521r1_sha512"],
  ["brainpoolP256r1", "ecdsa_brainpoolP256r1tls13_sha256"],
  ["brainpoolP384r1", "ecdsa_brainpoolP384r1tls13_sha384"],
  ["brainpoolP512r1", "ecdsa_brainpoolP512r1tls13_sha512"],
]);

/** The name in the registry of groups of the curve that a key lies on, where it lies on one. */
export function groupOf(key: SubjectKey): string | undefined {
  return key.kind === "ec" ? groupOfCurve.get(key.curve) : undefined;
}

const groupOfCurve: ReadonlyMap<string, string> = new Map([
  ["P-256", "secp256r1"],
  ["P-384", "secp384r1"],
  ["P-521", "secp521r1"],
  ["P-224", "secp224r1"],
  ["P-192", "secp192r1"],
  ["secp256k1", "secp256k1"],
  ["brainpoolP256r1", "brainpoolP256r1"],
  ["brainpoolP384r1", "brainpoolP384r1"],
  ["brainpoolP512r1", "brainpoolP512r1"],
]);

/** The type of certificate that a TLS 1.2 server has to ask for (RFC 5246 §7.4.4, RFC 8422 §5.5). */
export function certificateTypeOf(key: SubjectKey): string | undefined {
  switch (key.kind) {
    case "rsa":
      return "rsa_sign";
    case "ec":
    case "ed25519":
    case "ed448":
      return "ecdsa_sign";
    case "other":
      return undefined;
  }
}
