/** A table a part at a time, by its key: so that no transaction is long, however many rows there are. */
import type { Value } from "../row.ts";
import type { Database, Session } from "./driver.ts";

/** Keys behind `after`, up to `last`; where that is `undefined`, to the end. */
export interface Range {
  readonly after: Value;
  readonly last: Value | undefined;
}

interface Walk {
  readonly table: string;
  readonly key: string;
  /** So many rows in each. */
  readonly limit: number;
}

/** Every row is in one of them, also one that comes meanwhile behind the place where the walk is. */
export async function* rangesOf(database: Database, walk: Walk): AsyncGenerator<Range> {
  // Before every text, and before every string of octets.
  let after: Value = "";
  for (;;) {
    const from: Value = after;
    const last: Value | undefined = await database.transaction((session) => lastOf(session, walk, from));
    yield { after: from, last };
    if (last === undefined) return;
    after = last;
  }
}

/** The key so many rows behind; `undefined` where there are not so many. */
async function lastOf(
  session: Session,
  { table, key, limit }: Walk,
  after: Value,
): Promise<Value | undefined> {
  const [row] = await session.query(
    `SELECT ${key} AS last FROM ${table} WHERE ${key} > $1 ORDER BY ${key} OFFSET $2 LIMIT 1`,
    after,
    limit - 1,
  );
  return row?.["last"];
}

/** As a condition with the first values that a statement has. */
export function within(
  key: string,
  { after, last }: Range,
): { readonly condition: string; readonly values: readonly Value[] } {
  return last === undefined
    ? { condition: `${key} > $1`, values: [after] }
    : { condition: `${key} > $1 AND ${key} <= $2`, values: [after, last] };
}
