/** What each certificate extension holds, and its reader: RFC 5280 §4.2, RFC 7633. */
import { renderHex } from "../core/index.ts";
import { constructedTag, type DerReader, primitiveTag, tag } from "../der/index.ts";
import { type GeneralName, readGeneralName, readGeneralNames } from "./general-name.ts";
import { renderSerial } from "./serial.ts";

/** §4.2.1.9 */
export interface BasicConstraints {
  readonly isCa: boolean;
  readonly pathLength: number | undefined;
}

/** §4.2.1.3, in the order of the bits. */
export const keyUsageNames = [
  "digitalSignature",
  "contentCommitment",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;
export type KeyUsage = (typeof keyUsageNames)[number];

/** §4.2.1.1; `keyId` and `serial` in hexadecimal. */
export interface AuthorityKeyIdentifier {
  readonly keyId: string | undefined;
  readonly issuer: readonly GeneralName[] | undefined;
  readonly serial: string | undefined;
}

/** §4.2.1.10. DNS, email, URI, directory: a name; IP: address and mask. */
export interface NameConstraints {
  /** `undefined` where the field is left out. */
  readonly permitted: readonly GeneralName[] | undefined;
  readonly excluded: readonly GeneralName[] | undefined;
}

/** §4.2.2.1: an access method with its location. */
export interface AccessDescription {
  readonly method: string;
  readonly location: GeneralName;
}

/** §4.2.1.13 */
export interface DistributionPoint {
  readonly name: DistributionPointName | undefined;
  /** Bits of ReasonFlags that the CRL covers; `undefined` for all. */
  readonly reasons: readonly RevocationFlag[] | undefined;
  readonly crlIssuer: readonly GeneralName[] | undefined;
}

export type DistributionPointName =
  | { readonly kind: "full"; readonly names: readonly GeneralName[] }
  | { readonly kind: "relative"; readonly der: Uint8Array };

/** §4.2.1.13: ReasonFlags, in the order of the bits. */
export const revocationFlags = [
  "unused",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  "privilegeWithdrawn",
  "aACompromise",
] as const;
export type RevocationFlag = (typeof revocationFlags)[number];

/** §4.2.1.11 */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

/** §4.2.1.5 */
export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

export function readBasicConstraints(reader: DerReader): BasicConstraints {
  const fields = reader.enterSequence();
  const isCa = fields.peekTag() === tag.boolean && fields.readBoolean();
  const pathLength = fields.peekTag() === tag.integer ? fields.readSmallInteger() : undefined;
  fields.finish();
  return { isCa, pathLength };
}

export function readKeyUsage(reader: DerReader): readonly KeyUsage[] {
  return readNamedBits(reader, keyUsageNames);
}

export function readExtendedKeyUsage(reader: DerReader): readonly string[] {
  const list = reader.enterSequence();
  // §4.2.1.12: SEQUENCE SIZE (1..MAX).
  if (list.isDone) list.fail("no purpose is listed");
  const purposes: string[] = [];
  while (!list.isDone) purposes.push(list.readOid());
  return purposes;
}

export function readAlternativeNames(reader: DerReader): readonly GeneralName[] {
  return readGeneralNames(reader.enterSequence());
}

export function readSubjectKeyIdentifier(reader: DerReader): string {
  return renderHex(reader.readOctetString());
}

export function readAuthorityKeyIdentifier(reader: DerReader): AuthorityKeyIdentifier {
  const fields = reader.enterSequence();
  const keyId = fields.peekTag() === 0x80 ? renderHex(fields.readContent(0x80)) : undefined;
  const issuerNames = fields.enterOptional(0xa1);
  const issuer = issuerNames === undefined ? undefined : readGeneralNames(issuerNames);
  const serial = fields.peekTag() === 0x82 ? renderSerial(fields.readInteger(0x82)) : undefined;
  fields.finish();
  return { keyId, issuer, serial };
}

export function readNameConstraints(reader: DerReader): NameConstraints {
  const fields = reader.enterSequence();
  const permitted = readSubtrees(fields.enterOptional(constructedTag(0)));
  const excluded = readSubtrees(fields.enterOptional(constructedTag(1)));
  fields.finish();
  // §4.2.1.10: "MUST NOT issue certificates where name constraints is an empty sequence".
  if (permitted === undefined && excluded === undefined) fields.fail("neither field is there");
  return { permitted, excluded };
}

/** §4.2.1.10: "the minimum MUST be zero, and maximum MUST be absent". */
function readSubtrees(reader: DerReader | undefined): readonly GeneralName[] | undefined {
  if (reader === undefined) return undefined;
  // GeneralSubtrees ::= SEQUENCE SIZE (1..MAX).
  if (reader.isDone) reader.fail("a list of subtrees is empty");
  const bases: GeneralName[] = [];
  while (!reader.isDone) {
    const subtree = reader.enterSequence();
    bases.push(readGeneralName(subtree, "constraint"));
    if (subtree.peekTag() === primitiveTag(0) && subtree.readSmallInteger(primitiveTag(0)) !== 0) {
      subtree.fail("a subtree has a minimum");
    }
    subtree.finish();
  }
  return bases;
}

export function readAccessDescriptions(reader: DerReader): readonly AccessDescription[] {
  const list = reader.enterSequence();
  // §4.2.2.1: SEQUENCE SIZE (1..MAX).
  if (list.isDone) list.fail("no access is described");
  const descriptions: AccessDescription[] = [];
  while (!list.isDone) {
    const pair = list.enterSequence();
    descriptions.push({ method: pair.readOid(), location: readGeneralName(pair) });
    pair.finish();
  }
  return descriptions;
}

export function readDistributionPoints(reader: DerReader): readonly DistributionPoint[] {
  const list = reader.enterSequence();
  if (list.isDone) list.fail("no distribution point is listed");
  const points: DistributionPoint[] = [];
  while (!list.isDone) {
    const fields = list.enterSequence();
    const name = readDistributionPointName(fields.enterOptional(0xa0));
    const reasons = fields.peekTag() === 0x81 ? readNamedBits(fields, revocationFlags, 0x81) : undefined;
    const issuerNames = fields.enterOptional(0xa2);
    fields.finish();
    const crlIssuer = issuerNames === undefined ? undefined : readGeneralNames(issuerNames);
    // §4.2.1.13: "either distributionPoint or cRLIssuer MUST be present".
    if (name === undefined && crlIssuer === undefined) fields.fail("a distribution point is empty");
    points.push({ name, reasons, crlIssuer });
  }
  return points;
}

/** Takes a DistributionPointName, whose EXPLICIT tag is already entered. */
export function readDistributionPointName(reader: DerReader | undefined): DistributionPointName | undefined {
  if (reader === undefined) return undefined;
  const full = reader.enterOptional(0xa0);
  if (full !== undefined) {
    const names = readGeneralNames(full);
    reader.finish();
    return { kind: "full", names };
  }
  const element = reader.readElement();
  if (element.tag !== 0xa1) reader.fail("a distribution point's name is of an unknown form", element.offset);
  reader.finish();
  return { kind: "relative", der: element.bytes };
}

/** Policy identifiers; qualifiers are passed over. */
export function readCertificatePolicies(reader: DerReader): readonly string[] {
  const list = reader.enterSequence();
  if (list.isDone) list.fail("no policy is listed");
  const policies = new Set<string>();
  while (!list.isDone) {
    const information = list.enterSequence();
    const oid = information.readOid();
    information.enterOptional(tag.sequence);
    information.finish();
    // §4.2.1.4: "A certificate policy OID MUST NOT appear more than once".
    if (policies.has(oid)) list.fail(`the policy ${oid} stands twice`);
    policies.add(oid);
  }
  return [...policies];
}

export function readPolicyMappings(reader: DerReader): readonly PolicyMapping[] {
  const list = reader.enterSequence();
  if (list.isDone) list.fail("no mapping is listed");
  const mappings: PolicyMapping[] = [];
  while (!list.isDone) {
    const pair = list.enterSequence();
    mappings.push({ issuerDomainPolicy: pair.readOid(), subjectDomainPolicy: pair.readOid() });
    pair.finish();
  }
  return mappings;
}

export function readPolicyConstraints(reader: DerReader): PolicyConstraints {
  const fields = reader.enterSequence();
  const requireExplicitPolicy = fields.peekTag() === 0x80 ? fields.readSmallInteger(0x80) : undefined;
  const inhibitPolicyMapping = fields.peekTag() === 0x81 ? fields.readSmallInteger(0x81) : undefined;
  fields.finish();
  // §4.2.1.11: "MUST NOT issue certificates where policy constraints is an empty sequence".
  if (requireExplicitPolicy === undefined && inhibitPolicyMapping === undefined)
    fields.fail("no constraint is set");
  return { requireExplicitPolicy, inhibitPolicyMapping };
}

export function readInhibitAnyPolicy(reader: DerReader): number {
  return reader.readSmallInteger();
}

/** RFC 7633 §4: numbers of TLS extensions; 5 (status_request) is what people call must-staple. */
export function readTlsFeatures(reader: DerReader): readonly number[] {
  const list = reader.enterSequence();
  const features: number[] = [];
  while (!list.isDone) features.push(list.readSmallInteger());
  return features;
}

/** Names of the bits that are set. */
export function readNamedBits<T extends string>(
  reader: DerReader,
  names: readonly T[],
  expected: number = tag.bitString,
): readonly T[] {
  const { bytes } = reader.readBitString(expected);
  return names.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}
