/** The fields that a fetch is sent with: the caller's, and what its members come to (Fetch §4.5, HTTP-network-or-cache fetch). */
import { lastingFields } from "../../journey/request-fields.ts";
import type { FieldsInput } from "../../options/options.ts";
import type { Asked } from "./asked.ts";
import { refererFor } from "./referrer.ts";

type Pair = readonly [string, string];

/** What makes a request conditional: the answer is the caller's own cache's business. */
const conditions = ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];

/** Most fetches have no more to say; the head that is made of them is kept. */
const usual = lastingFields([["Sec-Fetch-Mode", "cors"]]);

export function fieldsOf(asked: Asked): FieldsInput {
  const { headers } = asked;
  const added = addedFields(asked, (name) => headers?.has(name) ?? false);
  if (headers === undefined) return added.length === 1 && asked.mode === "cors" ? usual : added;
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
  // Fetch Metadata §2.2; the client sends it to trustworthy URLs alone.
  add("Sec-Fetch-Mode", asked.mode);
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
