/** Key pairs of the lab: elliptic ones are made on the spot, in well under a millisecond; RSA ones are shipped. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { rsaTestKeys, type RsaBits } from "./rsa-test-keys.ts";

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The curves by the names of RFC 8422 §5.1.1, under which OpenSSL knows them too. */
export type Curve = "P-256" | "P-384" | "P-521";

/** A fresh key pair on `curve`. */
export function generateKeyPair(curve: Curve = "P-256"): KeyPair {
  return generateKeyPairSync("ec", { namedCurve: curve });
}

/** The shipped RSA test key of this size. For the keys of servers only: everybody has them. */
export function rsaTestKey(bits: RsaBits): KeyPair {
  const der = Buffer.from(rsaTestKeys[bits], "base64");
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** The SubjectPublicKeyInfo, in DER. */
export function writePublicKey(keys: KeyPair): Uint8Array {
  return new Uint8Array(keys.publicKey.export({ type: "spki", format: "der" }));
}

/** RFC 5280 §4.2.1.2 (1): SHA-1 of the public key's bit string; a name for the key, not a safeguard. */
export function keyIdentifier(keys: KeyPair): Uint8Array {
  const { subjectPublicKey } = AsnConvert.parse(writePublicKey(keys), SubjectPublicKeyInfo);
  return new Uint8Array(createHash("sha1").update(new Uint8Array(subjectPublicKey)).digest());
}
