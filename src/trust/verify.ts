/** The door of the engine: a chain, the anchors and the moment in; a verdict out. Touches nothing. */
import { assert, readOptions } from "../core/index.ts";
import { Budget } from "./budget.ts";
import { defaultMaxDepth } from "./limits.ts";
import type { AsyncTrustPorts, TrustPorts } from "./ports.ts";
import { AnswerBook } from "./questions.ts";
import { rejectWith } from "./rejection.ts";
import { verifyChecks, type VerifyRequest } from "./request.ts";
import { findPath, type Search } from "./search.ts";
import { SignatureMemory } from "./signatures.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Whether a chain may be believed. Never throws for anything that is in the certificates; its time is bounded by
 * the budgets of `limits.ts`.
 * @throws HttpsError `option-unknown`, `option-invalid`
 */
export function verify(given: VerifyRequest, ports: TrustPorts): Verdict {
  const step = openSearch(given, ports).next();
  assert(step.done === true, "ports that answer at once leave no question");
  return step.value;
}

/**
 * The same by ports that answer later, such as WebCrypto's: one search, the same checks and limits. Each signature is checked
 * when the search comes to it, and once.
 * @throws HttpsError `option-unknown`, `option-invalid`, and whatever the ports reject with
 */
export async function verifyAsync(given: VerifyRequest, ports: AsyncTrustPorts): Promise<Verdict> {
  const book = new AnswerBook();
  const search = openSearch(given, book);
  for (;;) {
    const step = search.next();
    if (step.done === true) return step.value;
    await book.ask(step.value, ports);
  }
}

function openSearch(given: VerifyRequest, ports: TrustPorts): Search {
  const request = readOptions(given, verifyChecks);
  const budget = new Budget();
  return findPath({
    request,
    purpose: request.purpose ?? "server",
    at: Math.floor(request.at / 1000) * 1000,
    maxDepth: request.maxDepth ?? defaultMaxDepth.value,
    ports,
    budget,
    signatures: new SignatureMemory(budget, ports.verifySignature),
    reject: rejectWith(ports.sha256),
  });
}
