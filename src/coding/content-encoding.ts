/** Which codings were applied to a body: RFC 9110 §8.4. */
import { HttpsError } from "../core/index.ts";
import { splitTokenList, type Fields } from "../http1/index.ts";
import { codingLimits } from "./limits.ts";

/** Names that mean another's coding (RFC 9110 §8.4.1.1, §8.4.1.3). */
const aliases: ReadonlyMap<string, string> = new Map([
  ["x-gzip", "gzip"],
  ["x-compress", "compress"],
]);

/**
 * The codings of a body in lower case, in the order they were applied: the last is undone first. `identity`, which is
 * not a coding, is left out (RFC 9110 §12.5.3), but counts as a name.
 * @throws HttpsError `too-many-codings`
 */
export function contentCodings(fields: Fields): readonly string[] {
  const value = fields.get("content-encoding");
  if (value === undefined) return [];
  const named = splitTokenList(value.toLowerCase()).map((name) => aliases.get(name) ?? name);
  const most = codingLimits.codingCount.value;
  if (named.length > most) throw new HttpsError("too-many-codings", { codings: named, value: most });
  return named.filter((name) => name !== "identity");
}
