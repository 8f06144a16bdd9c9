/** What the search needs from the machine. `admission` fills it with node:crypto, `webcrypto` with WebCrypto. */
import type { Sha256, SignatureAlgorithm, SubjectKey } from "../x509/index.ts";

/** A signature to check: the algorithm, the signer's key, what was signed, and the signature itself. */
export interface SignatureInput {
  readonly algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo of the signer, DER. */
  readonly spki: Uint8Array;
  /** The same key as it was read. */
  readonly key: SubjectKey;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Whether a signature holds; `undefined` where this cryptography cannot say: it does not have the algorithm, or cannot use
 * the key. Only `true` is believed. It must not throw.
 */
export type VerifySignature = (input: SignatureInput) => boolean | undefined;

/** The cryptography that the engine asks for, as functions. */
export interface TrustPorts {
  readonly verifySignature: VerifySignature;
  readonly sha256: Sha256;
  /** SHA-1, only to recognise certificates in OCSP responses (RFC 6960 §4.1.1); nothing is believed because of it. */
  readonly sha1: (bytes: Uint8Array) => Uint8Array;
}

/** The same functions where cryptography answers later, as WebCrypto does. */
export interface AsyncTrustPorts {
  readonly verifySignature: (input: SignatureInput) => Promise<boolean | undefined>;
  readonly sha256: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly sha1: (bytes: Uint8Array) => Promise<Uint8Array>;
}
