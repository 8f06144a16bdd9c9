/** What the versions of mbedTLS have in common, and where they differ. */
import { extensionOid } from "../../x509/index.ts";
import type { NameRules } from "../names.ts";
import type { CheckFact, CheckName, DeviceProfile } from "../profile.ts";
import type { MbedtlsOptions } from "../strategies/mbedtls.ts";
import { explainUnparsed } from "../strategies/mbedtls-parse.ts";
import { mbedtlsPem } from "./pem-readers.ts";
import { othersFormats } from "./read-formats.ts";

/** Extensions that mbedTLS 2.28 parses; a critical one beyond them makes the certificate unreadable. */
const understoodBy2: readonly string[] = [
  extensionOid.basicConstraints,
  extensionOid.keyUsage,
  extensionOid.extendedKeyUsage,
  extensionOid.subjectAltName,
  "2.16.840.1.113730.1.1",
  extensionOid.certificatePolicies,
];

export const dnsNames: NameRules = {
  kinds: "dns",
  commonName: "without-names",
  wildcard: "label",
  wildcardIsPlain: false,
  labelsAfterWildcard: 1,
  dropsFinalDot: false,
  mindsCase: false,
  skipsAddresses: false,
};

const allCurves: readonly string[] = [
  "P-192",
  "P-224",
  "P-256",
  "P-384",
  "P-521",
  "secp256k1",
  "brainpoolP256r1",
  "brainpoolP384r1",
  "brainpoolP512r1",
];

/** mbedTLS 2.28 as Debian builds it: mbedtls_x509_crt_profile_default with dates. */
export const mbedtls2: MbedtlsOptions = {
  dates: true,
  hashes: ["sha224", "sha256", "sha384", "sha512"],
  minRsaBits: 2048,
  curves: allCurves,
  unparsedCurves: [],
  understood: understoodBy2,
  names: dnsNames,
  maxIntermediates: 8,
  maxMessageBytes: 16_384,
  tooLong: "-0x7080",
};

/** mbedTLS 3.6: stronger hashes and curves, key identifiers understood, addresses and URIs compared as such. */
export const mbedtls3: MbedtlsOptions = {
  ...mbedtls2,
  hashes: ["sha256", "sha384", "sha512"],
  curves: ["P-256", "P-384", "P-521", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"],
  understood: [...understoodBy2, extensionOid.authorityKeyIdentifier, extensionOid.subjectKeyIdentifier],
  names: { ...dnsNames, kinds: "dns+ip+uri" },
  tooLong: "-0x7100",
};

/** mbedTLS 4: no curves below 250 bits. */
export const mbedtls4: MbedtlsOptions = {
  ...mbedtls3,
  unparsedCurves: ["P-192", "P-224", "secp192k1", "secp224k1"],
};

const yes: CheckFact = { made: "yes" };
const no: CheckFact = { made: "no" };

/** What mbedTLS checks when dates are compiled in. */
export const mbedtlsChecks: Readonly<Record<CheckName, CheckFact>> = {
  signatures: yes,
  dates: yes,
  anchorDates: yes,
  hostName: yes,
  addresses: yes,
  basicConstraints: yes,
  pathLength: yes,
  keyUsage: yes,
  purpose: { made: "partly", note: "of the server's certificate alone, not of CAs" },
  nameConstraints: { made: "no", note: "a CA whose constraints are critical is refused altogether" },
  criticalExtensions: yes,
  weakHashes: yes,
  weakKeys: yes,
  revocation: no,
};

export const undated: Readonly<Record<CheckName, CheckFact>> = {
  ...mbedtlsChecks,
  dates: no,
  anchorDates: no,
};

export const greedy: string =
  "For each certificate it looks among its CA certificates first and then among those sent after it; the first that fits is kept, and there is no way back. A chain out of order fails.";

export const mbedtlsFileRules: DeviceProfile["fileRules"] = {
  ...mbedtlsPem,
  refusesFormats: othersFormats(),
  refuse: (certificate) => explainUnparsed(certificate, mbedtls3),
  takesIntermediates: true,
  checksAnchorDates: true,
  passesOverExpired: true,
  firstOfNameOnly: false,
};
