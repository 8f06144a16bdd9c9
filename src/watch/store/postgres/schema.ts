/**
 * The tables, in a schema of their own, and how those of an older version become these. `schema_version` counts the steps that
 * were made; each step is one transaction with its count, so that a kill leaves a whole step or none. Whoever opens the store
 * waits for whoever makes a step.
 *
 * As in SQLite: a value (a chain as it was shown, an answer) and a certificate stand there once, what lists are sorted by is a
 * column, and everything else of a row is its JSON, as text: jsonb cannot hold every text that JSON can. A number is
 * what JavaScript has for one, so that whatever a cursor says can be compared. Keys are compared octet by octet, in whatever
 * locale the database was made.
 */
import { WatchError } from "../../watch-error.ts";
import { never } from "../row.ts";
import { type Database, schemaName, type Session } from "./driver.ts";
import { lock } from "./locks.ts";

const key = 'text COLLATE "C"';
const number = "double precision";

const steps: readonly string[] = [
  `
  CREATE TABLE endpoint (
    id ${key} PRIMARY KEY,
    name ${key} NOT NULL,
    listed smallint NOT NULL,
    gone_at ${number},
    json text NOT NULL,
    state ${key},
    path_end_at ${number},
    break_at ${number},
    soonest_at ${number} NOT NULL DEFAULT ${never},
    visited_at ${number},
    took_ms ${number},
    summary text
  );
  CREATE INDEX endpoint_name ON endpoint (listed, name, id);
  CREATE INDEX endpoint_soonest ON endpoint (listed, soonest_at, id);
  CREATE INDEX endpoint_state ON endpoint (listed, state, name, id);
  CREATE INDEX endpoint_state_soonest ON endpoint (listed, state, soonest_at, id);
  CREATE INDEX endpoint_path_end ON endpoint (listed, path_end_at);
  CREATE INDEX endpoint_visited ON endpoint (listed, visited_at);

  CREATE TABLE tag (tag ${key}, endpoint ${key}, PRIMARY KEY (tag, endpoint));
  CREATE INDEX tag_endpoint ON tag (endpoint);

  CREATE TABLE begun (id integer PRIMARY KEY CHECK (id = 1), run text NOT NULL);
  CREATE TABLE place (place ${key} PRIMARY KEY);
  CREATE TABLE mark (
    endpoint ${key},
    place ${key},
    run ${key},
    at ${number},
    next_at ${number},
    json text,
    PRIMARY KEY (endpoint, place)
  );
  CREATE INDEX mark_next ON mark (place, next_at);
  CREATE INDEX mark_at ON mark (place, at);

  CREATE TABLE value (id bytea PRIMARY KEY, json text NOT NULL, chain text[] COLLATE "C" NOT NULL);
  CREATE INDEX value_chain ON value USING gin (chain);
  CREATE TABLE certificate (sha256 ${key} PRIMARY KEY, der bytea NOT NULL);
  CREATE TABLE fact (
    endpoint ${key},
    subject ${key},
    first_at ${number},
    last_at ${number} NOT NULL,
    value bytea NOT NULL,
    PRIMARY KEY (endpoint, subject, first_at)
  );
  CREATE INDEX fact_value ON fact (value);

  CREATE TABLE forecast (
    endpoint ${key},
    bundle ${key},
    breaks_at ${number} NOT NULL,
    kind ${key} NOT NULL,
    root ${key} NOT NULL,
    root_name ${key},
    json text NOT NULL,
    PRIMARY KEY (endpoint, bundle)
  );
  CREATE INDEX forecast_break ON forecast (breaks_at, endpoint, bundle);
  CREATE INDEX forecast_bundle ON forecast (bundle, breaks_at, endpoint, kind);
  CREATE INDEX forecast_root ON forecast (bundle, root, breaks_at, endpoint);

  CREATE TABLE bundle (id ${key} PRIMARY KEY, place integer NOT NULL, label text NOT NULL, device text NOT NULL);
  CREATE TABLE bundle_file (
    bundle ${key},
    place integer,
    path text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (bundle, place)
  );

  CREATE TABLE alert (
    id ${key} PRIMARY KEY,
    endpoint ${key} NOT NULL,
    rule ${key} NOT NULL,
    rank ${number} NOT NULL,
    opened_at ${number} NOT NULL,
    closed_at ${number},
    json text NOT NULL
  );
  CREATE INDEX alert_open ON alert (rank, opened_at, id) WHERE closed_at IS NULL;
  CREATE INDEX alert_open_rule ON alert (rule, rank, opened_at, id) WHERE closed_at IS NULL;
  CREATE INDEX alert_closed ON alert (closed_at, id) WHERE closed_at IS NOT NULL;
  CREATE INDEX alert_endpoint ON alert (endpoint, closed_at);

  CREATE TABLE channel (name ${key} PRIMARY KEY);
  CREATE TABLE telling (
    key ${key},
    channel ${key},
    kind text NOT NULL,
    endpoint ${key} NOT NULL,
    alert text NOT NULL,
    queued_at ${number} NOT NULL,
    next_at ${number} NOT NULL,
    tries integer NOT NULL,
    reason text,
    PRIMARY KEY (channel, key)
  );
  CREATE INDEX telling_next ON telling (channel, next_at, queued_at);

  CREATE TABLE why (
    endpoint ${key},
    at ${number},
    place text NOT NULL,
    code text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (endpoint, at)
  );
  `,
  // Closed alerts are a hundred thousand rows in a large fleet. `begun`: every endpoint that is listed has its mark there.
  `
  CREATE INDEX alert_closed_rule ON alert (rule, closed_at, id) WHERE closed_at IS NOT NULL;
  CREATE INDEX alert_closed_rank ON alert (rank, closed_at, id) WHERE closed_at IS NOT NULL;
  ALTER TABLE place ADD COLUMN begun smallint NOT NULL DEFAULT 0;
  `,
];

/** Brings the tables to this version. @throws WatchError for what a newer version wrote, or another program */
export async function migrate(database: Database, name: string): Promise<void> {
  await database.transaction((session) => checkServer(session, name));
  let version = await database.transaction((session) => versionOf(session, name));
  while (version < steps.length)
    version = await database.transaction(async (session) => {
      await lock(session, "schema");
      // Another process may have made the step meanwhile.
      const now = await versionOf(session, name);
      const step = steps[now];
      if (step === undefined) return now;
      if (now === 0) {
        await createSchema(session);
        await session.query("CREATE TABLE schema_version (version integer NOT NULL)");
        await session.query("INSERT INTO schema_version VALUES (0)");
      }
      await session.query(step);
      await session.query("UPDATE schema_version SET version = $1", now + 1);
      return now + 1;
    });
}

/** `IF NOT EXISTS` asks first for a right to create one, which the owner of one that is there may not have. */
async function createSchema(session: Session): Promise<void> {
  const there = await session.query("SELECT FROM pg_namespace WHERE nspname = $1", schemaName);
  if (there.length === 0) await session.query(`CREATE SCHEMA ${schemaName}`);
}

/** What this needs of a server: `WITH ... AS MATERIALIZED` (PostgreSQL 12), and text in any script. */
const least = 12;

async function checkServer(session: Session, name: string): Promise<void> {
  const [row] = await session.query(
    `SELECT current_setting('server_version_num')::integer / 10000 AS version, current_setting('server_encoding') AS encoding`,
  );
  const [version, encoding] = [Number(row?.["version"]), String(row?.["encoding"])];
  if (version < least)
    throw new WatchError(`The store ${name} is in PostgreSQL ${version}, which is too old.`, {
      hint: `PostgreSQL ${least} or newer keeps it.`,
    });
  if (encoding !== "UTF8")
    throw new WatchError(`The store ${name} is in a database that keeps text in ${encoding}.`, {
      hint: "Make one in UTF-8: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0.",
    });
}

/** How many steps were made. */
async function versionOf(session: Session, name: string): Promise<number> {
  const tables = await session.query(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'r'",
    schemaName,
  );
  if (tables.length === 0) return 0;
  if (!tables.some((table) => table["name"] === "schema_version"))
    throw new WatchError(`The schema ${schemaName} of ${name} belongs to another program.`, {
      hint: "Name another database; this one is left as it is.",
    });
  const [row] = await session.query(`SELECT version FROM ${schemaName}.schema_version`);
  const version = Number(row?.["version"]);
  if (version > steps.length)
    throw new WatchError(
      `The store ${name} was written by a newer version of Meerkat (schema ${version}; this one has ${steps.length}).`,
      { hint: "Update Meerkat, or name another database; this one is left as it is." },
    );
  return version;
}
