/** Which fields a trailer section may not carry: RFC 9110 §6.5.1. */
import type { Fields } from "./fields.ts";

/**
 * Fields that decide framing, routing, authentication, request modification or how content is read. Believed from
 * a trailer, they would change a message after it was judged.
 */
const forbidden: ReadonlySet<string> = new Set([
  "transfer-encoding",
  "content-length",
  "host",
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "upgrade",
  "cookie",
  "set-cookie",
  "authorization",
  "proxy-authorization",
  "proxy-authenticate",
  "www-authenticate",
  "proxy-connection",
  "cache-control",
  "expect",
  "location",
  "retry-after",
  "content-encoding",
  "content-range",
  "content-type",
]);

/** Whether no trailer may have this name. */
export function isForbiddenTrailer(name: string): boolean {
  return forbidden.has(name.toLowerCase());
}

/** A trailer section without the fields that no trailer may carry, and the names of those. */
export function filterTrailers(fields: Fields): {
  readonly fields: Fields;
  readonly dropped: readonly string[];
} {
  const dropped: string[] = [];
  for (const [name] of fields) if (isForbiddenTrailer(name)) dropped.push(name);
  return { fields: fields.without(forbidden), dropped };
}
