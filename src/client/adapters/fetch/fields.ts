/** The fields that a fetch is sent with: the caller's, and what its members come to (Fetch §4.5, HTTP-network-or-cache fetch). */
import type { Asked } from "./asked.ts";
import { refererFor } from "./referrer.ts";

type Pair = readonly [string, string];

/** What makes a request conditional: the answer is the caller's own cache's business. */
const conditions = ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];

/** `undefined` where nothing is to be said. */
export function fieldsOf(asked: Asked): readonly Pair[] | undefined {
  const { headers } = asked;
  const added = addedFields(asked, (name) => headers?.has(name) ?? false);
  if (headers === undefined) return added.length === 0 ? undefined : added;
  const written = namesAsWritten(asked.writtenHeaders);
  const fields: Pair[] = [];
  for (const [name, value] of headers) {
    // Fetch §2.2.2: the host is the URL's.
    if (name !== "host") fields.push([written?.get(name) ?? usualNames.get(name) ?? name, value]);
  }
  return fields.concat(added);
}

function addedFields(asked: Asked, has: (name: string) => boolean): readonly Pair[] {
  const { cache } = asked;
  const fields: Pair[] = [];
  const add = (name: string, value: string): void => {
    if (!has(name.toLowerCase())) fields.push([name, value]);
  };
  if (cache === "no-cache") add("Cache-Control", "max-age=0");
  const isConditional = cache === "default" && conditions.some(has);
  if (cache === "no-store" || cache === "reload" || isConditional) {
    add("Pragma", "no-cache");
    add("Cache-Control", "no-cache");
  }
  const referer = refererFor(asked);
  if (referer !== undefined) add("Referer", referer);
  return fields;
}

/** Names in the caller's own letters, by lower case: Headers forget them, and there are servers that ask for them. */
function namesAsWritten(given: unknown): ReadonlyMap<string, string> | undefined {
  if (typeof given !== "object" || given === null || given instanceof Headers) return undefined;
  const names = Array.isArray(given) ? given.map((pair: unknown) => (pair as Pair)[0]) : Object.keys(given);
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

/** As RFC 9110 writes them. */
const usualNames: ReadonlyMap<string, string> = new Map(
  [
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Cache-Control",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "Date",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Origin",
    "Pragma",
    "Range",
    "Referer",
    "User-Agent",
  ].map((name) => [name.toLowerCase(), name]),
);
