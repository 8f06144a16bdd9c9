/** The extensions of a certificate, from its recipe: RFC 5280 §4.2. */
import {
  AccessDescription,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  Extension,
  GeneralSubtree,
  GeneralSubtrees,
  id_ad_caIssuers,
  id_ad_ocsp,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_cRLDistributionPoints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_pe_authorityInfoAccess,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  NameConstraints,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from "@peculiar/asn1-x509";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { keyIdentifier, type KeyPair } from "./key.ts";
import { buildGeneralName } from "./name.ts";
import type { Recipe } from "./recipe.ts";

/** Whose certificate it is, and who signs it. */
export interface Parties {
  readonly keys: KeyPair;
  readonly signer: KeyPair;
  readonly selfIssued: boolean;
}

/** The extensions of `recipe`, in the order that certificates usually have them. */
export function buildExtensions(recipe: Recipe, { keys, signer, selfIssued }: Parties): Extension[] {
  const { ca = false, names = [], extendedKeyUsage = [], nameConstraints, published } = recipe;
  const list: Extension[] = [];
  const add = (extnID: string, critical: boolean, value: unknown): void => {
    list.push(new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) }));
  };
  if (ca !== false) {
    const { pathLength } = ca;
    add(
      id_ce_basicConstraints,
      true,
      new BasicConstraints({
        cA: true,
        ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }),
      }),
    );
  }
  add(id_ce_keyUsage, true, new KeyUsage(recipe.keyUsage ?? usualKeyUsage(ca !== false, keys)));
  if (extendedKeyUsage.length > 0) add(id_ce_extKeyUsage, false, new ExtendedKeyUsage([...extendedKeyUsage]));
  // RFC 5280 §4.2.1.6: critical when the subject is empty.
  if (names.length > 0) {
    add(
      id_ce_subjectAltName,
      recipe.subject.length === 0,
      new SubjectAlternativeName(names.map(buildGeneralName)),
    );
  }
  if (nameConstraints !== undefined) {
    add(id_ce_nameConstraints, nameConstraints.critical, buildNameConstraints(nameConstraints));
  }
  add(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(keys)));
  // RFC 5280 §4.2.1.1: may be left out of a self-signed certificate.
  if (!selfIssued) {
    const identifier = new KeyIdentifier(keyIdentifier(signer));
    add(id_ce_authorityKeyIdentifier, false, new AuthorityKeyIdentifier({ keyIdentifier: identifier }));
  }
  if (published !== undefined) addPublished(published, add);
  for (const { oid, critical, value } of recipe.extensions ?? []) {
    list.push(new Extension({ extnID: oid, critical, extnValue: new OctetString(value) }));
  }
  return list;
}

/** RFC 5280 §4.2.1.3, and RFC 3279 §2.3.1 for the RSA key exchange. */
function usualKeyUsage(isCa: boolean, { privateKey }: KeyPair): number {
  if (isCa) return KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
  const encipherment = privateKey.asymmetricKeyType === "rsa" ? KeyUsageFlags.keyEncipherment : 0;
  return KeyUsageFlags.digitalSignature | encipherment;
}

function buildNameConstraints({
  permitted = [],
  excluded = [],
}: NonNullable<Recipe["nameConstraints"]>): NameConstraints {
  const subtrees = (names: readonly string[]): GeneralSubtrees =>
    new GeneralSubtrees(names.map((name) => new GeneralSubtree({ base: buildGeneralName(name) })));
  return new NameConstraints({
    ...(permitted.length > 0 && { permittedSubtrees: subtrees(permitted) }),
    ...(excluded.length > 0 && { excludedSubtrees: subtrees(excluded) }),
  });
}

function addPublished(
  { issuer, ocsp, crl }: NonNullable<Recipe["published"]>,
  add: (oid: string, critical: boolean, value: unknown) => void,
): void {
  const access: AccessDescription[] = [];
  if (ocsp !== undefined) {
    access.push(
      new AccessDescription({ accessMethod: id_ad_ocsp, accessLocation: buildGeneralName(`uri:${ocsp}`) }),
    );
  }
  if (issuer !== undefined) {
    access.push(
      new AccessDescription({
        accessMethod: id_ad_caIssuers,
        accessLocation: buildGeneralName(`uri:${issuer}`),
      }),
    );
  }
  if (access.length > 0) add(id_pe_authorityInfoAccess, false, new AuthorityInfoAccessSyntax(access));
  if (crl !== undefined) {
    const distributionPoint = new DistributionPointName({ fullName: [buildGeneralName(`uri:${crl}`)] });
    add(
      id_ce_cRLDistributionPoints,
      false,
      new CRLDistributionPoints([new DistributionPoint({ distributionPoint })]),
    );
  }
}
