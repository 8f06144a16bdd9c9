/** What the search needs from the machine. `admission` fills it with node:crypto. */
import type { Sha256, SignatureAlgorithm } from "../x509/index.ts";

/** A signature to check: the algorithm, the signer's key, what was signed, and the signature itself. */
export interface SignatureInput {
  readonly algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo of the signer, DER. */
  readonly spki: Uint8Array;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
}

/** Whether a signature holds. An algorithm or a key that cannot be used is `false`; it must not throw. */
export type VerifySignature = (input: SignatureInput) => boolean;

/** The cryptography that the engine asks for, as functions. */
export interface TrustPorts {
  readonly verifySignature: VerifySignature;
  readonly sha256: Sha256;
  /** SHA-1, only to recognise certificates in OCSP responses (RFC 6960 §4.1.1); nothing is believed because of it. */
  readonly sha1: (bytes: Uint8Array) => Uint8Array;
}
