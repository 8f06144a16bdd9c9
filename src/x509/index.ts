/** X.509: certificates, names, extensions, PEM. Parses and describes; believes nothing. */
export type { HashName, SignatureAlgorithm, SignatureScheme } from "./algorithm.ts";
export { readCertificateBag } from "./file/certificate-bag.ts";
export {
  type CertificateFile,
  certificatesIn,
  type DamagedCertificate,
  type FoundCertificate,
  readCertificateFile,
} from "./file/certificate-file.ts";
export { adviseForm, type FileForm } from "./file/form.ts";
export { archiveForm } from "./file/forms.ts";
export {
  type Certificate,
  fingerprint,
  parseCertificate,
  type ParsedCertificate,
  type Sha256,
} from "./certificate.ts";
export { extensionNames } from "./certificate-extensions.ts";
export {
  type AccessDescription,
  type DistributionPoint,
  type KeyUsage,
  keyUsageNames,
  type NameConstraints,
} from "./extension-values.ts";
export { type GeneralName, renderGeneralName } from "./general-name.ts";
export { parseIpAddress, renderIpAddress } from "./ip-address.ts";
export { maxCertificateBytes, maxCrlBytes, maxExtensions, maxOcspBytes, maxPemBytes } from "./limits.ts";
export {
  attributeValues,
  commonNameOid,
  emailAddressOid,
  equalNames,
  type Name,
  parseName,
  readName,
} from "./name.ts";
export { anyPolicyOid, extensionOid, purposeOid, renderPurpose } from "./oids.ts";
export { namesApart } from "./names-apart.ts";
export { parsePem, writePem } from "./file/pem.ts";
export {
  describeComplaint,
  explainComplaint,
  plainLabels,
  type PemComplaint,
  type PemComplaintKind,
  rankComplaints,
  weighComplaint,
} from "./file/complaint.ts";
export { isSpkiPin, spkiPin } from "./pin.ts";
export {
  keyTypeOf,
  readSubjectPublicKeyInfo,
  type SubjectKey,
  type SubjectPublicKeyInfo,
} from "./subject-public-key.ts";
export { leafUnder } from "./stand-in.ts";
export { escapeControls } from "./text.ts";
export { type OcspResponse, parseOcspResponse, type SingleResponse } from "./ocsp-response.ts";
export {
  type CertificateRevocationList,
  type IssuingDistributionPoint,
  parseCrl,
} from "./revocation-list.ts";
