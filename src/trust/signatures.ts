/** Signatures of one search: each pair of signed thing and key is checked once, within the budget. */
import { HttpsError, nameKind } from "../core/index.ts";
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
  /** By the signed thing and the key: whether it holds. With `undefined` it is paid for, and not known (yet). */
  readonly #known = new Map<Signed, Map<Uint8Array, boolean | undefined>>();
  readonly #budget: Budget;
  readonly #verifySignature: VerifySignature;

  constructor(budget: Budget, verifySignature: VerifySignature) {
    this.#budget = budget;
    this.#verifySignature = verifySignature;
  }

  /**
   * Whether the key made the signature; `undefined` where this cryptography cannot say. With the budget gone none does any
   * more; the search ends there and says so.
   */
  holds(signed: Signed, { der: spki, key }: SubjectPublicKeyInfo): boolean | undefined {
    const byKey = this.#known.get(signed) ?? new Map<Uint8Array, boolean | undefined>();
    const known = byKey.get(spki);
    if (known !== undefined) return known;
    if (!byKey.has(spki)) {
      if (!this.#budget.spend("signature checks")) return false;
      byKey.set(spki, undefined);
      this.#known.set(signed, byKey);
    }
    const { signatureAlgorithm: algorithm, tbs: data, signature } = signed;
    const isMakable = isMadeBy(algorithm.scheme, key);
    if (isMakable !== true) return remember(byKey, spki, isMakable);
    return remember(byKey, spki, answerOf(this.#verifySignature({ algorithm, spki, key, data, signature })));
  }
}

function remember(
  byKey: Map<Uint8Array, boolean | undefined>,
  spki: Uint8Array,
  holds: boolean | undefined,
): boolean | undefined {
  byKey.set(spki, holds);
  return holds;
}

/** A promise is not an answer, and must not pass for one. @throws HttpsError `option-invalid` */
function answerOf(answer: unknown): boolean | undefined {
  if (answer === undefined || typeof answer === "boolean") return answer;
  throw new HttpsError("option-invalid", {
    option: "ports.verifySignature",
    value: nameKind(answer),
    expected: "true, false or undefined",
    instead: "Ports that answer later are for verifyAsync().",
  });
}

/** Whether a key of this kind can make signatures of this kind; `undefined` of an algorithm that is not known here. No port is asked to guess. */
export function isMadeBy(scheme: SignatureScheme, key: SubjectKey): boolean | undefined {
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
    case "unsupported": {
      const { keyName } = scheme;
      const isOther = keyName !== undefined && !(key.kind === "other" && key.name === keyName);
      return isOther ? false : undefined;
    }
  }
}
