/**
 * Mints one certificate from a recipe: RFC 5280 §4.
 *
 * The structures are those of `@peculiar/asn1-x509`, the signature is OpenSSL's. Nothing here judges:
 * a recipe may ask for what no CA may issue, because that is what the lab is for.
 */
import { createHash, randomBytes, sign } from "node:crypto";
import {
  AccessDescription,
  AlgorithmIdentifier,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  Extension,
  Extensions,
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
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { generateKeyPair, type KeyPair } from "./key.ts";
import { buildGeneralName, buildName, type Subject } from "./name.ts";

export const serverAuth = "1.3.6.1.5.5.7.3.1";
export const clientAuth = "1.3.6.1.5.5.7.3.2";
export const ocspSigning = "1.3.6.1.5.5.7.3.9";

/** What a certificate shall say. */
export interface Recipe {
  readonly subject: Subject;
  readonly notBeforeAt: number;
  readonly notAfterAt: number;
  /** Made fresh, on P-256, when left out. */
  readonly keys?: KeyPair;
  /** Subject alternative names: `dns:a.example`, `ip:127.0.0.1`. No extension when empty. */
  readonly names?: readonly string[];
  /** Basic constraints with cA true, critical; `false` leaves the extension out. */
  readonly ca?: { readonly pathLength?: number } | false;
  /** Which usages the key has; the usual ones of a CA or a server when left out. */
  readonly keyUsage?: number;
  /** OIDs; no extension when empty. */
  readonly extendedKeyUsage?: readonly string[];
  readonly nameConstraints?: {
    readonly permitted?: readonly string[];
    readonly excluded?: readonly string[];
    readonly critical: boolean;
  };
  /** Where the issuer's certificate, its OCSP responder and its CRL are published. */
  readonly published?: { readonly issuer?: string; readonly ocsp?: string; readonly crl?: string };
  /** The issuer's signature's hash; SHA-256 when left out. */
  readonly hash?: Hash;
  /** Further extensions, value in DER. */
  readonly extensions?: readonly {
    readonly oid: string;
    readonly critical: boolean;
    readonly value: Uint8Array;
  }[];
}

export type Hash = "sha1" | "sha256" | "sha384" | "sha512";

/** A certificate and its private key. */
export interface Minted {
  readonly der: Uint8Array;
  readonly keys: KeyPair;
  readonly subject: Subject;
  /** The serial number, in the DER INTEGER's content bytes. */
  readonly serial: Uint8Array;
}

/** A certificate of `recipe` signed by `issuer`, or by its own key when there is none. */
export function mintCertificate(recipe: Recipe, issuer?: Minted): Minted {
  const keys = recipe.keys ?? generateKeyPair();
  const signer = issuer?.keys ?? keys;
  const signature = signatureAlgorithm(signer, recipe.hash ?? "sha256");
  const serial = randomSerial();
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: toArrayBuffer(serial),
    signature,
    issuer: buildName(issuer?.subject ?? recipe.subject),
    validity: new Validity({
      notBefore: new Date(recipe.notBeforeAt),
      notAfter: new Date(recipe.notAfterAt),
    }),
    subject: buildName(recipe.subject),
    subjectPublicKeyInfo: AsnConvert.parse(spki(keys), SubjectPublicKeyInfo),
    extensions: new Extensions(buildExtensions(recipe, { keys, signer, selfIssued: issuer === undefined })),
  });
  const tbs = new Uint8Array(AsnConvert.serialize(tbsCertificate));
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: signature,
    signatureValue: signBytes(tbs, signer, recipe.hash ?? "sha256"),
  });
  return { der: new Uint8Array(AsnConvert.serialize(certificate)), keys, subject: recipe.subject, serial };
}

/** The DER of several certificates as PEM (RFC 7468 §5.1). */
export function renderPem(certificates: readonly Minted[]): string {
  return certificates
    .map(({ der }) => {
      const lines =
        Buffer.from(der)
          .toString("base64")
          .match(/.{1,64}/g) ?? [];
      return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
    })
    .join("");
}

/** RFC 5280 §4.2.1.2 (1): SHA-1 of the public key's bit string; a name for the key, not a safeguard. */
export function keyIdentifier(keys: KeyPair): Uint8Array {
  const { subjectPublicKey } = AsnConvert.parse(spki(keys), SubjectPublicKeyInfo);
  return createHash("sha1").update(new Uint8Array(subjectPublicKey)).digest();
}

/** The algorithm identifier of a signature by `signer` (RFC 5758 §3.2; RFC 4055 §5). */
export function signatureAlgorithm(signer: KeyPair, hash: Hash): AlgorithmIdentifier {
  // RFC 4055 §5: the parameters of the RSA algorithms are NULL; RFC 5758 §3.2: those of ECDSA are absent.
  return signer.privateKey.asymmetricKeyType === "rsa"
    ? new AlgorithmIdentifier({ algorithm: rsaSignatures[hash], parameters: null })
    : new AlgorithmIdentifier({ algorithm: ecdsaSignatures[hash] });
}

/** The signature of `signer` over `bytes`. */
export function signBytes(bytes: Uint8Array, signer: KeyPair, hash: Hash): ArrayBuffer {
  return toArrayBuffer(sign(hash, bytes, signer.privateKey));
}

const rsaSignatures: Readonly<Record<Hash, string>> = {
  sha1: "1.2.840.113549.1.1.5",
  sha256: "1.2.840.113549.1.1.11",
  sha384: "1.2.840.113549.1.1.12",
  sha512: "1.2.840.113549.1.1.13",
};

const ecdsaSignatures: Readonly<Record<Hash, string>> = {
  sha1: "1.2.840.10045.4.1",
  sha256: "1.2.840.10045.4.3.2",
  sha384: "1.2.840.10045.4.3.3",
  sha512: "1.2.840.10045.4.3.4",
};

interface Parties {
  readonly keys: KeyPair;
  readonly signer: KeyPair;
  readonly selfIssued: boolean;
}

function buildExtensions(recipe: Recipe, { keys, signer, selfIssued }: Parties): Extension[] {
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
  const usual =
    ca === false ? KeyUsageFlags.digitalSignature : KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
  add(id_ce_keyUsage, true, new KeyUsage(recipe.keyUsage ?? usual));
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

/** RFC 5280 §4.1.2.2: positive, at most 20 octets; CA/Browser baseline §7.1: 64 bits of randomness. */
function randomSerial(): Uint8Array {
  const serial = new Uint8Array(randomBytes(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40; // The first octet neither negative nor zero.
  return serial;
}

function spki(keys: KeyPair): Uint8Array {
  return keys.publicKey.export({ type: "spki", format: "der" });
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
