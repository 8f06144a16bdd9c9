/** Reads fields that have one value and may come once: Location, Content-Type, ETag (RFC 9110 §5.3). */
import type { Fields } from "./fields.ts";

export type SingleField =
  | { readonly ok: true; readonly value: string | undefined }
  /** All that came, in their order. */
  | { readonly ok: false; readonly values: readonly string[] };

/** The one value of a field. Equal repetitions count once; between different ones any choice would be a guess. */
export function singleField(fields: Fields, name: string): SingleField {
  const values = fields.getAll(name);
  const [value] = values;
  if (values.every((other) => other === value)) return { ok: true, value };
  return { ok: false, values };
}
