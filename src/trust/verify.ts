/** The door of the engine: a chain, the anchors and the moment in; a verdict out. Touches nothing. */
import { instant, wholeOrInfinity } from "../core/index.ts";
import { Budget } from "./budget.ts";
import { defaultMaxDepth } from "./limits.ts";
import type { TrustPorts } from "./ports.ts";
import { rejectWith } from "./rejection.ts";
import type { VerifyRequest } from "./request.ts";
import { findPath } from "./search.ts";
import { SignatureMemory } from "./signatures.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Whether a chain may be believed. Never throws for anything that is in the certificates; its time is bounded by
 * the budgets of `limits.ts`.
 * @throws HttpsError `option-invalid`
 */
export function verify(request: VerifyRequest, ports: TrustPorts): Verdict {
  const { maxDepth } = request;
  const budget = new Budget();
  return findPath({
    request,
    purpose: request.purpose ?? "server",
    at: Math.floor(instant(request.at, "at") / 1000) * 1000,
    maxDepth: maxDepth === undefined ? defaultMaxDepth.value : wholeOrInfinity(0)(maxDepth, "maxDepth"),
    ports,
    budget,
    signatures: new SignatureMemory(budget, ports.verifySignature),
    reject: rejectWith(ports.sha256),
  });
}
