/**
 * Forgets what is past: facts that ended before, closed alerts, diagnoses, endpoints that were taken off the list, and then the
 * values and certificates that nothing names any more. The newest fact of each subject stays, however old it is.
 *
 * A little at a time: each batch is a transaction of a few milliseconds, and between two of them whoever asks or writes has a
 * turn. After a kill the rest is forgotten the next time.
 */
import { setImmediate as othersTurn } from "node:timers/promises";
import { numberOf, textOf, type Value } from "../row.ts";
import type { Database } from "./driver.ts";
import { sqliteLimits } from "./limits.ts";

const limit = sqliteLimits.prunedAtOnce.value;

/** `until` ends it before the next batch. */
export async function prune(
  database: Database,
  before: number,
  until: AbortSignal | undefined,
): Promise<void> {
  for (const work of [
    () => repeated(() => forgetEndpoints(database, before)),
    () => inRanges(database, endpoints, (range) => forgetPast(database, before, range)),
    () => repeated(() => forgetAlerts(database, before)),
    () => forgetUnnamed(database),
  ])
    for (const _ of work()) {
      await othersTurn();
      if (until?.aborted === true) return;
    }
}

/** Each step is a transaction. */
type Steps = Iterable<void>;

/** Until there are fewer than so many at once. */
function* repeated(forget: () => number): Steps {
  for (let count = limit; count === limit;) {
    count = forget();
    yield;
  }
}

/** Keys behind `after`, up to `last`. */
interface Range {
  readonly after: Value;
  readonly last: Value;
}

interface Keys {
  readonly table: string;
  readonly key: string;
  /** Before every key there is. */
  readonly first: Value;
}

const endpoints: Keys = { table: "endpoint", key: "id", first: "" };
const values: Keys = { table: "value", key: "id", first: 0 };
const certificates: Keys = { table: "certificate", key: "rowid", first: 0 };

function* inRanges(database: Database, { table, key, first }: Keys, forget: (range: Range) => void): Steps {
  const find = `SELECT MAX(key) AS last FROM (SELECT ${key} AS key FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ?)`;
  for (let after = first; ;) {
    const last = database.prepare(find).get(after, limit)?.["last"] ?? null;
    if (last === null) return;
    database.transaction(() => forget({ after, last }));
    after = last;
    yield;
  }
}

/** Those that were taken off the list before, whole. */
function forgetEndpoints(database: Database, before: number): number {
  return database.transaction(() => {
    const gone = database
      .prepare("SELECT id FROM endpoint WHERE listed = 0 AND gone_at < ? LIMIT ?")
      .all(before, limit)
      .map((row) => textOf(row, "id"));
    const ids = JSON.stringify(gone);
    for (const table of ["mark", "fact", "forecast", "alert", "why", "tag", "telling"])
      database.prepare(`DELETE FROM ${table} WHERE endpoint IN (SELECT value FROM json_each(?))`).run(ids);
    database.prepare("DELETE FROM endpoint WHERE id IN (SELECT value FROM json_each(?))").run(ids);
    return gone.length;
  });
}

/** Facts that ended before, but for the newest of each subject, and diagnoses. */
function forgetPast(database: Database, before: number, { after, last }: Range): void {
  database
    .prepare(
      `DELETE FROM fact WHERE endpoint > ? AND endpoint <= ? AND last_at < ? AND first_at <
         (SELECT MAX(first_at) FROM fact newer
          WHERE newer.endpoint = fact.endpoint AND newer.subject = fact.subject)`,
    )
    .run(after, last, before);
  database
    .prepare("DELETE FROM why WHERE endpoint > ? AND endpoint <= ? AND at < ?")
    .run(after, last, before);
}

function forgetAlerts(database: Database, before: number): number {
  return database
    .prepare("DELETE FROM alert WHERE id IN (SELECT id FROM alert WHERE closed_at < ? LIMIT ?)")
    .run(before, limit).changes;
}

/** Values that no fact says, and certificates that no value names. */
function* forgetUnnamed(database: Database): Steps {
  let forgotten = 0;
  yield* inRanges(database, values, ({ after, last }) => {
    forgotten += database
      .prepare(
        `DELETE FROM value WHERE id > ? AND id <= ? AND NOT EXISTS (SELECT 1 FROM fact WHERE fact.value = value.id)`,
      )
      .run(after, last).changes;
  });
  // Only a value that is gone leaves a certificate without a name.
  if (forgotten > 0) yield* forgetCertificates(database);
}

/** The first digits tell certificates apart; where two share them, both stay for as long as one is named. */
const named = "temp.named";
const digits = (column: string): string => `substr(${column}, 1, 16)`;
const chainOf = "json_each(v.json, '$.value.chain') c";

function* forgetCertificates(database: Database): Steps {
  database.exec(`CREATE TEMP TABLE IF NOT EXISTS named (sha256 TEXT PRIMARY KEY) WITHOUT ROWID`);
  try {
    database.exec(`DELETE FROM ${named}`);
    // Values are counted upwards: what is named from now on has a higher number.
    const newest = numberOf(database.prepare("SELECT IFNULL(MAX(id), 0) AS id FROM value").get() ?? {}, "id");
    yield* inRanges(database, values, ({ after, last }) => {
      database
        .prepare(
          `INSERT OR IGNORE INTO ${named} SELECT ${digits("c.value")} FROM value v, ${chainOf} WHERE v.id > ? AND v.id <= ?`,
        )
        .run(after, last);
    });
    yield* inRanges(database, certificates, ({ after, last }) => {
      database
        .prepare(
          `DELETE FROM certificate WHERE rowid > ? AND rowid <= ?
             AND ${digits("sha256")} NOT IN (SELECT sha256 FROM ${named})
             AND ${digits("sha256")} NOT IN (SELECT ${digits("c.value")} FROM value v, ${chainOf} WHERE v.id > ?)`,
        )
        .run(after, last, newest);
    });
  } finally {
    database.exec(`DROP TABLE ${named}`);
  }
}
