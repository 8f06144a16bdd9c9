/**
 * Profiles as data: which rules a path has to keep.
 *
 * `webpki` is RFC 5280 with the CA/Browser Forum's Baseline Requirements, for roots of public programmes. `rfc5280` is
 * RFC 5280 and its updates, the rules of form for those who issue (§4) included. `private` is the path validation of
 * RFC 5280 §6 alone, for CAs that users run themselves. Where they contradict each other (a name constraint that is not
 * critical; a leaf without extended key usage; a CA certificate as leaf) each has its own way.
 *
 * DEVIATION: the rules of form of RFC 5280 §4 (key identifiers, serial numbers, the form of times, critical
 * basicConstraints) are not asked of a path that ends at a root of the caller's own: `private` is §6 alone. Where it stays
 * stricter than OpenSSL, Go, GnuTLS or mbedTLS is told beside each check, with the reason. `rfc5280` asks for the form too.
 *
 * Q: Why not hold a user's own CA to all of RFC 5280? A: The rules of form bind CAs, not relying parties, and the CAs
 * that people make with OpenSSL's commands break them harmlessly: no key identifiers, a serial number of zero. Refusing
 * those protects nobody and teaches users to turn verification off.
 */
import type { HashName } from "../x509/index.ts";

/**
 * Which rules a path has to keep. `webpki`: RFC 5280 and the CA/Browser Forum's Baseline Requirements. `rfc5280`: RFC 5280
 * with its rules of form. `private`: the path validation of RFC 5280 §6 alone, for CAs of one's own.
 */
export type ProfileName = "webpki" | "rfc5280" | "private";

/** The rules of a profile, as data. */
export interface Profile {
  readonly name: ProfileName;
  /** Hashes that a signature on the path may use. */
  readonly hashes: readonly HashName[];
  readonly minRsaBits: number;
  /** BR 6.1.5: the modulus is a whole number of bytes. */
  readonly rsaWholeBytes: boolean;
  readonly curves: readonly string[];
  readonly edwardsKeys: boolean;
  /** Whether certificates have to keep the rules of form, which bind whoever issues them (RFC 5280 §4). */
  readonly checksForm: boolean;
  /** RFC 5280 §4.2.1.10: name constraints are critical. BR 7.1.2.5.2 makes an exception. */
  readonly nameConstraintsCritical: boolean;
  /** Whether an anchor made from a certificate has to keep the rules of form for CA certificates. */
  readonly anchorForm: "rfc5280" | "webpki";
  /** BR 7.1.2.7.8: a leaf is not a CA. */
  readonly caAsLeaf: boolean;
  /** BR 7.1.2.7.10: extended key usage is there, names the purpose, is not critical, and nothing that may not be. */
  readonly strictPurposes: boolean;
  /** BR 7.1.2.7.12: alternative names are there, and critical only where the subject is empty. */
  readonly strictAlternativeNames: boolean;
  /** BR 7.1.4.3: a common name repeats one of the alternative names, character for character. */
  readonly commonNameInNames: boolean;
}

const strongHashes: readonly HashName[] = ["sha256", "sha384", "sha512"];

const rfc5280: Profile = {
  name: "rfc5280",
  hashes: ["sha224", ...strongHashes],
  minRsaBits: 2048,
  rsaWholeBytes: false,
  curves: ["P-256", "P-384", "P-521", "secp256k1", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"],
  edwardsKeys: true,
  checksForm: true,
  nameConstraintsCritical: true,
  anchorForm: "rfc5280",
  caAsLeaf: true,
  strictPurposes: false,
  strictAlternativeNames: false,
  commonNameInNames: false,
};

/** Every profile by its name. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  webpki: {
    name: "webpki",
    hashes: strongHashes,
    minRsaBits: 2048,
    rsaWholeBytes: true,
    curves: ["P-256", "P-384", "P-521"],
    edwardsKeys: false,
    checksForm: true,
    nameConstraintsCritical: false,
    anchorForm: "webpki",
    caAsLeaf: false,
    strictPurposes: true,
    strictAlternativeNames: true,
    commonNameInNames: true,
  },
  rfc5280,
  private: { ...rfc5280, name: "private", checksForm: false, nameConstraintsCritical: false },
};
