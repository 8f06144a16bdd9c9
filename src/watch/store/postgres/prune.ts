/**
 * Forgets what is past, as the store in SQLite does, a little at a time: each batch is a transaction of its own, so that nobody who
 * writes waits for long, and after a kill the rest is forgotten the next time.
 */
import { textOf } from "../row.ts";
import type { Database, Session } from "./driver.ts";
import { postgresLimits } from "./limits.ts";
import { lock } from "./locks.ts";
import { type Range, rangesOf, within } from "./ranges.ts";

const limit = postgresLimits.prunedAtOnce.value;

/** `until` ends it before the next batch. */
export async function prune(
  database: Database,
  before: number,
  until: AbortSignal | undefined,
): Promise<void> {
  for await (const _ of batches(database, before)) if (until?.aborted === true) return;
}

/** Each step is a transaction. */
async function* batches(database: Database, before: number): AsyncGenerator<void> {
  yield* repeated(database, (session) => forgetEndpoints(session, before));
  for await (const range of rangesOf(database, { table: "endpoint", key: "id", limit }))
    yield await database.transaction((session) => forgetPast(session, before, range));
  yield* repeated(database, (session) => forgetAlerts(session, before));
  // Values first: they name certificates.
  for (const kind of kinds)
    for await (const range of rangesOf(database, { ...kind, limit }))
      yield await database.transaction((session) => forgetUnnamed(session, kind, range));
}

/** Until there are fewer than so many at once. */
async function* repeated(
  database: Database,
  forget: (session: Session) => Promise<number>,
): AsyncGenerator<void> {
  for (let count = limit; count === limit;) {
    count = await database.transaction(forget);
    yield;
  }
}

/** Those that were taken off the list before, whole. */
async function forgetEndpoints(session: Session, before: number): Promise<number> {
  await lock(session, "lists");
  const rows = await session.query(
    "SELECT id FROM endpoint WHERE listed = 0 AND gone_at < $1 ORDER BY id LIMIT $2 FOR UPDATE",
    before,
    limit,
  );
  const ids = rows.map((row) => textOf(row, "id"));
  for (const table of ["mark", "fact", "forecast", "alert", "why", "tag", "telling"])
    await session.query(`DELETE FROM ${table} WHERE endpoint = ANY ($1)`, ids);
  await session.query("DELETE FROM endpoint WHERE id = ANY ($1)", ids);
  return ids.length;
}

/** Facts that ended before, but for the newest of each subject, and diagnoses. */
async function forgetPast(session: Session, before: number, range: Range): Promise<void> {
  const { condition, values } = within("endpoint", range);
  const moment = `$${values.length + 1}`;
  await session.query(
    `DELETE FROM fact WHERE ${condition} AND last_at < ${moment} AND first_at <
       (SELECT MAX(first_at) FROM fact newer WHERE newer.endpoint = fact.endpoint AND newer.subject = fact.subject)`,
    ...values,
    before,
  );
  await session.query(`DELETE FROM why WHERE ${condition} AND at < ${moment}`, ...values, before);
}

async function forgetAlerts(session: Session, before: number): Promise<number> {
  const rows = await session.query(
    "DELETE FROM alert WHERE id IN (SELECT id FROM alert WHERE closed_at < $1 LIMIT $2) AND closed_at < $1 RETURNING id",
    before,
    limit,
  );
  return rows.length;
}

interface Kind {
  readonly table: string;
  readonly key: string;
  readonly isUnnamed: string;
}

const kinds: readonly Kind[] = [
  {
    table: "value",
    key: "id",
    isUnnamed: "NOT EXISTS (SELECT FROM fact WHERE fact.value = value.id)",
  },
  {
    table: "certificate",
    key: "sha256",
    isUnnamed: "NOT EXISTS (SELECT FROM value WHERE value.chain @> ARRAY[certificate.sha256])",
  },
];

/** Those who record wait for this alone: what they find there and name is not forgotten meanwhile. */
async function forgetUnnamed(session: Session, { table, key, isUnnamed }: Kind, range: Range): Promise<void> {
  const { condition, values } = within(key, range);
  const where = `${condition} AND ${isUnnamed}`;
  const [any] = await session.query(`SELECT FROM ${table} WHERE ${where} LIMIT 1`, ...values);
  if (any === undefined) return;
  await lock(session, "naming");
  await session.query(`DELETE FROM ${table} WHERE ${where}`, ...values);
}
