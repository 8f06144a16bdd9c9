/** What goes to whom: the fields of a request for the place where redirects lead. */
import type { Target } from "../core/index.ts";
import type { Field } from "../http1/index.ts";

/**
 * Fields that may go to anybody. A list of the secret ones (RFC 9110 §15.4) would miss those that only the caller
 * knows to be: `X-Api-Key`.
 */
const publicNames: ReadonlySet<string> = new Set([
  "host",
  "user-agent",
  "accept",
  "accept-language",
  "accept-encoding",
]);

/** The fields for another target: its Host, and nothing but public ones where the origin is another. */
export function fieldsFor(fields: readonly Field[], from: Target, to: Target): readonly Field[] {
  if (from.origin === to.origin) return fields;
  return publicFields(fields).map(([name, value]): Field =>
    name.toLowerCase() === "host" ? [name, to.authority] : [name, value],
  );
}

/** The fields that may go to anybody. */
export function publicFields(fields: readonly Field[]): readonly Field[] {
  return fields.filter(([name]) => publicNames.has(name.toLowerCase()));
}
