/** Signatures of one search: each pair of signed thing and key is checked once, within the budget. */
import type { SignatureAlgorithm, SignatureScheme, SubjectKey, SubjectPublicKeyInfo } from "../x509/index.ts";
import type { Budget } from "./budget.ts";
import type { VerifySignature } from "./ports.ts";

/** Anything that carries a signature: a certificate, a CRL, an OCSP response. */
interface Signed {
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
}

/** Signatures of one search, so that paths which share links check them once. */
export class SignatureMemory {
  readonly #known = new Map<Signed, Map<Uint8Array, boolean>>();
  readonly #budget: Budget;
  readonly #verifySignature: VerifySignature;

  constructor(budget: Budget, verifySignature: VerifySignature) {
    this.#budget = budget;
    this.#verifySignature = verifySignature;
  }

  /** Whether the key made the signature. With the budget gone none does any more; the search ends there and says so. */
  holds(signed: Signed, spki: SubjectPublicKeyInfo): boolean {
    const byKey = this.#known.get(signed) ?? new Map<Uint8Array, boolean>();
    const known = byKey.get(spki.der);
    if (known !== undefined) return known;
    if (!this.#budget.spend("signature checks")) return false;
    const holds =
      isMadeBy(signed.signatureAlgorithm.scheme, spki.key) &&
      this.#verifySignature({
        algorithm: signed.signatureAlgorithm,
        spki: spki.der,
        data: signed.tbs,
        signature: signed.signature,
      });
    byKey.set(spki.der, holds);
    this.#known.set(signed, byKey);
    return holds;
  }
}

/** Whether a key of this kind can make signatures of this kind. No port is asked to guess. */
export function isMadeBy(scheme: SignatureScheme, key: SubjectKey): boolean {
  switch (scheme.kind) {
    case "rsa-pkcs1":
      return key.kind === "rsa" && !key.isPssOnly;
    case "rsa-pss":
      return key.kind === "rsa";
    case "ecdsa":
      return key.kind === "ec";
    case "ed25519":
    case "ed448":
      return key.kind === scheme.kind;
    case "unsupported":
      return false;
  }
}
