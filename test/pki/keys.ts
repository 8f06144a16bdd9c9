/** Keys, and the signatures they make. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { writeBitString, writeInteger, writeNull, writeOid, writeSequence } from "../../src/der/index.ts";

export interface Keys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export type Hash = "sha1" | "sha224" | "sha256" | "sha384" | "sha512";

export function makeKeys(namedCurve = "P-256"): Keys {
  return namedCurve === "Ed25519"
    ? generateKeyPairSync("ed25519")
    : generateKeyPairSync("ec", { namedCurve });
}

/** DSA keys, which no profile takes (FIPS 186-5 ends it). */
export function dsaKeys(): Keys {
  return generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 });
}

const rsaCache = new Map<string, Keys>();

/** RSA keys, the same for the same size and number: making them is slow. */
export function rsaKeys(modulusLength = 2048, number = 0): Keys {
  const known = rsaCache.get(`${modulusLength}/${number}`);
  const keys = known ?? generateKeyPairSync("rsa", { modulusLength });
  rsaCache.set(`${modulusLength}/${number}`, keys);
  return keys;
}

/** The SubjectPublicKeyInfo, in DER. */
export function spkiOf({ publicKey }: Keys): Uint8Array {
  return new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
}

/** A name for the key: SHA-1 of its SubjectPublicKeyInfo. */
export function keyIdentifier(spki: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha1").update(spki).digest());
}

const rsaOids = { sha1: 5, sha224: 14, sha256: 11, sha384: 12, sha512: 13 } as const;
const ecdsaOids = { sha1: "1", sha224: "3.1", sha256: "3.2", sha384: "3.3", sha512: "3.4" } as const;

/** The algorithm of a signature; by elliptic keys unless a signer says otherwise. */
export function signatureAlgorithm(hash: Hash, signer?: Keys): Uint8Array {
  if (signer?.privateKey.asymmetricKeyType === "ed25519") return writeSequence(writeOid("1.3.101.112"));
  if (signer?.privateKey.asymmetricKeyType === "dsa")
    return writeSequence(writeOid("2.16.840.1.101.3.4.3.2"));
  return signer?.privateKey.asymmetricKeyType === "rsa"
    ? writeSequence(writeOid(`1.2.840.113549.1.1.${rsaOids[hash]}`), writeNull())
    : writeSequence(writeOid(`1.2.840.10045.4.${ecdsaOids[hash]}`));
}

export function signWith({ privateKey }: Keys, hash: Hash, bytes: Uint8Array): Uint8Array {
  // Ed25519 hashes by itself.
  const digest = privateKey.asymmetricKeyType === "ed25519" ? null : hash;
  return new Uint8Array(sign(digest, bytes, { key: privateKey, dsaEncoding: "der" }));
}

/** An RSA public key of any size, to which nobody has the private one: making a large one takes seconds. */
export function rsaSpki(modulusBits: number, exponent = 65_537): Uint8Array {
  const modulus = new Uint8Array(modulusBits / 8).fill(0xc5);
  const pair = writeSequence(writeInteger(modulus), writeInteger(exponent));
  return writeSequence(writeSequence(writeOid("1.2.840.113549.1.1.1"), writeNull()), writeBitString(pair));
}

/** An elliptic public key on a curve that is named by its identifier, to which nobody has the private one. */
export function ecSpki(curve: string): Uint8Array {
  const point = new Uint8Array(65).fill(0x5a);
  point[0] = 4;
  return writeSequence(writeSequence(writeOid("1.2.840.10045.2.1"), writeOid(curve)), writeBitString(point));
}

/** A key on P-256 whose curve is spelled out instead of named: the door of CVE-2020-0601. */
export function explicitCurveSpki(): Uint8Array {
  return spkiOf(generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" }));
}
