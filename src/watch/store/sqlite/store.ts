/** The store of one machine: one SQLite file. What is asked is answered at once; a promise is what the port has. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Decision, WatchedBundle, WatchedEndpoint } from "../../../fleet/index.ts";
import type { BegunRun, KeptWhy, Store } from "../port.ts";
import { storeLimits } from "../limits.ts";
import type { Reading } from "../reading.ts";
import { readEndpoint } from "../readings/history.ts";
import { readAlerts, readEndpoints, readForecasts } from "../readings/lists.ts";
import { readBundleRoots, readBundleSums, readFigures, readOverview } from "../readings/sums.ts";
import {
  readBundles,
  readDue,
  readIdBehind,
  readLastRun,
  readUnvisited,
  readWaiting,
} from "../readings/work.ts";
import { Alerts } from "./alerts.ts";
import { type Database, openDatabase } from "./driver.ts";
import { Histories } from "./history.ts";
import { sqliteLimits } from "./limits.ts";
import { Listed } from "./listed.ts";
import { prune } from "./prune.ts";
import { dialect, readInTurns, readNow } from "./read-now.ts";
import { migrate } from "./schema.ts";
import { Tellings } from "./tellings.ts";

export interface SqliteStoreOptions {
  /** A file that is there or is made; `:memory:` keeps nothing. */
  readonly path: string;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** @throws WatchError for a file that cannot be used, or that a newer version wrote */
export async function openSqliteStore({ path, now = Date.now }: SqliteStoreOptions): Promise<Store> {
  const database = await openDatabase(path);
  try {
    migrate(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
  return storeOver(database, now);
}

function storeOver(database: Database, now: () => number): Store {
  const alerts = new Alerts(database);
  const listed = new Listed(database, alerts);
  const histories = new Histories(database, alerts);
  const tellings = new Tellings(database);
  const parsed = new Map<string, WatchedBundle>();
  const read = <T>(reading: Reading<T>): T => readNow(database, reading);
  return {
    setEndpoints: async (endpoints) => listed.setEndpoints(endpoints, now()),
    setBundles: async (bundles) => listed.setBundles(bundles),
    bundles: async () => read(readBundles(parsed)),
    beginRun: async (run, mayFollow) =>
      database.transaction(() => {
        mayFollow?.(read(readLastRun()));
        beginRun(database, run);
      }),
    lastRun: async () => read(readLastRun()),
    unvisited: (query) => findUnvisited(database, query),
    due: async (query) => {
      listed.begin(query.place);
      return read(readDue(query));
    },
    record: async (visits, decide) =>
      database.transaction(() => {
        const written: Decision[] = [];
        for (const visit of visits) {
          if (!histories.isListed(visit.endpoint) || histories.hasVisit(visit, now())) continue;
          const history = histories.read(visit.endpoint);
          if (history === undefined) continue;
          const decision = decide(history, visit);
          histories.write(decision, visit);
          written.push(decision);
        }
        return written;
      }),
    keepWhy: async (endpoint, why) => keepWhy(database, endpoint, why),
    lendTellings: async (query) => tellings.lend(query),
    settleTelling: async (key, channel, outcome) => tellings.settle(key, channel, outcome),
    setChannels: async (channels) => tellings.setChannels(channels),
    waitingTellings: async () => read(readWaiting()),
    overview: ({ now: at }) => readInTurns(database, readOverview(at)),
    endpoints: async (query) => read(readEndpoints(query, dialect)),
    endpoint: async (id) => read(readEndpoint(id, dialect)),
    alerts: async (query) => read(readAlerts(query)),
    bundleRoots: async (bundle) => read(readBundleRoots(bundle)),
    bundleSums: async () => read(readBundleSums()),
    forecasts: async (query) => read(readForecasts(query)),
    figures: async (query) => read(readFigures(query, dialect)),
    prune: async (before, until) => prune(database, before, until),
    close: async () => database.close(),
  };
}

/**
 * At the end of a run nearly all have been visited, and a hundred thousand are looked at for a few: some of them at a time, so
 * that pages are answered in between.
 */
async function findUnvisited(
  database: Database,
  query: Parameters<Store["unvisited"]>[0],
): Promise<readonly WatchedEndpoint[]> {
  if (query.among !== undefined) return readNow(database, readUnvisited(query, dialect));
  const found: WatchedEndpoint[] = [];
  for (let after = query.after ?? ""; ; await nextTurn()) {
    const upTo = readNow(database, readIdBehind(after, sqliteLimits.lookedAtAtOnce.value));
    const part = { ...query, after, limit: query.limit - found.length, ...(upTo !== undefined && { upTo }) };
    found.push(...readNow(database, readUnvisited(part, dialect)));
    if (upTo === undefined || found.length >= query.limit) return found;
    after = upTo;
  }
}

function beginRun(database: Database, run: BegunRun): void {
  database.prepare("INSERT OR REPLACE INTO begun (id, run) VALUES (1, ?)").run(JSON.stringify(run));
}

function keepWhy(database: Database, endpoint: string, { at, place, code, text }: KeptWhy): void {
  database.transaction(() => {
    database
      .prepare("INSERT OR REPLACE INTO why (endpoint, at, place, code, text) VALUES (?, ?, ?, ?, ?)")
      .run(endpoint, at, place, code, text);
    database
      .prepare(
        `DELETE FROM why WHERE endpoint = ? AND at NOT IN
         (SELECT at FROM why WHERE endpoint = ? ORDER BY at DESC LIMIT ?)`,
      )
      .run(endpoint, endpoint, storeLimits.whysKept.value);
  });
}
