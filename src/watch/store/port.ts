/**
 * What a store keeps and answers. SQLite keeps it for one machine, PostgreSQL for many; both pass the same tests.
 *
 * Written as intervals: a fact, the first and the last moment at which it was seen. Each certificate and each chain
 * stands there once. Everything that one visit changes is written in one transaction, with what is to be told in the
 * outbox: after a kill at any moment either all of it is there or nothing.
 */
import type {
  Alert,
  Decision,
  EndpointHistory,
  EndpointSummary,
  Forecast,
  Severity,
  Visit,
  WatchedBundle,
  WatchedEndpoint,
} from "../../fleet/index.ts";

export interface Store {
  /** Puts the list in the place of the one before: new ones are due at once, those that are gone are no longer visited. */
  setEndpoints(endpoints: readonly WatchedEndpoint[]): Promise<void>;
  /** The same for bundles. Their files are kept, so that every worker and page has them. */
  setBundles(bundles: readonly WatchedBundle[]): Promise<void>;
  bundles(): Promise<readonly WatchedBundle[]>;

  /** Notes a run before its first visit: after a kill at any moment it is known which one was under way. The latest is kept. `mayFollow` throws where it may not follow the last one: nothing is noted then. */
  beginRun(run: BegunRun, mayFollow?: (last: BegunRun | undefined) => void): Promise<void>;
  /** `undefined` before the first. */
  lastRun(): Promise<BegunRun | undefined>;

  /** Endpoints with no visit of `run` from `place`, in the order of their ids, from behind `after` on. */
  unvisited(query: {
    readonly run: string;
    readonly place: string;
    readonly after?: string | undefined;
    /** Of these ids alone. */
    readonly among?: readonly string[] | undefined;
    readonly limit: number;
  }): Promise<readonly WatchedEndpoint[]>;
  /** Endpoints whose next visit by `place` (`PlaceMark.nextAt`) has come, the longest ago first; those never visited, or listed anew, before all others, with no `nextAt`, and not where `visited` is asked for. */
  due(query: {
    readonly place: string;
    readonly now: number;
    readonly limit: number;
    readonly visited?: boolean;
  }): Promise<readonly { readonly endpoint: WatchedEndpoint; readonly nextAt: number | undefined }[]>;

  /**
   * Writes visits down. For each whose (endpoint, place, run) is not there yet, `decide` is given the history, and its
   * decision is written with the outbox in the same transaction, during which nobody else changes these endpoints. A visit
   * that is there already, or whose endpoint is not listed, is passed over. Returns the decisions that were written.
   */
  record(
    visits: readonly Visit[],
    decide: (history: EndpointHistory, visit: Visit) => Decision,
  ): Promise<readonly Decision[]>;

  /** Keeps what a diagnosis said of an endpoint: JSON text and sentences. The newest few are kept. */
  keepWhy(endpoint: string, why: KeptWhy): Promise<void>;

  /** Alerts that are to be told and whose time has come, the oldest first; each is lent to the caller until `lentUntilAt`. */
  lendTellings(query: {
    readonly channel: string;
    readonly now: number;
    readonly lentUntilAt: number;
    readonly limit: number;
  }): Promise<readonly Telling[]>;
  /** The telling arrived, or is to be tried again. */
  settleTelling(
    key: string,
    channel: string,
    outcome:
      | { readonly kind: "told"; readonly at: number }
      | { readonly kind: "again"; readonly at: number; readonly reason: string },
  ): Promise<void>;
  /** The channels that get a copy of each telling from now on. */
  setChannels(channels: readonly string[]): Promise<void>;
  /** What is not told yet, by channel: one row for each channel. */
  waitingTellings(): Promise<readonly WaitingTellings[]>;

  overview(query: { readonly now: number }): Promise<Overview>;
  endpoints(query: EndpointQuery): Promise<Paged<EndpointRow>>;
  endpoint(id: string): Promise<EndpointView | undefined>;
  alerts(query: AlertQuery): Promise<Paged<AlertRow>>;
  /** Which CA certificates of a bundle are relied on, and by how many endpoints. */
  bundleRoots(bundle: string): Promise<readonly RootUse[]>;
  /** One row for each bundle of the list, in its order: what a list of bundles shows. */
  bundleSums(): Promise<readonly BundleSum[]>;
  /** The bundle's forecasts by the day of the break, the earliest first; those without a known end last. */
  forecasts(query: ForecastQuery): Promise<Paged<ForecastRow>>;
  /** Every endpoint's figures for metrics, a page at a time, in the order of ids. */
  figures(query: {
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<readonly EndpointFigures[]>;

  /** Forgets facts, closed alerts and diagnoses that ended before, chains that nothing names, and endpoints long unlisted. `until` may end it in the middle. */
  prune(before: number, until?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface BegunRun {
  readonly name: string;
  /** Whose store it is: both put their own list in the place of the one before. */
  readonly by: "survey" | "watch";
  /** What it was begun with, in the words of whoever began it; empty where that was not noted yet. */
  readonly asked: string;
}

export interface KeptWhy {
  readonly at: number;
  readonly place: string;
  /** The code of the first finding. */
  readonly code: string;
  /** For a person, as `meerkat why` prints it. */
  readonly text: string;
}

/** One alert's change on its way to one channel. */
export interface Telling {
  /** `tellingKey`: the idempotency key. */
  readonly key: string;
  readonly channel: string;
  readonly kind: "opened" | "worse" | "repeated" | "closed";
  readonly alert: Alert;
  readonly endpoint: WatchedEndpoint;
  /** How often it was tried before. */
  readonly tries: number;
  readonly queuedAt: number;
}

export interface WaitingTellings {
  readonly channel: string;
  readonly waiting: number;
  /** When the oldest of them was queued. */
  readonly oldestAt: number | undefined;
}

/** A page of a list: `next` is handed back as `after`; `undefined` on the last one. */
export interface Paged<T> {
  readonly rows: readonly T[];
  readonly next: string | undefined;
}

export interface EndpointRow {
  readonly endpoint: WatchedEndpoint;
  /** `undefined` before the first visit. */
  readonly summary: EndpointSummary | undefined;
  readonly visitedAt: number | undefined;
}

export interface EndpointQuery {
  /** `soonest`: by the earlier of the path's end and the first break. */
  readonly sort: "name" | "soonest";
  /** A part of the name. */
  readonly search?: string | undefined;
  readonly tag?: string | undefined;
  readonly state?: EndpointSummary["state"] | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface EndpointView {
  readonly history: EndpointHistory;
  readonly summary: EndpointSummary | undefined;
  /** DER of every certificate that its current chains name, by SHA-256. */
  readonly certificates: ReadonlyMap<string, Uint8Array>;
  /** Closed alerts, the newest first; a few. */
  readonly closed: readonly Alert[];
  readonly whys: readonly KeptWhy[];
}

export interface AlertRow {
  readonly alert: Alert;
  readonly endpoint: WatchedEndpoint;
}

export interface AlertQuery {
  readonly state: "open" | "closed";
  readonly severity?: Severity | undefined;
  readonly rule?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface RootUse {
  /** `undefined`: those that are refused. */
  readonly root: string | undefined;
  readonly rootName: string | undefined;
  readonly endpoints: number;
  /** The first break among them. */
  readonly breaksAt: number | undefined;
}

export interface BundleSum {
  /** `WatchedBundle.id` */
  readonly bundle: string;
  /** How many endpoints have a forecast for it. */
  readonly endpoints: number;
  /** How many of them the device does not connect to now. */
  readonly refused: number;
  /** The first break of the others. */
  readonly breaksAt: number | undefined;
}

export interface ForecastQuery {
  readonly bundle: string;
  readonly root?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface ForecastRow {
  readonly endpoint: WatchedEndpoint;
  readonly forecast: Forecast;
}

export interface EndpointFigures {
  readonly endpoint: WatchedEndpoint;
  readonly summary: EndpointSummary;
  readonly visitedAt: number;
  readonly tookMs: number;
  readonly forecasts: readonly Pick<Forecast, "bundle" | "device" | "breaksAt">[];
}

export interface Overview {
  /** How many endpoints are in each state, those not visited yet under `unvisited`. */
  readonly states: Readonly<Record<EndpointSummary["state"] | "unvisited", number>>;
  readonly alerts: Readonly<Record<Severity, number>>;
  /** What breaks next: the earliest breaks of all bundles that are still to come. What is refused now stands in `bundleSums`. */
  readonly next: readonly ForecastRow[];
  /** How many endpoints' paths end, and how many forecasts break, in each week from now on. */
  readonly weeks: readonly { readonly fromAt: number; readonly paths: number; readonly breaks: number }[];
  readonly lastVisitAt: number | undefined;
}
