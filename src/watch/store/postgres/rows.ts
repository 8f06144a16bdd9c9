/** Many rows in one statement: an array for each column, so that its text stays the same however many they are. */
import type { Value } from "../row.ts";
import type { Session } from "./driver.ts";

export interface Rows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** Types of columns that are neither text nor moments. */
const types: Readonly<Record<string, string>> = {
  listed: "smallint",
  took_ms: "float8",
  rank: "float8",
  tries: "integer",
  value: "bytea",
  der: "bytea",
};

function typeOf(column: string): string {
  return types[column] ?? (/(?:^|_)at$/.test(column) ? "float8" : "text");
}

/** `FROM` this: a table of the rows, called `given`. */
export function given(columns: readonly string[]): string {
  const arrays = columns.map((column, i) => `$${i + 1}::${typeOf(column)}[]`);
  return `unnest(${arrays.join(", ")}) AS given (${columns.join(", ")})`;
}

export function columnsOf({ columns, rows }: Pick<Rows, "columns" | "rows">): readonly (readonly Value[])[] {
  return columns.map((_, i) => rows.map((row) => row[i] ?? null));
}

/** Rows whose key is there already stay as they are. */
export async function insertNew(session: Session, { table, columns, rows }: Rows): Promise<void> {
  if (rows.length === 0) return;
  await session.query(
    `INSERT INTO ${table} (${columns.join(", ")}) SELECT * FROM ${given(columns)} ON CONFLICT DO NOTHING`,
    ...columnsOf({ columns, rows }),
  );
}

/** The last row of a key counts; the key is the first `keys` columns. */
export async function upsert(session: Session, keys: number, { table, columns, rows }: Rows): Promise<void> {
  const last = new Map(rows.map((row) => [JSON.stringify(row.slice(0, keys)), row]));
  if (last.size === 0) return;
  const set = columns.slice(keys).map((column) => `${column} = excluded.${column}`);
  await session.query(
    `INSERT INTO ${table} (${columns.join(", ")}) SELECT * FROM ${given(columns)}
     ON CONFLICT (${columns.slice(0, keys).join(", ")}) DO UPDATE SET ${set.join(", ")}`,
    ...columnsOf({ columns, rows: [...last.values()] }),
  );
}
