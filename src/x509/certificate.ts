/**
 * Certificates: RFC 5280 §4.1.
 *
 * Decides only whether the bytes are a certificate. Whether it may be believed is the business of `trust`:
 * an extension with malformed content, two algorithm fields that differ or a wrong version are kept as facts.
 */
import { equalBytes, renderHex } from "../core/index.ts";
import { DerReader, type Malformation, tag } from "../der/index.ts";
import { readSignatureAlgorithm, type SignatureAlgorithm } from "./algorithm.ts";
import { CertificateExtensions } from "./certificate-extensions.ts";
import { readExtensions } from "./extension.ts";
import { maxCertificateBytes } from "./limits.ts";
import { equalNames, type Name, readName } from "./name.ts";
import { renderSerial } from "./serial.ts";
import { readSubjectPublicKeyInfo, type SubjectPublicKeyInfo } from "./subject-public-key.ts";
import { readTime } from "./time.ts";

/** A certificate, read strictly as DER (RFC 5280 §4.1). Extensions are opened when they are first asked for. */
export interface Certificate {
  /** The whole certificate. */
  readonly der: Uint8Array;
  /** The part that is signed. */
  readonly tbs: Uint8Array;
  /** 1, 2 or 3, as people count. */
  readonly version: number;
  /** Lower-case hexadecimal; `-` before a negative one. */
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBeforeAt: number;
  readonly notAfterAt: number;
  /** Whether both times stand in the form that RFC 5280 §4.1.2.5 sets for their years. */
  readonly timesConform: boolean;
  readonly spki: SubjectPublicKeyInfo;
  /** The outer field, which the signature is checked with. */
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** Whether the field inside says the same (RFC 5280 §4.1.1.2). */
  readonly algorithmsAgree: boolean;
  readonly signature: Uint8Array;
  readonly extensions: CertificateExtensions;
  /** Whether issuer and subject are the same name (RFC 5280 §3.2). */
  readonly isSelfIssued: boolean;
}

/** A certificate, or where its bytes are malformed. */
export type ParsedCertificate =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly malformation: Malformation };

/** Parses one certificate. The bytes are kept, not copied: do not change them afterwards. Never throws. */
export function parseCertificate(der: Uint8Array): ParsedCertificate {
  if (der.length > maxCertificateBytes.value) {
    return {
      ok: false,
      malformation: { reason: `longer than ${maxCertificateBytes.value} bytes`, offset: 0 },
    };
  }
  const reader = DerReader.over(der);
  const certificate = readCertificate(reader, der);
  reader.finish();
  const { malformation } = reader;
  return malformation === undefined ? { ok: true, certificate } : { ok: false, malformation };
}

function readCertificate(reader: DerReader, der: Uint8Array): Certificate {
  const outer = reader.enterSequence();
  const start = outer.offset;
  const fields = outer.enterSequence();
  const tbs = der.subarray(start, outer.offset);
  const version = readVersion(fields.enterOptional(0xa0));
  const serial = renderSerial(fields.readInteger());
  const innerAlgorithm = fields.readElement();
  const issuer = readName(fields);
  const validity = fields.enterSequence();
  const notBefore = readTime(validity);
  const notAfter = readTime(validity);
  validity.finish();
  const subject = readName(fields);
  const spki = readSubjectPublicKeyInfo(fields);
  // RFC 5280 §4.1.2.8: unique identifiers, which nobody uses.
  for (const identifier of [0x81, 0x82])
    if (fields.peekTag() === identifier) fields.readBitString(identifier);
  const wrapped = fields.enterOptional(0xa3);
  const extensions = wrapped === undefined ? [] : readExtensions(wrapped.enterSequence());
  wrapped?.finish();
  fields.finish();
  const signatureAlgorithm = readSignatureAlgorithm(outer);
  const signature = outer.readBitString();
  if (signature.unusedBits !== 0) outer.fail("the signature is not a whole number of bytes");
  outer.finish();
  return {
    der,
    tbs,
    version,
    serial,
    issuer,
    subject,
    notBeforeAt: notBefore.at,
    notAfterAt: notAfter.at,
    timesConform: notBefore.isConforming && notAfter.isConforming,
    spki,
    signatureAlgorithm,
    algorithmsAgree: equalBytes(innerAlgorithm.bytes, signatureAlgorithm.der),
    signature: signature.bytes,
    extensions: new CertificateExtensions(extensions),
    isSelfIssued: equalNames(issuer, subject),
  };
}

function readVersion(reader: DerReader | undefined): number {
  if (reader === undefined) return 1;
  const { offset } = reader;
  const version = reader.readSmallInteger(tag.integer) + 1;
  reader.finish();
  if (version > 3) reader.fail(`version ${version} does not exist`, offset);
  return version;
}

/** A port that computes SHA-256. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** SHA-256 of the whole certificate, lower-case hexadecimal. */
export function fingerprint(certificate: { readonly der: Uint8Array }, sha256: Sha256): string {
  return renderHex(sha256(certificate.der));
}
