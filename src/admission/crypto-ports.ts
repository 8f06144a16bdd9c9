/** The cryptography that the pure rooms ask for, done by OpenSSL through node:crypto. */
import { constants, createHash, createPublicKey, verify, type KeyObject } from "node:crypto";
import { RecentMap } from "../core/index.ts";
import { runtimeHere } from "../runtime/index.ts";
import type { SignatureInput, TrustPorts } from "../trust/index.ts";
import type { HashName, SubjectKey } from "../x509/index.ts";

/**
 * Where Deno 2.9's node:crypto says `false` of good signatures, too: on a NIST curve over a hash of less than half its length, and
 * on secp256k1 where the second number is a large one, which is every other time.
 */
const denoIsBlindTo: Readonly<Record<string, readonly HashName[]>> = {
  "P-384": ["sha1"],
  "P-521": ["sha1", "sha224", "sha256"],
  secp256k1: ["sha1", "sha224", "sha256", "sha384", "sha512"],
};

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

function sha1(bytes: Uint8Array): Uint8Array {
  return createHash("sha1").update(bytes).digest();
}

/** Whether a signature holds; `undefined` of a key or an algorithm that OpenSSL cannot use. */
function verifySignature(input: SignatureInput): boolean | undefined {
  const { algorithm, spki, data, signature } = input;
  try {
    const key = publicKey(spki);
    const { scheme } = algorithm;
    switch (scheme.kind) {
      case "rsa-pkcs1":
        return verify(scheme.hash, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
      case "rsa-pss": {
        // Node takes one hash for both; certificates with two are refused (RFC 4055 §3.1 recommends one).
        if (scheme.hash !== scheme.mgfHash) return undefined;
        const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltBytes };
        return verify(scheme.hash, data, pss, signature);
      }
      case "ecdsa":
        if (verify(scheme.hash, data, { key, dsaEncoding: "der" }, signature)) return true;
        return isBlindTo(input.key, scheme.hash) ? undefined : false;
      case "ed25519":
      case "ed448":
        return verify(null, data, key, signature);
      case "unsupported":
        return undefined;
    }
  } catch {
    return undefined;
  }
}

function isBlindTo(key: SubjectKey, hash: HashName): boolean {
  if (runtimeHere.name !== "Deno" || key.kind !== "ec") return false;
  return Object.hasOwn(denoIsBlindTo, key.curve) && (denoIsBlindTo[key.curve] ?? []).includes(hash);
}

/** Signatures and hashes by OpenSSL (node:crypto). A signature that held is remembered, for chains that come again. */
export const trustPorts: TrustPorts = { verifySignature: verifyOnce, sha256, sha1 };

// A CA's signature on its intermediate comes again with every chain, and checking it is most of what a chain costs.
// What held is remembered by a hash of everything that went into it; what did not hold is asked again.
const keptSignatures = 512; // The intermediates a program meets, several times over; the oldest goes first.
const held = new RecentMap<string, true>(keptSignatures);

function verifyOnce(input: SignatureInput): boolean | undefined {
  const { algorithm, spki, data, signature } = input;
  const hash = createHash("sha256");
  for (const part of [algorithm.der, spki, signature, data]) hash.update(`${part.length}:`).update(part);
  const key = hash.digest("base64");
  if (held.get(key) === true) return true;
  const holds = verifySignature(input);
  if (holds === true) held.set(key, true);
  return holds;
}

// Keys of CAs come again with every chain; parsing one costs more than the verification it serves.
const keptKeys = 256; // More CAs than a program's sites have; the oldest goes first.
const keys = new RecentMap<string, KeyObject>(keptKeys);

function publicKey(spki: Uint8Array): KeyObject {
  const der = Buffer.from(spki);
  const text = der.toString("latin1");
  const known = keys.get(text);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  keys.set(text, key);
  return key;
}
