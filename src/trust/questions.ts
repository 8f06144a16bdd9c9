/**
 * Cryptography that answers later (WebCrypto): what a check asks and nobody has answered yet leaves it as a question, and the
 * check is made again with the answer. The search itself is one, and does not know which kind of ports it has.
 */
import type { AsyncTrustPorts, SignatureInput, TrustPorts } from "./ports.ts";

/** What a search asks of cryptography. */
export type Question =
  | { readonly kind: "signature"; readonly input: SignatureInput }
  | { readonly kind: "sha256" | "sha1"; readonly bytes: Uint8Array };

/** Thrown where a check asks what is not answered yet. Only the search catches it; no finding is made of it. */
export class Unanswered extends Error {
  readonly question: Question;

  constructor(question: Question) {
    super(`a question of kind ${question.kind} was asked of ports that answer later, outside of a search`);
    this.question = question;
  }
}

interface SignatureAnswer {
  readonly input: SignatureInput;
  readonly holds: boolean | undefined;
}

/** The answers of one search. What is not among them is a question. */
export class AnswerBook implements TrustPorts {
  readonly #signatures: SignatureAnswer[] = [];
  readonly #hashes = { sha256: new Map<Uint8Array, Uint8Array>(), sha1: new Map<Uint8Array, Uint8Array>() };

  readonly verifySignature = (input: SignatureInput): boolean | undefined => {
    const known = this.#signatures.find((answer) => isSame(answer.input, input));
    if (known === undefined) throw new Unanswered({ kind: "signature", input });
    return known.holds;
  };

  readonly sha256 = (bytes: Uint8Array): Uint8Array => this.#hash("sha256", bytes);
  readonly sha1 = (bytes: Uint8Array): Uint8Array => this.#hash("sha1", bytes);

  #hash(kind: "sha256" | "sha1", bytes: Uint8Array): Uint8Array {
    const known = this.#hashes[kind].get(bytes);
    if (known === undefined) throw new Unanswered({ kind, bytes });
    return known;
  }

  /** Has a question answered, and keeps the answer. */
  async ask(question: Question, ports: AsyncTrustPorts): Promise<void> {
    switch (question.kind) {
      case "signature": {
        const { input } = question;
        this.#signatures.push({ input, holds: await ports.verifySignature(input) });
        return;
      }
      case "sha256":
      case "sha1":
        this.#hashes[question.kind].set(question.bytes, await ports[question.kind](question.bytes));
    }
  }
}

/** The same parts of the same parsed things: an answer serves nothing else. */
function isSame(one: SignatureInput, other: SignatureInput): boolean {
  return (
    one.algorithm === other.algorithm &&
    one.key === other.key &&
    one.spki === other.spki &&
    one.data === other.data &&
    one.signature === other.signature
  );
}
