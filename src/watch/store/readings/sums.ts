/** Sums over many endpoints: the overview, what a bundle's roots carry, bundles side by side, and the figures of metrics. */
import type { DeviceName } from "../../../device/index.ts";
import { type EndpointSummary, severities } from "../../../fleet/index.ts";
import { storeLimits } from "../limits.ts";
import type { BundleSum, EndpointFigures, Overview, RootUse, Store } from "../port.ts";
import { ask, type Dialect, type Reading } from "../reading.ts";
import { endpointFrom, maybeNumber, maybeText, momentOf, never, numberOf, type Row, textOf } from "../row.ts";
import { forecastRow } from "./lists.ts";

const weekMs = 7 * 86_400_000;

export function* readOverview(now: number): Reading<Overview> {
  const states = { well: 0, notice: 0, warning: 0, critical: 0, failing: 0, unvisited: 0 };
  for (const row of yield ask(
    "SELECT state, COUNT(*) AS count FROM endpoint WHERE listed = 1 GROUP BY state",
  )) {
    const state = (maybeText(row["state"]) ?? "unvisited") as keyof Overview["states"];
    states[state] = numberOf(row, "count");
  }
  const alerts = { notice: 0, warning: 0, critical: 0 };
  for (const row of yield ask(
    "SELECT rank, COUNT(*) AS count FROM alert WHERE closed_at IS NULL GROUP BY rank",
  )) {
    const severity = severities[numberOf(row, "rank")];
    if (severity !== undefined) alerts[severity] = numberOf(row, "count");
  }
  const next = yield ask(
    `SELECT f.json AS forecast, e.json FROM forecast f JOIN endpoint e ON e.id = f.endpoint
     WHERE f.breaks_at >= ? AND f.breaks_at < ${never} ORDER BY f.breaks_at, f.endpoint, f.bundle LIMIT ?`,
    now,
    storeLimits.nextBreaks.value,
  );
  const [last] = yield ask("SELECT MAX(visited_at) AS at FROM endpoint WHERE listed = 1");
  const weeks = yield* readWeeks(now);
  return { states, alerts, next: next.map(forecastRow), weeks, lastVisitAt: maybeNumber(last?.["at"]) };
}

/** Of these one question asks for. */
const weeksAsked = 13;

function* readWeeks(now: number): Reading<Overview["weeks"]> {
  const weeks = Array.from({ length: storeLimits.weeks.value }, (_, week) => now + week * weekMs);
  const found: Overview["weeks"][number][] = [];
  for (let from = 0; from < weeks.length; from += weeksAsked)
    found.push(...(yield* readSomeWeeks(weeks.slice(from, from + weeksAsked))));
  return found;
}

/** Each week is counted by itself: to count along an index is several times as fast as to group by a quotient. */
function* readSomeWeeks(weeks: readonly number[]): Reading<Overview["weeks"]> {
  const counts = weeks.map(
    (_, week) =>
      `(SELECT COUNT(*) FROM endpoint WHERE listed = 1 AND path_end_at >= ? AND path_end_at < ?) AS paths${week},
       (SELECT COUNT(*) FROM forecast WHERE breaks_at >= ? AND breaks_at < ?) AS breaks${week}`,
  );
  const moments = weeks.flatMap((fromAt) => [fromAt, fromAt + weekMs, fromAt, fromAt + weekMs]);
  const [row = {}] = yield ask(`SELECT ${counts.join(", ")}`, ...moments);
  return weeks.map((fromAt, week) => ({
    fromAt,
    paths: numberOf(row, `paths${week}`),
    breaks: numberOf(row, `breaks${week}`),
  }));
}

export function* readBundleRoots(bundle: string): Reading<readonly RootUse[]> {
  const rows = yield ask(
    `SELECT root, MAX(root_name) AS root_name, COUNT(*) AS endpoints, MIN(breaks_at) AS breaks_at
     FROM forecast WHERE bundle = ? GROUP BY root ORDER BY endpoints DESC, root`,
    bundle,
  );
  return rows.map((row) => ({
    root: textOf(row, "root") === "" ? undefined : textOf(row, "root"),
    rootName: maybeText(row["root_name"]),
    endpoints: numberOf(row, "endpoints"),
    breaksAt: momentOf(row, "breaks_at"),
  }));
}

export function* readBundleSums(): Reading<readonly BundleSum[]> {
  const rows = yield ask(
    // Each along an index of its own; of the refused, which stand first, the last is passed by on the way to the first break.
    `SELECT b.id,
       (SELECT COUNT(*) FROM forecast f WHERE f.bundle = b.id) AS endpoints,
       (SELECT COUNT(*) FROM forecast f WHERE f.bundle = b.id AND f.kind = 'refused') AS refused,
       (SELECT f.breaks_at FROM forecast f WHERE f.bundle = b.id AND f.kind <> 'refused'
        ORDER BY f.breaks_at LIMIT 1) AS breaks_at
     FROM bundle b ORDER BY b.place`,
  );
  return rows.map((row) => ({
    bundle: textOf(row, "id"),
    endpoints: numberOf(row, "endpoints"),
    refused: numberOf(row, "refused"),
    breaksAt: momentOf(row, "breaks_at"),
  }));
}

export function* readFigures(
  { after = "", limit }: Parameters<Store["figures"]>[0],
  { walked }: Dialect,
): Reading<readonly EndpointFigures[]> {
  const rows = yield ask(
    `SELECT id, json, summary, visited_at, took_ms FROM endpoint
     WHERE ${walked("listed")} = 1 AND id > ? AND summary IS NOT NULL ORDER BY id LIMIT ?`,
    after,
    limit,
  );
  const forecasts = yield* readBreaks(rows);
  return rows.map((row) => ({
    endpoint: endpointFrom(row),
    summary: JSON.parse(textOf(row, "summary")) as EndpointSummary,
    visitedAt: numberOf(row, "visited_at"),
    tookMs: numberOf(row, "took_ms"),
    forecasts: forecasts.get(textOf(row, "id")) ?? [],
  }));
}

/** What is foretold of endpoints that stand one behind the other, by their ids; of bundles that are listed alone. */
function* readBreaks(
  endpoints: readonly Row[],
): Reading<ReadonlyMap<string, readonly EndpointFigures["forecasts"][number][]>> {
  const found = new Map<string, EndpointFigures["forecasts"][number][]>();
  const [first, last] = [endpoints[0], endpoints.at(-1)];
  if (first === undefined || last === undefined) return found;
  const bundles = yield ask("SELECT id, device FROM bundle");
  const devices = new Map(bundles.map((row) => [textOf(row, "id"), textOf(row, "device") as DeviceName]));
  const rows = yield ask(
    "SELECT endpoint, bundle, breaks_at FROM forecast WHERE endpoint >= ? AND endpoint <= ? ORDER BY endpoint, bundle",
    textOf(first, "id"),
    textOf(last, "id"),
  );
  for (const row of rows) {
    const [endpoint, bundle] = [textOf(row, "endpoint"), textOf(row, "bundle")];
    const device = devices.get(bundle);
    if (device === undefined) continue;
    const known = found.get(endpoint) ?? [];
    known.push({ bundle, device, breaksAt: momentOf(row, "breaks_at") });
    found.set(endpoint, known);
  }
  return found;
}
