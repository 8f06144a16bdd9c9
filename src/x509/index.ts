/** X.509: certificates, names, extensions, PEM. Parses and describes; believes nothing. */
export {
  type AlgorithmIdentifier,
  type HashName,
  readAlgorithmIdentifier,
  type SignatureAlgorithm,
  type SignatureScheme,
} from "./algorithm.ts";
export { readCertificateBag } from "./certificate-bag.ts";
export {
  type Certificate,
  fingerprint,
  parseCertificate,
  type ParsedCertificate,
  type Sha256,
} from "./certificate.ts";
export {
  CertificateExtensions,
  extensionNames,
  type ExtensionName,
  type ExtensionValues,
} from "./certificate-extensions.ts";
export type { Extension, ExtensionField } from "./extension.ts";
export {
  type AccessDescription,
  type AuthorityKeyIdentifier,
  type BasicConstraints,
  type DistributionPoint,
  type DistributionPointName,
  type KeyUsage,
  keyUsageNames,
  type NameConstraints,
  type PolicyConstraints,
  type PolicyMapping,
  type RevocationFlag,
} from "./extension-values.ts";
export { type GeneralName, type OtherForm, renderGeneralName } from "./general-name.ts";
export { parseIpAddress, renderIpAddress } from "./ip-address.ts";
export { maxCertificateBytes, maxCrlBytes, maxExtensions, maxOcspBytes, maxPemBytes } from "./limits.ts";
export {
  attributeValues,
  commonNameOid,
  emailAddressOid,
  equalNames,
  type Name,
  type NameAttribute,
  readName,
} from "./name.ts";
export { anyPolicyOid, extensionOid, purposeOid, renderPurpose } from "./oids.ts";
export {
  parsePem,
  type PemBlock,
  type PemComplaint,
  type PemComplaintKind,
  type PemFile,
  writePem,
} from "./pem.ts";
export { isSpkiPin, spkiPin } from "./pin.ts";
export {
  readSubjectPublicKeyInfo,
  renderKey,
  type SubjectKey,
  type SubjectPublicKeyInfo,
} from "./subject-public-key.ts";
export { escapeControls } from "./text.ts";
export type { SignedCertificateTimestamp } from "./timestamps.ts";
export {
  type OcspResponder,
  type OcspResponse,
  type ParsedOcspResponse,
  parseOcspResponse,
  type SingleResponse,
} from "./ocsp-response.ts";
export {
  type CertificateRevocationList,
  type IssuingDistributionPoint,
  parseCrl,
  type ParsedCrl,
  type RevocationReason,
  type RevokedEntry,
} from "./revocation-list.ts";
