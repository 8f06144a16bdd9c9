/**
 * Certificate revocation lists: RFC 5280 §5.
 *
 * What the profile demands of every list (nextUpdate, the form of times, version) is demanded here: other bytes
 * are not CRLs. Whether a CRL may be used for a certificate is decided in `trust`.
 */
import { equalBytes } from "../core/index.ts";
import { DerReader, type Malformation, tag } from "../der/index.ts";
import { readSignatureAlgorithm, type SignatureAlgorithm } from "./algorithm.ts";
import { type Extension, type ExtensionField, openExtension, readExtensions } from "./extension.ts";
import {
  type DistributionPointName,
  readDistributionPointName,
  readNamedBits,
  type RevocationFlag,
  revocationFlags,
} from "./extension-values.ts";
import { maxCrlBytes } from "./limits.ts";
import { type Name, readName } from "./name.ts";
import { extensionOid } from "./oids.ts";
import { renderSerial } from "./serial.ts";
import { readTime } from "./time.ts";

/** §5.3.1, in the order of the numbers; 7 is not used. */
const reasons = [
  "unspecified",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  undefined,
  "removeFromCRL",
  "privilegeWithdrawn",
  "aACompromise",
] as const;
export type RevocationReason = Exclude<(typeof reasons)[number], undefined>;

export interface RevokedEntry {
  readonly revokedAt: number;
  readonly reason: RevocationReason;
}

/** §5.2.5: which certificates and reasons the list covers. */
export interface IssuingDistributionPoint {
  readonly name: DistributionPointName | undefined;
  readonly onlyUserCertificates: boolean;
  readonly onlyCaCertificates: boolean;
  readonly onlySomeReasons: readonly RevocationFlag[] | undefined;
  readonly isIndirect: boolean;
  readonly onlyAttributeCertificates: boolean;
}

/** A CRL (RFC 5280 §5). Its signature is not checked by parsing it. */
export interface CertificateRevocationList {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdateAt: number;
  readonly nextUpdateAt: number;
  /** By serial number, as `Certificate.serial` writes it. */
  readonly entries: ReadonlyMap<string, RevokedEntry>;
  /** A serial number that stands twice, if one does. */
  readonly duplicate: string | undefined;
  /** A critical extension of an entry that is not known, if there is one: the list must then not be used (§5.3). */
  readonly unknownCriticalEntry: string | undefined;
  readonly extensions: readonly ExtensionField[];
  readonly issuingDistributionPoint: Extension<IssuingDistributionPoint> | undefined;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly algorithmsAgree: boolean;
  readonly signature: Uint8Array;
}

/** A CRL, or where its bytes are malformed. */
export type ParsedCrl =
  | { readonly ok: true; readonly crl: CertificateRevocationList }
  | { readonly ok: false; readonly malformation: Malformation };

/** Parses one CRL, DER. Never throws. */
export function parseCrl(der: Uint8Array): ParsedCrl {
  if (der.length > maxCrlBytes.value) {
    return { ok: false, malformation: { reason: `longer than ${maxCrlBytes.value} bytes`, offset: 0 } };
  }
  const reader = DerReader.over(der);
  const crl = readCrl(reader, der);
  reader.finish();
  const { malformation } = reader;
  return malformation === undefined ? { ok: true, crl } : { ok: false, malformation };
}

/** The reason for a number of CRLReason, or `undefined` (§5.3.1). */
export function revocationReason(number: number): RevocationReason | undefined {
  return reasons[number];
}

function readCrl(reader: DerReader, der: Uint8Array): CertificateRevocationList {
  const outer = reader.enterSequence();
  const start = outer.offset;
  const fields = outer.enterSequence();
  const tbs = der.subarray(start, outer.offset);
  const isVersion2 = fields.peekTag() === tag.integer;
  if (isVersion2 && fields.readSmallInteger() !== 1) fields.fail("a CRL's version is neither 1 nor 2", start);
  const innerAlgorithm = fields.readElement();
  const issuer = readName(fields);
  const thisUpdateAt = readUpdate(fields);
  const nextUpdateAt = readUpdate(fields);
  const revoked = readEntries(fields.enterOptional(tag.sequence));
  const wrapped = fields.enterOptional(0xa0);
  const extensions = wrapped === undefined ? [] : readExtensions(wrapped.enterSequence());
  wrapped?.finish();
  if (wrapped !== undefined && !isVersion2) fields.fail("a CRL of version 1 has extensions", start);
  fields.finish();
  const signatureAlgorithm = readSignatureAlgorithm(outer);
  const signature = outer.readBitString();
  outer.finish();
  const scope = extensions.find(({ oid }) => oid === extensionOid.issuingDistributionPoint);
  return {
    der,
    tbs,
    issuer,
    thisUpdateAt,
    nextUpdateAt,
    ...revoked,
    extensions,
    issuingDistributionPoint:
      scope === undefined ? undefined : openExtension(scope, readIssuingDistributionPoint),
    signatureAlgorithm,
    algorithmsAgree: equalBytes(innerAlgorithm.bytes, signatureAlgorithm.der),
    signature: signature.bytes,
  };
}

/** §5.1.2.4, §5.1.2.5: both are there, and UTCTime through 2049. */
function readUpdate(fields: DerReader): number {
  const { offset } = fields;
  const { at, isConforming } = readTime(fields);
  if (!isConforming) fields.fail("a time before 2050 is not a UTCTime", offset);
  return at;
}

type Entries = Pick<CertificateRevocationList, "entries" | "duplicate" | "unknownCriticalEntry">;

function readEntries(list: DerReader | undefined): Entries {
  const entries = new Map<string, RevokedEntry>();
  let duplicate: string | undefined;
  let unknownCriticalEntry: string | undefined;
  if (list === undefined) return { entries, duplicate, unknownCriticalEntry };
  while (!list.isDone) {
    const fields = list.enterSequence();
    const serial = renderSerial(fields.readInteger());
    const { at: revokedAt } = readTime(fields);
    let reason: RevocationReason = "unspecified";
    const extensions = fields.enterOptional(tag.sequence);
    for (const field of extensions === undefined ? [] : readExtensions(extensions)) {
      if (field.oid === extensionOid.reasonCode) reason = readReason(fields, field);
      // certificateIssuer is critical and belongs to indirect lists, which are not used.
      else if (field.critical) unknownCriticalEntry ??= field.oid;
    }
    fields.finish();
    if (entries.has(serial)) duplicate ??= serial;
    entries.set(serial, { revokedAt, reason });
  }
  return { entries, duplicate, unknownCriticalEntry };
}

function readReason(fields: DerReader, field: ExtensionField): RevocationReason {
  const opened = openExtension(field, (reader) => revocationReason(reader.readSmallInteger(tag.enumerated)));
  if (opened.value === undefined) fields.fail("a reasonCode is none", field.offset);
  return opened.value ?? "unspecified";
}

function readIssuingDistributionPoint(reader: DerReader): IssuingDistributionPoint {
  const fields = reader.enterSequence();
  const name = readDistributionPointName(fields.enterOptional(0xa0));
  const flag = (expected: number): boolean => fields.peekTag() === expected && fields.readBoolean(expected);
  const onlyUserCertificates = flag(0x81);
  const onlyCaCertificates = flag(0x82);
  const onlySomeReasons =
    fields.peekTag() === 0x83 ? readNamedBits(fields, revocationFlags, 0x83) : undefined;
  const isIndirect = flag(0x84);
  const onlyAttributeCertificates = flag(0x85);
  fields.finish();
  return {
    name,
    onlyUserCertificates,
    onlyCaCertificates,
    onlySomeReasons,
    isIndirect,
    onlyAttributeCertificates,
  };
}
