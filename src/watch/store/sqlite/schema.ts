/**
 * The tables, and how a file of an older version becomes one of this. `user_version` counts the steps that were made; each
 * step is one transaction with its count.
 *
 * A value (a chain as it was shown, an answer) and a certificate stand there once, however many facts name them. What lists
 * are sorted by is a column, everything else of a row is its JSON. Only tables of short rows are WITHOUT ROWID: there, what is
 * longer than a quarter of a page goes to pages of its own (sqlite.org/withoutrowid.html), four times the size of a certificate.
 */
import { WatchError } from "../../watch-error.ts";
import type { Database } from "./driver.ts";

/** `MRKT`: by it a file of another program is told apart, whatever version that counts (sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x4d_52_4b_54;

const steps: readonly string[] = [
  `
  PRAGMA application_id = ${applicationId};

  CREATE TABLE endpoint (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    listed INTEGER NOT NULL,
    gone_at INTEGER,
    json TEXT NOT NULL,
    state TEXT,
    path_end_at INTEGER,
    break_at INTEGER,
    soonest_at INTEGER NOT NULL,
    visited_at INTEGER,
    took_ms INTEGER,
    summary TEXT
  );
  CREATE INDEX endpoint_name ON endpoint (listed, name, id);
  CREATE INDEX endpoint_soonest ON endpoint (listed, soonest_at, id);
  CREATE INDEX endpoint_state ON endpoint (listed, state, name, id);
  CREATE INDEX endpoint_state_soonest ON endpoint (listed, state, soonest_at, id);
  CREATE INDEX endpoint_path_end ON endpoint (listed, path_end_at);
  CREATE INDEX endpoint_visited ON endpoint (listed, visited_at);

  CREATE TABLE tag (tag TEXT NOT NULL, endpoint TEXT NOT NULL, PRIMARY KEY (tag, endpoint)) WITHOUT ROWID;
  CREATE INDEX tag_endpoint ON tag (endpoint);

  CREATE TABLE place (place TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE mark (
    endpoint TEXT NOT NULL,
    place TEXT NOT NULL,
    run TEXT,
    at INTEGER,
    next_at INTEGER,
    json TEXT,
    PRIMARY KEY (endpoint, place)
  ) WITHOUT ROWID;
  CREATE INDEX mark_next ON mark (place, next_at);
  CREATE INDEX mark_at ON mark (place, at);

  CREATE TABLE value (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, json TEXT NOT NULL);
  CREATE TABLE certificate (sha256 TEXT PRIMARY KEY, der BLOB NOT NULL);
  CREATE TABLE fact (
    endpoint TEXT NOT NULL,
    subject TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (endpoint, subject, first_at)
  ) WITHOUT ROWID;

  CREATE TABLE forecast (
    endpoint TEXT NOT NULL,
    bundle TEXT NOT NULL,
    breaks_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    root TEXT NOT NULL,
    root_name TEXT,
    json TEXT NOT NULL,
    PRIMARY KEY (endpoint, bundle)
  );
  CREATE INDEX forecast_break ON forecast (breaks_at, endpoint, bundle);
  CREATE INDEX forecast_bundle ON forecast (bundle, breaks_at, endpoint, kind);
  CREATE INDEX forecast_root ON forecast (bundle, root, breaks_at, endpoint, root_name);

  CREATE TABLE bundle (
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    label TEXT NOT NULL,
    device TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE bundle_file (
    bundle TEXT NOT NULL,
    place INTEGER NOT NULL,
    path TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (bundle, place)
  );

  CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    rule TEXT NOT NULL,
    rank INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    json TEXT NOT NULL
  );
  CREATE INDEX alert_open ON alert (rank, opened_at, id, closed_at) WHERE closed_at IS NULL;
  CREATE INDEX alert_open_rule ON alert (rule, rank, opened_at, id) WHERE closed_at IS NULL;
  CREATE INDEX alert_closed ON alert (closed_at, id) WHERE closed_at IS NOT NULL;
  CREATE INDEX alert_endpoint ON alert (endpoint, closed_at);

  CREATE TABLE channel (name TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE telling (
    key TEXT NOT NULL,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    alert TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    reason TEXT,
    PRIMARY KEY (channel, key)
  );
  CREATE INDEX telling_next ON telling (channel, next_at, queued_at);

  CREATE TABLE why (
    endpoint TEXT NOT NULL,
    at INTEGER NOT NULL,
    place TEXT NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (endpoint, at)
  );
  `,
  "CREATE TABLE begun (id INTEGER PRIMARY KEY CHECK (id = 1), run TEXT NOT NULL);",
  // What is counted, listed or looked up by these is a hundred thousand rows in a large fleet.
  `
  CREATE INDEX forecast_kind ON forecast (bundle, kind);
  CREATE INDEX alert_closed_rule ON alert (rule, closed_at, id) WHERE closed_at IS NOT NULL;
  CREATE INDEX alert_closed_rank ON alert (rank, closed_at, id) WHERE closed_at IS NOT NULL;
  CREATE INDEX fact_value ON fact (value);
  `,
  // Whether every endpoint that is listed has its mark there.
  "ALTER TABLE place ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;",
];

/** Brings the file to this version. @throws WatchError for a file that a newer version wrote, or another program */
export function migrate(database: Database, path: string): void {
  const isNew = database.prepare("SELECT 1 AS there FROM sqlite_schema LIMIT 1").get() === undefined;
  if (!isNew && numberIn(database, "application_id") !== applicationId)
    throw new WatchError(`The database ${path} belongs to another program.`, {
      hint: "Name another file; this one is left as it is.",
    });
  const version = numberIn(database, "user_version");
  if (version > steps.length)
    throw new WatchError(
      `The store ${path} was written by a newer version of Meerkat (schema ${version}; this one has ${steps.length}).`,
      {
        hint: "Update Meerkat, or name another file; this one is left as it is.",
      },
    );
  // It is written into the file: only now is it known whose that is.
  database.exec("PRAGMA journal_mode = WAL");
  for (const [i, step] of steps.entries())
    database.transaction(() => {
      // Another process may have made the step since the file was opened.
      if (numberIn(database, "user_version") > i) return;
      database.exec(step);
      database.exec(`PRAGMA user_version = ${i + 1}`);
    });
}

function numberIn(database: Database, pragma: "user_version" | "application_id"): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0);
}
