/** Which codings were applied to a body: RFC 9110 §8.4. Undoing them is not this room's. */
import { contentCodingLimit } from "./limits.ts";
import { splitTokenList } from "./octets.ts";
import type { FailureOf } from "./failure.ts";
import type { Fields } from "./fields.ts";

export type ContentCodings =
  /** In lower case, in the order they were applied: the last is undone first. Empty for none. */
  | { readonly ok: true; readonly codings: readonly string[] }
  | { readonly ok: false; readonly failure: FailureOf<"too-many-codings"> };

/** Names that mean another's coding (RFC 9110 §8.4.1.1, §8.4.1.3). */
const aliases: ReadonlyMap<string, string> = new Map([
  ["x-gzip", "gzip"],
  ["x-compress", "compress"],
]);

const none: ContentCodings = { ok: true, codings: [] };

/** The codings of a body. `identity`, which is no coding, is left out (RFC 9110 §12.5.3). */
export function parseContentCodings(fields: Fields): ContentCodings {
  const value = fields.get("content-encoding");
  if (value === undefined) return none;
  const named = splitTokenList(value.toLowerCase()).map((name) => aliases.get(name) ?? name);
  const codings = named.filter((name) => name !== "identity");
  if (codings.length <= contentCodingLimit.value) return { ok: true, codings };
  return {
    ok: false,
    failure: { code: "too-many-codings", detail: { codings, value: contentCodingLimit.value } },
  };
}
