/** Signatures of every kind that a certificate may have: all keys, with all hashes, and RSA-PSS with its salts. */
import {
  constants,
  generateKeyPairSync,
  sign,
  type KeyObject,
  type RSAPSSKeyPairKeyObjectOptions as Limits,
} from "node:crypto";
import type { HashName, SignatureScheme } from "../../src/x509/index.ts";
import type { Vector } from "./signatures-program.ts";

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const data = new TextEncoder().encode("to be signed");
const hashBytes = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 } as const;
const hashes = Object.keys(hashBytes) as (keyof typeof hashBytes)[];
const curves = [
  "P-224",
  "P-256",
  "P-384",
  "P-521",
  "secp256k1",
  "brainpoolP256r1",
  "brainpoolP384r1",
  "brainpoolP512r1",
];

function vector(name: string, scheme: SignatureScheme, { publicKey }: Pair, signature: Buffer): Vector {
  const spki = publicKey.export({ type: "spki", format: "der" });
  return {
    name,
    scheme,
    spki: spki.toString("base64"),
    data: Buffer.from(data).toString("base64"),
    signature: signature.toString("base64"),
  };
}

function rsaVectors(bits: number): Vector[] {
  const keys = generateKeyPairSync("rsa", { modulusLength: bits });
  return [
    ...pkcs1Vectors(`RSA ${bits}`, keys),
    ...hashes.flatMap((hash) => pssVectors(`RSA ${bits}`, keys, hash)),
  ];
}

function pkcs1Vectors(name: string, keys: Pair): Vector[] {
  return (["md5", ...hashes] as HashName[]).map((hash) =>
    vector(`${name}, PKCS #1, ${hash}`, { kind: "rsa-pkcs1", hash }, keys, sign(hash, data, keys.privateKey)),
  );
}

function pssVectors(
  name: string,
  keys: Pair,
  hash: keyof typeof hashBytes,
  salts?: readonly number[],
): Vector[] {
  const own = hashBytes[hash];
  const room = (keys.publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - 2 - own; // RFC 8017 §9.1.1
  const fitting = [...new Set(salts ?? [0, 20, own, own + 1])].filter((saltBytes) => saltBytes <= room);
  return fitting.map((saltBytes) => {
    const scheme = { kind: "rsa-pss", hash, mgfHash: hash, saltBytes } as const;
    const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes };
    const label = `${name}, PSS, ${hash}, salt ${saltBytes}`;
    return vector(label, scheme, keys, sign(hash, data, { key: keys.privateKey, ...pss }));
  });
}

/** Keys that are for PSS alone (RFC 4055 §1.2), with parameters and without. */
function pssOnlyVectors(): Vector[] {
  const open = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
  return [
    ...hashes.flatMap((hash) => pssVectors("RSA-PSS 2048", open, hash, [hashBytes[hash]])),
    ...(["sha256", "sha384", "sha512"] as const).flatMap((hash) => {
      const limits = { hashAlgorithm: hash, mgf1HashAlgorithm: hash, saltLength: hashBytes[hash] };
      const keys = generateKeyPairSync("rsa-pss", { modulusLength: 2048, ...limits } as object as Limits);
      return pssVectors(`RSA-PSS 2048 for ${hash}`, keys, hash, [hashBytes[hash]]);
    }),
  ];
}

function ecdsaVectors(namedCurve: string): Vector[] {
  const keys = generateKeyPairSync("ec", { namedCurve });
  return hashes.map((hash) =>
    vector(`${namedCurve}, ${hash}`, { kind: "ecdsa", hash }, keys, sign(hash, data, keys.privateKey)),
  );
}

function edwardsVectors(): Vector[] {
  const [small, large] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed448")];
  return [
    vector("Ed25519", { kind: "ed25519" }, small, sign(null, data, small.privateKey)),
    vector("Ed448", { kind: "ed448" }, large, sign(null, data, large.privateKey)),
  ];
}

export function makeVectors(): Vector[] {
  return [
    ...[1024, 2048].flatMap(rsaVectors),
    ...pssOnlyVectors(),
    ...curves.flatMap(ecdsaVectors),
    ...edwardsVectors(),
  ];
}
