/** What follows from a request's method and body for how it is sent. */
import { parseLength, type RequestContent } from "../../http1/index.ts";
import type { RequestBody } from "../body/request-body.ts";
import { clientLimits } from "../limits.ts";
import type { Call } from "../pool/call.ts";
import type { ReadonlyFieldTable } from "./request-fields.ts";

const idempotentMethods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
  "QUERY",
]);

/** Whether it may be sent again by itself (RFC 9110 §9.2.2). */
export function isIdempotent(method: string): boolean {
  return idempotentMethods.has(method);
}

/** The body with the length that its Content-Length states, where nothing else tells it: it is held to that. */
export function withStatedLength(body: RequestBody, fields: ReadonlyFieldTable): RequestBody {
  const [line, ...others] = fields.get("content-length") ?? [];
  if (line === undefined || others.length > 0 || body.kind !== "stream" || body.length !== undefined)
    return body;
  return { ...body, length: parseLength(line[1].trim()) };
}

/** Whether a call's body can be sent again: from the beginning, or because nothing of it was read. */
export function isRepeatable(body: RequestBody, { bodyOpened }: Call): boolean {
  return body.kind !== "stream" || body.replayable || !bodyOpened;
}

export function contentOf(body: RequestBody): RequestContent {
  if (body.kind === "none") return { kind: "none" };
  const bytes = body.kind === "bytes" ? body.bytes.length : body.length;
  return bytes === undefined ? { kind: "chunked" } : { kind: "length", bytes };
}

/** How long the body waits for 100 Continue; `undefined` where it does not wait. */
export function continueMsOf(option: boolean | number | undefined, hasBody: boolean): number | undefined {
  if (!hasBody || option === undefined || option === false) return undefined;
  return option === true ? clientLimits.continueMs.value : option;
}
