/** Signatures of the lab's authorities: RFC 5758 §3.2 (ECDSA), RFC 4055 §5 (RSA, PKCS #1 1.5). */
import { sign } from "node:crypto";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import type { KeyPair } from "./key.ts";
import type { Hash } from "./recipe.ts";

/** The algorithm identifier of a signature by `signer` (RFC 5758 §3.2; RFC 4055 §5). */
export function signatureAlgorithm(signer: KeyPair, hash: Hash): AlgorithmIdentifier {
  // RFC 4055 §5: the parameters of the RSA algorithms are NULL; RFC 5758 §3.2: those of ECDSA are absent.
  return signer.privateKey.asymmetricKeyType === "rsa"
    ? new AlgorithmIdentifier({ algorithm: rsaSignatures[hash], parameters: null })
    : new AlgorithmIdentifier({ algorithm: ecdsaSignatures[hash] });
}

/** The signature of `signer` over `bytes`. */
export function signBytes(bytes: Uint8Array, signer: KeyPair, hash: Hash): ArrayBuffer {
  return new Uint8Array(sign(hash, bytes, signer.privateKey)).buffer;
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
