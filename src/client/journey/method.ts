/** The method of a request (RFC 9110 §9), as it is sent. */
import { HttpsError, nameKind } from "../../core/index.ts";
import type { ReadParts } from "../options/request-options.ts";

/** Fetch §2.2.1, normalize: these in upper case, and every other as it was given. */
const normalized: ReadonlySet<string> = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);

/** @throws HttpsError `request-method-invalid` */
export function normalMethod(given: unknown = "GET"): string {
  if (given === "GET") return given;
  // A list or a number would be read as text by whoever writes it out.
  if (typeof given !== "string") throw new HttpsError("request-method-invalid", { method: nameKind(given) });
  const upper = given.toUpperCase();
  if (upper === "CONNECT") throw new HttpsError("request-method-invalid", { method: given });
  return normalized.has(upper) ? upper : given;
}

/** Whether a method would go out in other letters than these. */
export function isRewritten(method: string): boolean {
  const upper = method.toUpperCase();
  return method !== upper && normalized.has(upper);
}

/** The parts with the method that the call names. @throws HttpsError `option-invalid` where they say another one */
export function withMethod(parts: ReadParts, method: string): ReadParts {
  if (parts.method === undefined || normalMethod(parts.method) === method) return { ...parts, method };
  throw new HttpsError("option-invalid", {
    option: "method",
    value: `another method than ${method}, which the call names`,
    expected: "the same, or nothing",
    instead: "Call request() with the method.",
  });
}
