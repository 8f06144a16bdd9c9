/** Where a page of a list ended, as text: the values that the list is sorted by. To whoever hands it back it says nothing. */
export type CursorValue = string | number;

export function writeCursor(values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/** `undefined` for what is not a cursor of this many values: then the list is shown from its beginning. */
export function readCursor(
  text: string | undefined,
  kinds: readonly ("string" | "number")[],
): readonly CursorValue[] | undefined {
  if (text === undefined) return undefined;
  try {
    const values: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    const fits =
      Array.isArray(values) &&
      values.length === kinds.length &&
      values.every((value: unknown, i) => typeof value === kinds[i]);
    return fits ? (values as CursorValue[]) : undefined;
  } catch {
    return undefined;
  }
}

/** A page of the rows that a query for one more than `limit` gave. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  keyOf: (row: T) => readonly CursorValue[],
): { readonly rows: readonly T[]; readonly next: string | undefined } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    next: rows.length > limit && last !== undefined ? writeCursor(keyOf(last)) : undefined,
  };
}
