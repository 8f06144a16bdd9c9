/** Canonical JSON (RFC 8785): one value, one text, so that a signature over its bytes can be made again and compared. */

/** What JSON can say. Keys and texts are taken as they are; a lone surrogate is refused (RFC 8785 §3.2.2.2). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Keys by their UTF-16 code units, no blanks (RFC 8785 §3.2.1, §3.2.3); numbers and texts as ECMAScript writes them. */
export function writeCanonical(value: Json): string {
  if (typeof value !== "object" || value === null) return writePrimitive(value);
  if (isList(value)) return `[${value.map(writeCanonical).join(",")}]`;
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${writePrimitive(key)}:${writeCanonical(member)}`);
  return `{${members.join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function writePrimitive(value: string | number | boolean | null): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`JSON has no ${value}.`);
  if (typeof value === "string" && /\p{Cs}/u.test(value)) throw new RangeError("A surrogate stands alone.");
  return JSON.stringify(value);
}
