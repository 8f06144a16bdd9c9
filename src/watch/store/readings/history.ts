/** What is kept of endpoints, as decisions are given it, and everything that one endpoint's page shows. */
import {
  type Alert,
  type EndpointHistory,
  type Fact,
  fleetLimits,
  type Forecast,
  type PlaceMark,
} from "../../../fleet/index.ts";
import { storeLimits } from "../limits.ts";
import type { EndpointView, KeptWhy } from "../port.ts";
import { ask, type Dialect, type Reading } from "../reading.ts";
import {
  alertFrom,
  bytesOf,
  endpointFrom,
  factFrom,
  forecastFrom,
  numberOf,
  type Row,
  summaryFrom,
  textOf,
} from "../row.ts";

/** By their ids; of those that were never listed, nothing. */
export function* readHistories(
  ids: readonly string[],
  { among }: Dialect,
): Reading<ReadonlyMap<string, EndpointHistory>> {
  const given = JSON.stringify(ids);
  const endpoints = yield ask(`SELECT id, json FROM endpoint WHERE ${among("id")}`, given);
  const facts = byEndpoint<Fact>(
    // The newest of each subject, the oldest first.
    yield ask(
      `SELECT f.endpoint, f.first_at, f.last_at, v.json FROM
         (SELECT endpoint, first_at, last_at, value,
            row_number() OVER (PARTITION BY endpoint, subject ORDER BY first_at DESC) AS nth
          FROM fact WHERE ${among("endpoint")}) f
       JOIN value v ON v.id = f.value WHERE f.nth <= ? ORDER BY f.first_at`,
      given,
      fleetLimits.factsKept.value,
    ),
    factFrom,
  );
  const places = byEndpoint(
    yield ask(`SELECT endpoint, json FROM mark WHERE ${among("endpoint")} AND json IS NOT NULL`, given),
    (row) => JSON.parse(textOf(row, "json")) as PlaceMark,
  );
  const forecasts = byEndpoint<Forecast>(
    yield ask(`SELECT endpoint, json FROM forecast WHERE ${among("endpoint")}`, given),
    forecastFrom,
  );
  const alerts = byEndpoint<Alert>(
    yield ask(`SELECT endpoint, json FROM alert WHERE ${among("endpoint")} AND closed_at IS NULL`, given),
    alertFrom,
  );
  return new Map(
    endpoints.map((row) => {
      const id = textOf(row, "id");
      const history = {
        endpoint: endpointFrom(row),
        facts: facts.get(id) ?? [],
        places: places.get(id) ?? [],
        forecasts: forecasts.get(id) ?? [],
        alerts: alerts.get(id) ?? [],
      };
      return [id, history];
    }),
  );
}

function byEndpoint<T>(rows: readonly Row[], from: (row: Row) => T): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const endpoint = textOf(row, "endpoint");
    const known = found.get(endpoint);
    if (known === undefined) found.set(endpoint, [from(row)]);
    else known.push(from(row));
  }
  return found;
}

export function* readEndpoint(id: string, dialect: Dialect): Reading<EndpointView | undefined> {
  const history = (yield* readHistories([id], dialect)).get(id);
  if (history === undefined) return undefined;
  const [row] = yield ask("SELECT summary FROM endpoint WHERE id = ?", id);
  const named = new Set(history.facts.flatMap((fact) => (fact.about === "shown" ? fact.value.chain : [])));
  const certificates = yield ask(
    `SELECT sha256, der FROM certificate WHERE ${dialect.among("sha256")}`,
    JSON.stringify([...named]),
  );
  const closed = yield ask(
    "SELECT json FROM alert WHERE endpoint = ? AND closed_at IS NOT NULL ORDER BY closed_at DESC LIMIT ?",
    id,
    storeLimits.closedShown.value,
  );
  const whys = yield ask(
    "SELECT at, place, code, text FROM why WHERE endpoint = ? ORDER BY at DESC LIMIT ?",
    id,
    storeLimits.whysKept.value,
  );
  return {
    history,
    summary: row === undefined ? undefined : summaryFrom(row),
    certificates: new Map(certificates.map((one) => [textOf(one, "sha256"), bytesOf(one, "der")])),
    closed: closed.map((one) => alertFrom(one)),
    whys: whys.map(whyFrom),
  };
}

function whyFrom(row: Row): KeptWhy {
  return {
    at: numberOf(row, "at"),
    place: textOf(row, "place"),
    code: textOf(row, "code"),
    text: textOf(row, "text"),
  };
}
