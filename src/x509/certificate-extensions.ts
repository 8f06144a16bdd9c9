/** The extensions of a certificate, each opened when it is first asked for. */
import { type Extension, type ExtensionField, openExtension } from "./extension.ts";
import {
  type AccessDescription,
  type AuthorityKeyIdentifier,
  type BasicConstraints,
  type DistributionPoint,
  type KeyUsage,
  type NameConstraints,
  type PolicyConstraints,
  type PolicyMapping,
  readAccessDescriptions,
  readAlternativeNames,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readCertificatePolicies,
  readDistributionPoints,
  readExtendedKeyUsage,
  readInhibitAnyPolicy,
  readKeyUsage,
  readNameConstraints,
  readPolicyConstraints,
  readPolicyMappings,
  readSubjectKeyIdentifier,
  readTlsFeatures,
} from "./extension-values.ts";
import type { GeneralName } from "./general-name.ts";
import { extensionOid } from "./oids.ts";
import { readSignedCertificateTimestamps, type SignedCertificateTimestamp } from "./timestamps.ts";

/** What each extension holds. */
export interface ExtensionValues {
  readonly basicConstraints: BasicConstraints;
  readonly keyUsage: readonly KeyUsage[];
  /** Identifiers of purposes; `renderPurpose` names them. */
  readonly extendedKeyUsage: readonly string[];
  readonly subjectAltName: readonly GeneralName[];
  readonly issuerAltName: readonly GeneralName[];
  readonly nameConstraints: NameConstraints;
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier;
  /** Lower-case hexadecimal. */
  readonly subjectKeyIdentifier: string;
  readonly authorityInfoAccess: readonly AccessDescription[];
  readonly crlDistributionPoints: readonly DistributionPoint[];
  readonly certificatePolicies: readonly string[];
  readonly policyMappings: readonly PolicyMapping[];
  readonly policyConstraints: PolicyConstraints;
  readonly inhibitAnyPolicy: number;
  readonly signedCertificateTimestamps: readonly SignedCertificateTimestamp[];
  /** Numbers of TLS extensions; 5 is must-staple. */
  readonly tlsFeature: readonly number[];
}

/** An extension that is understood, by the name that RFC 5280 §4.2 gives it. */
export type ExtensionName = keyof ExtensionValues;

type Readers = {
  readonly [N in ExtensionName]: (reader: Parameters<typeof readKeyUsage>[0]) => ExtensionValues[N];
};

const readers: Readers = {
  basicConstraints: readBasicConstraints,
  keyUsage: readKeyUsage,
  extendedKeyUsage: readExtendedKeyUsage,
  subjectAltName: readAlternativeNames,
  issuerAltName: readAlternativeNames,
  nameConstraints: readNameConstraints,
  authorityKeyIdentifier: readAuthorityKeyIdentifier,
  subjectKeyIdentifier: readSubjectKeyIdentifier,
  authorityInfoAccess: readAccessDescriptions,
  crlDistributionPoints: readDistributionPoints,
  certificatePolicies: readCertificatePolicies,
  policyMappings: readPolicyMappings,
  policyConstraints: readPolicyConstraints,
  inhibitAnyPolicy: readInhibitAnyPolicy,
  signedCertificateTimestamps: readSignedCertificateTimestamps,
  tlsFeature: readTlsFeatures,
};

/** Every name of an extension that can be opened. */
export const extensionNames: readonly ExtensionName[] = Object.keys(readers) as ExtensionName[];

/** The extensions of one certificate. */
export class CertificateExtensions {
  /** Each as it stands, in order, the unknown ones too. */
  readonly all: readonly ExtensionField[];
  readonly #opened = new Map<ExtensionName, Extension<unknown>>();

  constructor(all: readonly ExtensionField[]) {
    this.all = all;
  }

  /** The extension opened: its value or its malformation; `undefined` where the certificate has none. */
  get<N extends ExtensionName>(name: N): Extension<ExtensionValues[N]> | undefined {
    const known = this.#opened.get(name);
    if (known !== undefined) return known as Extension<ExtensionValues[N]>;
    const field = this.find(extensionOid[name]);
    if (field === undefined) return undefined;
    const opened = openExtension<ExtensionValues[N]>(field, readers[name]);
    this.#opened.set(name, opened);
    return opened;
  }

  /** The value of an extension; `undefined` where there is none or it is malformed. */
  value<N extends ExtensionName>(name: N): ExtensionValues[N] | undefined {
    return this.get(name)?.value;
  }

  /** An extension as it stands. */
  find(oid: string): ExtensionField | undefined {
    for (const field of this.all) if (field.oid === oid) return field;
    return undefined;
  }
}
