/** X.509 for users of the package: certificates, PEM files, CRLs and OCSP responses, read and described. */
export type { SignatureAlgorithm } from "./algorithm.ts";
export {
  type Certificate,
  fingerprint,
  parseCertificate,
  type ParsedCertificate,
  type Sha256,
} from "./certificate.ts";
export type { CertificateExtensions, ExtensionName, ExtensionValues } from "./certificate-extensions.ts";
export { type GeneralName, renderGeneralName } from "./general-name.ts";
export type { Name, NameAttribute } from "./name.ts";
export { type OcspResponse, type ParsedOcspResponse, parseOcspResponse } from "./ocsp-response.ts";
export type { PemComplaint } from "./file/complaint.ts";
export { parsePem, type PemBlock, type PemFile, writePem } from "./file/pem.ts";
export { isSpkiPin, spkiPin } from "./pin.ts";
export { type CertificateRevocationList, parseCrl, type ParsedCrl } from "./revocation-list.ts";
export { renderKey, type SubjectKey } from "./subject-public-key.ts";
