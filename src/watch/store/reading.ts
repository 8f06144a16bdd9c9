/**
 * What is only read, written once for SQLite and PostgreSQL: a reading yields its questions in SQL that both have, is handed
 * their rows, and returns what it makes of them. SQLite answers at once, PostgreSQL later.
 */
import type { Row, Value } from "./row.ts";

/** Each `?` stands for one of the values, in their order. */
export interface Question {
  readonly sql: string;
  readonly values: readonly Value[];
}

export type Reading<T> = Generator<Question, T, readonly Row[]>;

/** What the two say in words of their own. */
export interface Dialect {
  /** Whether the text in a column contains another. */
  readonly contains: (column: string) => string;
  /** Whether the text in a column is one of a JSON array's. */
  readonly among: (column: string) => string;
  /** A column that no index is to be looked up by: the list's own order is walked. */
  readonly walked: (column: string) => string;
}

export function ask(sql: string, ...values: readonly Value[]): Question {
  return { sql, values };
}
