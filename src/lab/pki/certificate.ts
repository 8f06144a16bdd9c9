/**
 * Mints one certificate from a recipe: RFC 5280 §4.
 *
 * The structures are those of `@peculiar/asn1-x509`, the signature is OpenSSL's. Nothing here judges:
 * a recipe may ask for what no CA may issue, because that is what the lab is for.
 */
import { randomBytes } from "node:crypto";
import { Extensions, SubjectPublicKeyInfo, TBSCertificate, Validity, Version } from "@peculiar/asn1-x509";
import { AsnConvert } from "@peculiar/asn1-schema";
import { writeBitString, writeSequence } from "../../der/index.ts";
import { buildExtensions } from "./extensions.ts";
import { generateKeyPair, writePublicKey, type KeyPair } from "./key.ts";
import { buildName } from "./name.ts";
import type { Recipe, Subject } from "./recipe.ts";
import { signatureAlgorithm, signBytes } from "./signature.ts";

/** RFC 5280 §4.2.1.12. */
export const serverAuth = "1.3.6.1.5.5.7.3.1";
export const clientAuth = "1.3.6.1.5.5.7.3.2";

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
    serialNumber: new Uint8Array(serial).buffer,
    signature,
    issuer: buildName(issuer?.subject ?? recipe.subject),
    validity: new Validity({
      notBefore: new Date(recipe.notBeforeAt),
      notAfter: new Date(recipe.notAfterAt),
    }),
    subject: buildName(recipe.subject),
    subjectPublicKeyInfo: AsnConvert.parse(writePublicKey(keys), SubjectPublicKeyInfo),
    extensions: new Extensions(buildExtensions(recipe, { keys, signer, selfIssued: issuer === undefined })),
  });
  const plain = new Uint8Array(AsnConvert.serialize(tbsCertificate));
  const tbs = recipe.amend?.(plain) ?? plain;
  const der = writeSequence(
    tbs,
    new Uint8Array(AsnConvert.serialize(signature)),
    writeBitString(new Uint8Array(signBytes(tbs, signer, recipe.hash ?? "sha256"))),
  );
  return { der, keys, subject: recipe.subject, serial };
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets; CA/Browser baseline §7.1: 64 bits of randomness. */
function randomSerial(): Uint8Array {
  const serial = new Uint8Array(randomBytes(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40; // The first octet neither negative nor zero.
  return serial;
}
