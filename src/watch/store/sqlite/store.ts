/** The store of one machine: one SQLite file. What is asked is answered at once; a promise is what the port has. */
import type { Decision } from "../../../fleet/index.ts";
import type { BegunRun, KeptWhy, Store } from "../port.ts";
import { storeLimits } from "../limits.ts";
import { Alerts } from "./alerts.ts";
import { type Database, openDatabase } from "./driver.ts";
import { Histories } from "./history.ts";
import { Listed } from "./listed.ts";
import { prune } from "./prune.ts";
import { migrate } from "./schema.ts";
import { Shown } from "./shown.ts";
import { Tellings } from "./tellings.ts";
import { textOf } from "./values.ts";

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
  const shown = new Shown(database, histories);
  return {
    setEndpoints: async (endpoints) => listed.setEndpoints(endpoints, now()),
    setBundles: async (bundles) => listed.setBundles(bundles),
    bundles: async () => listed.bundles(),
    beginRun: async (run) => beginRun(database, run),
    lastRun: async () => lastRun(database),
    unvisited: async (query) => listed.unvisited(query),
    due: async (query) => listed.due(query),
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
    waitingTellings: async () => tellings.waiting(),
    overview: async (query) => shown.overview(query),
    endpoints: async (query) => shown.endpoints(query),
    endpoint: async (id) => shown.endpoint(id),
    alerts: async (query) => shown.alerts(query),
    bundleRoots: async (bundle) => shown.bundleRoots(bundle),
    bundleSums: async () => shown.bundleSums(),
    forecasts: async (query) => shown.forecasts(query),
    figures: async (query) => shown.figures(query),
    prune: async (before) => prune(database, before),
    close: async () => database.close(),
  };
}

function beginRun(database: Database, run: BegunRun): void {
  database.prepare("INSERT OR REPLACE INTO begun (id, run) VALUES (1, ?)").run(JSON.stringify(run));
}

function lastRun(database: Database): BegunRun | undefined {
  const row = database.prepare("SELECT run FROM begun").get();
  return row && (JSON.parse(textOf(row, "run")) as BegunRun);
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
