/** The extensions of a certificate, from its shape. */
import {
  constructedTag,
  writeBoolean,
  writeConstructed,
  writeElement,
  writeInteger,
  writeNamedBits,
  writeOctetString,
  writeOid,
  writePrimitive,
  writeSequence,
} from "../../src/der/index.ts";
import { extensionOid, keyUsageNames, purposeOid } from "../../src/x509/index.ts";
import type { Shape } from "./shape.ts";
import { generalName } from "./names.ts";

/** Names of the keys, for the two extensions that carry them. */
export interface KeyIds {
  readonly own: Uint8Array;
  readonly issuer: Uint8Array | undefined;
}

/** An extension as it stands in a certificate. */
export function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  return writeSequence(writeOid(oid), ...(critical ? [writeBoolean(true)] : []), writeOctetString(value));
}

export function extensionsOf(shape: Shape, keyIds: KeyIds): readonly Uint8Array[] {
  if ((shape.version ?? 3) < 3) return [];
  const list = [
    ...basicExtensions(shape),
    ...nameExtensions(shape),
    ...policyExtensions(shape),
    ...keyIdExtensions(shape, keyIds),
    ...(shape.extra ?? []),
  ];
  return list.length === 0 ? [] : [writeConstructed(3, writeSequence(...list))];
}

function basicExtensions(shape: Shape): readonly Uint8Array[] {
  const list: Uint8Array[] = [];
  const { ca, usages, purposes } = shape;
  if (ca !== undefined && ca !== null) {
    const value = writeSequence(
      ...(ca ? [writeBoolean(true)] : []),
      ...(shape.pathLength === undefined ? [] : [writeInteger(shape.pathLength)]),
    );
    list.push(extension(extensionOid.basicConstraints, shape.caCritical ?? true, value));
  }
  if (usages) {
    const bits = usages.map((usage) => keyUsageNames.indexOf(usage));
    list.push(extension(extensionOid.keyUsage, true, writeNamedBits(bits)));
  }
  if (purposes) {
    const oids = new Map<string, string>(Object.entries(purposeOid));
    const value = writeSequence(...purposes.map((purpose) => writeOid(oids.get(purpose) ?? purpose)));
    list.push(extension(extensionOid.extendedKeyUsage, shape.purposesCritical ?? false, value));
  }
  return list;
}

function nameExtensions(shape: Shape): readonly Uint8Array[] {
  const list: Uint8Array[] = [];
  const { names, permit, exclude } = shape;
  if (names) {
    const value = writeSequence(...names.map(generalName));
    list.push(extension(extensionOid.subjectAltName, shape.namesCritical ?? false, value));
  }
  if (permit !== undefined || exclude !== undefined) {
    const subtrees = (number: number, bases: readonly string[] | undefined): readonly Uint8Array[] =>
      bases === undefined
        ? []
        : [writeElement(constructedTag(number), ...bases.map((base) => writeSequence(generalName(base))))];
    const value = writeSequence(...subtrees(0, permit), ...subtrees(1, exclude));
    list.push(extension(extensionOid.nameConstraints, shape.constraintsCritical ?? true, value));
  }
  return list;
}

function policyExtensions(shape: Shape): readonly Uint8Array[] {
  const list: Uint8Array[] = [];
  if (shape.policies !== undefined) {
    const value = writeSequence(...shape.policies.map((oid) => writeSequence(writeOid(oid))));
    list.push(extension(extensionOid.certificatePolicies, false, value));
  }
  if (shape.mappings !== undefined) {
    const value = writeSequence(
      ...shape.mappings.map(([from, to]) => writeSequence(writeOid(from), writeOid(to))),
    );
    list.push(extension(extensionOid.policyMappings, true, value));
  }
  const skips = [shape.requireExplicitPolicy, shape.inhibitPolicyMapping].flatMap((count, number) =>
    count === undefined ? [] : [writePrimitive(number, Uint8Array.of(count))],
  );
  if (skips.length > 0) {
    const isCritical = shape.policyConstraintsCritical ?? true;
    list.push(extension(extensionOid.policyConstraints, isCritical, writeSequence(...skips)));
  }
  if (shape.inhibitAnyPolicy !== undefined) {
    const isCritical = shape.inhibitAnyPolicyCritical ?? true;
    list.push(extension(extensionOid.inhibitAnyPolicy, isCritical, writeInteger(shape.inhibitAnyPolicy)));
  }
  return list;
}

function keyIdExtensions(shape: Shape, keyIds: KeyIds): readonly Uint8Array[] {
  const list: Uint8Array[] = [];
  const own = shape.subjectKeyId === undefined ? keyIds.own : shape.subjectKeyId;
  const above = shape.authorityKeyId === undefined ? keyIds.issuer : shape.authorityKeyId;
  if (own !== null) list.push(extension(extensionOid.subjectKeyIdentifier, false, writeOctetString(own)));
  if (above !== null && above !== undefined) {
    list.push(extension(extensionOid.authorityKeyIdentifier, false, writeSequence(writePrimitive(0, above))));
  }
  return list;
}
