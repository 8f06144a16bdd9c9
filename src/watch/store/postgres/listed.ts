/** What is watched: endpoints and bundles as they are listed, and places that begin. One at a time changes any of it. */
import type { WatchedBundle, WatchedEndpoint } from "../../../fleet/index.ts";
import { numberOf, textOf, type Value } from "../row.ts";
import type { Database, Session } from "./driver.ts";
import { postgresLimits } from "./limits.ts";
import { lock } from "./locks.ts";
import { rangesOf, within } from "./ranges.ts";
import { insertNew, upsert } from "./rows.ts";
import { closeAlerts } from "./tellings.ts";

const atOnce = postgresLimits.listedAtOnce.value;

export async function setEndpoints(
  session: Session,
  endpoints: readonly WatchedEndpoint[],
  now: number,
): Promise<void> {
  await lock(session, "lists");
  const { changed, stayed, gone } = await compare(session, endpoints);
  // Whoever records visits of some of them locks in this order, too.
  await inBatches([...stayed, ...gone].toSorted(byOctets), (ids) =>
    session.query("SELECT FROM endpoint WHERE id = ANY ($1) ORDER BY id FOR UPDATE", ids),
  );
  await inBatches(changed, (some) => list(session, some, stayed));
  await inBatches(gone, (ids) => unlist(session, ids, now));
}

interface Changes {
  /** New ones, those that come back, and those that stayed and are written otherwise. */
  readonly changed: readonly WatchedEndpoint[];
  /** Of the changed ones, those that were listed. */
  readonly stayed: ReadonlySet<string>;
  readonly gone: readonly string[];
}

async function compare(session: Session, endpoints: readonly WatchedEndpoint[]): Promise<Changes> {
  const left = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const stayed = new Set<string>();
  const gone: string[] = [];
  for (let after = ""; ;) {
    const rows = await session.query(
      "SELECT id, listed, json FROM endpoint WHERE id > $1 ORDER BY id LIMIT $2",
      after,
      atOnce,
    );
    for (const row of rows) {
      const id = textOf(row, "id");
      const given = left.get(id);
      if (numberOf(row, "listed") === 0) continue;
      if (given === undefined) gone.push(id);
      else if (JSON.stringify(given) === textOf(row, "json")) left.delete(id);
      else stayed.add(id);
    }
    const last = rows.at(-1);
    if (rows.length < atOnce || last === undefined) break;
    after = textOf(last, "id");
  }
  return { changed: [...left.values()], stayed, gone };
}

async function list(
  session: Session,
  endpoints: readonly WatchedEndpoint[],
  stayed: ReadonlySet<string>,
): Promise<void> {
  const ids = endpoints.map(({ id }) => id);
  await upsert(session, 1, {
    table: "endpoint",
    columns: ["id", "name", "listed", "gone_at", "json"],
    rows: endpoints.map((endpoint) => [endpoint.id, endpoint.name, 1, null, JSON.stringify(endpoint)]),
  });
  await session.query("DELETE FROM tag WHERE endpoint = ANY ($1)", ids);
  await insertNew(session, {
    table: "tag",
    columns: ["tag", "endpoint"],
    rows: endpoints.flatMap(({ id, tags }) => tags.map((tag): readonly Value[] => [tag, id])),
  });
  // At every place, also at those that recorded visits and never asked what is due.
  await session.query(
    `INSERT INTO mark (endpoint, place, next_at) SELECT id, place.place, 0 FROM unnest($1::text[]) id, place
     ON CONFLICT (endpoint, place) DO UPDATE SET next_at = 0`,
    ids.filter((id) => !stayed.has(id)),
  );
}

async function unlist(session: Session, ids: readonly string[], now: number): Promise<void> {
  await session.query("UPDATE endpoint SET listed = 0, gone_at = $2 WHERE id = ANY ($1)", ids, now);
  await session.query("UPDATE mark SET next_at = NULL WHERE endpoint = ANY ($1)", ids);
  await session.query("DELETE FROM forecast WHERE endpoint = ANY ($1)", ids);
  await closeAlerts(session, ids, now);
}

export async function setBundles(session: Session, bundles: readonly WatchedBundle[]): Promise<void> {
  await lock(session, "lists");
  const ids = bundles.map(({ id }) => id);
  await session.query("DELETE FROM bundle");
  await session.query("DELETE FROM bundle_file");
  for (const [place, { id, label, device, files }] of bundles.entries()) {
    await session.query(
      "INSERT INTO bundle (id, place, label, device) VALUES ($1, $2, $3, $4)",
      id,
      place,
      label,
      device,
    );
    for (const [i, { path, bytes }] of files.entries())
      await session.query(
        "INSERT INTO bundle_file (bundle, place, path, bytes) VALUES ($1, $2, $3, $4)",
        id,
        i,
        path,
        bytes,
      );
  }
  for (const row of await session.query(foretold))
    if (!ids.includes(textOf(row, "bundle"))) await forgetForecasts(session, textOf(row, "bundle"));
}

/** The bundles that forecasts are about: each is looked up in the index behind the one before, however many forecasts it has. */
const foretold = `
  WITH RECURSIVE found (bundle) AS (
    (SELECT bundle FROM forecast ORDER BY bundle LIMIT 1)
    UNION ALL
    SELECT (SELECT forecast.bundle FROM forecast WHERE forecast.bundle > found.bundle ORDER BY forecast.bundle LIMIT 1)
    FROM found WHERE found.bundle IS NOT NULL
  )
  SELECT bundle FROM found WHERE bundle IS NOT NULL`;

async function forgetForecasts(session: Session, bundle: string): Promise<void> {
  for (let count = atOnce; count === atOnce;) {
    const rows = await session.query(
      `DELETE FROM forecast WHERE bundle = $1 AND endpoint IN
         (SELECT endpoint FROM forecast WHERE bundle = $1 LIMIT $2) RETURNING 1 AS one`,
      bundle,
      atOnce,
    );
    count = rows.length;
  }
}

/**
 * A place that begins to visit: everything is due there. What is listed from now on is due at it, too, so that what is listed
 * already may follow a little at a time, each time when nobody is at listing; whoever is ended in between begins again. Once all
 * of it is there, nobody begins it any more.
 */
export async function beginPlace(database: Database, place: string): Promise<void> {
  const hasBegun = await database.transaction(async (session) => {
    await session.query("INSERT INTO place (place) VALUES ($1) ON CONFLICT DO NOTHING", place);
    const begun = await session.query("SELECT FROM place WHERE place = $1 AND begun = 1", place);
    return begun.length > 0;
  });
  if (hasBegun) return;
  for await (const range of rangesOf(database, { table: "endpoint", key: "id", limit: atOnce }))
    await database.transaction(async (session) => {
      await lock(session, "lists");
      const { condition, values } = within("id", range);
      await session.query(
        `INSERT INTO mark (endpoint, place, next_at) SELECT id, $${values.length + 1}, 0 FROM endpoint
         WHERE ${condition} AND listed = 1 AND NOT EXISTS
           (SELECT FROM mark WHERE mark.endpoint = endpoint.id AND mark.place = $${values.length + 1})
         ON CONFLICT DO NOTHING`,
        ...values,
        place,
      );
    });
  await database.transaction((session) =>
    session.query("UPDATE place SET begun = 1 WHERE place = $1", place),
  );
}

async function inBatches<T>(
  all: readonly T[],
  work: (some: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let i = 0; i < all.length; i += atOnce) await work(all.slice(i, i + atOnce));
}

function byOctets(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
