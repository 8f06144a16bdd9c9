/** The store of many machines: a PostgreSQL database, in which any number of workers and pages work at a time. */
import type { Client } from "../../../client/index.ts";
import type { WatchedBundle } from "../../../fleet/index.ts";
import type { DatabaseAddress } from "../../database/address.ts";
import { poolSettings } from "../../database/settings.ts";
import { storeLimits } from "../limits.ts";
import type { BegunRun, KeptWhy, Store } from "../port.ts";
import type { Reading } from "../reading.ts";
import { readEndpoint } from "../readings/history.ts";
import { readAlerts, readEndpoints, readForecasts } from "../readings/lists.ts";
import { readBundleRoots, readBundleSums, readFigures, readOverview } from "../readings/sums.ts";
import { readBundles, readDue, readLastRun, readUnvisited, readWaiting } from "../readings/work.ts";
import { dialect } from "./dialect.ts";
import { type Database, openDatabase, type Session } from "./driver.ts";
import { beginPlace, setBundles, setEndpoints } from "./listed.ts";
import { lock } from "./locks.ts";
import { prune } from "./prune.ts";
import { record } from "./record.ts";
import { migrate } from "./schema.ts";
import { lendTellings, setChannels, settleTelling } from "./tellings.ts";

export interface PostgresStoreOptions {
  readonly address: DatabaseAddress;
  /** Makes its connections; it is not closed with the store. */
  readonly client: Client;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** @throws WatchError for a database that cannot be used, or that a newer version wrote, and where pg is not installed */
export async function openPostgresStore({
  address,
  client,
  now = Date.now,
}: PostgresStoreOptions): Promise<Store> {
  const database = await openDatabase(poolSettings(client, address), address.name);
  try {
    await migrate(database, address.name);
  } catch (error) {
    await database.close();
    throw error;
  }
  return storeOver(database, now);
}

function storeOver(database: Database, now: () => number): Store {
  const parsed = new Map<string, WatchedBundle>();
  /** Places that asked what is due: all their marks are there. */
  const begun = new Set<string>();
  const read = <T>(reading: () => Reading<T>): Promise<T> => database.read(reading);
  const change = <T>(work: (session: Session) => Promise<T>): Promise<T> => database.transaction(work);
  return {
    setEndpoints: (endpoints) => change((session) => setEndpoints(session, endpoints, now())),
    setBundles: (bundles) => change((session) => setBundles(session, bundles)),
    bundles: () => read(() => readBundles(parsed)),
    beginRun: (run, mayFollow) => change((session) => beginRun(session, run, mayFollow)),
    lastRun: () => read(() => readLastRun()),
    unvisited: (query) => read(() => readUnvisited(query, dialect)),
    due: async (query) => {
      if (!begun.has(query.place)) await beginPlace(database, query.place);
      begun.add(query.place);
      return read(() => readDue(query));
    },
    record: (visits, decide) => change((session) => record(session, { visits, decide, now: now() })),
    keepWhy: (endpoint, why) => change((session) => keepWhy(session, endpoint, why)),
    lendTellings: (query) => change((session) => lendTellings(session, query)),
    settleTelling: (key, channel, outcome) =>
      change((session) => settleTelling(session, { key, channel }, outcome)),
    setChannels: (channels) => change((session) => setChannels(session, channels)),
    waitingTellings: () => read(() => readWaiting()),
    overview: ({ now: at }) => read(() => readOverview(at)),
    endpoints: (query) => read(() => readEndpoints(query, dialect)),
    endpoint: (id) => read(() => readEndpoint(id, dialect)),
    alerts: (query) => read(() => readAlerts(query)),
    bundleRoots: (bundle) => read(() => readBundleRoots(bundle)),
    bundleSums: () => read(() => readBundleSums()),
    forecasts: (query) => read(() => readForecasts(query)),
    figures: (query) => read(() => readFigures(query, dialect)),
    prune: (before, until) => prune(database, before, until),
    close: () => database.close(),
  };
}

async function beginRun(
  session: Session,
  run: BegunRun,
  mayFollow: Parameters<Store["beginRun"]>[1],
): Promise<void> {
  await lock(session, "lists");
  mayFollow?.(await session.read(readLastRun()));
  await session.query(
    "INSERT INTO begun (id, run) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET run = excluded.run",
    JSON.stringify(run),
  );
}

async function keepWhy(
  session: Session,
  endpoint: string,
  { at, place, code, text }: KeptWhy,
): Promise<void> {
  await session.query(
    `INSERT INTO why (endpoint, at, place, code, text) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (endpoint, at) DO UPDATE SET place = excluded.place, code = excluded.code, text = excluded.text`,
    endpoint,
    at,
    place,
    code,
    text,
  );
  await session.query(
    `DELETE FROM why WHERE endpoint = $1 AND at NOT IN
     (SELECT at FROM why WHERE endpoint = $1 ORDER BY at DESC LIMIT $2)`,
    endpoint,
    storeLimits.whysKept.value,
  );
}
