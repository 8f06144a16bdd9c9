/** The door of the engine: a chain, the anchors and the moment in; a verdict out. Touches nothing. */
import { readOptions } from "../core/index.ts";
import { Budget } from "./budget.ts";
import { defaultMaxDepth } from "./limits.ts";
import type { TrustPorts } from "./ports.ts";
import { rejectWith } from "./rejection.ts";
import { verifyChecks, type VerifyRequest } from "./request.ts";
import { findPath } from "./search.ts";
import { SignatureMemory } from "./signatures.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Whether a chain may be believed. Never throws for anything that is in the certificates; its time is bounded by
 * the budgets of `limits.ts`.
 * @throws HttpsError `option-unknown`, `option-invalid`
 */
export function verify(given: VerifyRequest, ports: TrustPorts): Verdict {
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
