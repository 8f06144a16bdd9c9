/** Lists, in pages by keys: endpoints, alerts, and a bundle's forecasts. */
import { severities } from "../../../fleet/index.ts";
import { pageOf, readCursor } from "../cursor.ts";
import type {
  AlertQuery,
  AlertRow,
  EndpointQuery,
  EndpointRow,
  ForecastQuery,
  ForecastRow,
  Paged,
} from "../port.ts";
import { ask, type Dialect, type Reading } from "../reading.ts";
import {
  alertFrom,
  endpointFrom,
  forecastFrom,
  maybeNumber,
  numberOf,
  type Row,
  summaryFrom,
  textOf,
  type Value,
} from "../row.ts";

export function* readEndpoints(
  { sort, search, tag, state, after, limit }: EndpointQuery,
  { contains, walked }: Dialect,
): Reading<Paged<EndpointRow>> {
  const bySoonest = sort === "soonest";
  const column = bySoonest ? "soonest_at" : "name";
  const where: string[] = ["listed = 1"];
  const values: Value[] = [];
  const add = (condition: string, ...more: readonly Value[]): void => {
    where.push(condition);
    values.push(...more);
  };
  // The page's keys are found in indexes alone, walked in their order; rows are read for them.
  if (state !== undefined) add("state = ?", state);
  if (search !== undefined && search !== "") {
    const found = bySoonest
      ? `${walked("id")} IN (SELECT id FROM endpoint WHERE listed = 1 AND ${contains("name")})`
      : contains("name");
    add(found, search.toLowerCase());
  }
  if (tag !== undefined) add(`${walked("id")} IN (SELECT endpoint FROM tag WHERE tag = ?)`, tag);
  const cursor = readCursor(after, [bySoonest ? "number" : "string", "string"]);
  if (cursor !== undefined) add(`(${column}, id) > (?, ?)`, ...cursor);
  const rows = yield ask(
    `SELECT e.id, e.name, e.soonest_at, e.json, e.summary, e.visited_at
     FROM (SELECT ${column} AS key, id FROM endpoint WHERE ${where.join(" AND ")} ORDER BY ${column}, id LIMIT ?) k
     JOIN endpoint e ON e.id = k.id ORDER BY k.key, k.id`,
    ...values,
    limit + 1,
  );
  const page = pageOf(rows, limit, (row) => [
    bySoonest ? numberOf(row, "soonest_at") : textOf(row, "name"),
    textOf(row, "id"),
  ]);
  return { ...page, rows: page.rows.map(endpointRow) };
}

function endpointRow(row: Row): EndpointRow {
  return {
    endpoint: endpointFrom(row),
    summary: summaryFrom(row),
    visitedAt: maybeNumber(row["visited_at"]),
  };
}

/** Open ones: the most severe first, of those the newest. Closed ones: the last to close first. */
export function* readAlerts({ state, severity, rule, after, limit }: AlertQuery): Reading<Paged<AlertRow>> {
  const isOpen = state === "open";
  const where = [isOpen ? "a.closed_at IS NULL" : "a.closed_at IS NOT NULL"];
  const values: Value[] = [];
  if (severity !== undefined) {
    where.push("a.rank = ?");
    values.push(severities.indexOf(severity));
  }
  if (rule !== undefined) {
    where.push("a.rule = ?");
    values.push(rule);
  }
  const columns = isOpen ? ["rank", "opened_at", "id"] : ["closed_at", "id"];
  const cursor = readCursor(after, isOpen ? ["number", "number", "string"] : ["number", "string"]);
  if (cursor !== undefined) {
    where.push(
      `(${columns.map((column) => `a.${column}`).join(", ")}) < (${columns.map(() => "?").join(", ")})`,
    );
    values.push(...cursor);
  }
  const rows = yield ask(
    `SELECT a.id, a.rank, a.opened_at, a.closed_at, a.json AS alert, e.json FROM alert a
     JOIN endpoint e ON e.id = a.endpoint WHERE ${where.join(" AND ")}
     ORDER BY ${columns.map((column) => `a.${column} DESC`).join(", ")} LIMIT ?`,
    ...values,
    limit + 1,
  );
  const page = pageOf(rows, limit, (row) =>
    columns.map((column) => (column === "id" ? textOf(row, column) : numberOf(row, column))),
  );
  return {
    ...page,
    rows: page.rows.map((row) => ({ alert: alertFrom(row, "alert"), endpoint: endpointFrom(row) })),
  };
}

export function* readForecasts({ bundle, root, after, limit }: ForecastQuery): Reading<Paged<ForecastRow>> {
  const values: Value[] = [bundle];
  let where = "f.bundle = ?";
  if (root !== undefined) {
    where += " AND f.root = ?";
    values.push(root);
  }
  const cursor = readCursor(after, ["number", "string"]);
  if (cursor !== undefined) {
    where += " AND (f.breaks_at, f.endpoint) > (?, ?)";
    values.push(...cursor);
  }
  const rows = yield ask(
    `SELECT f.breaks_at, f.endpoint, f.json AS forecast, e.json FROM forecast f JOIN endpoint e ON e.id = f.endpoint
     WHERE ${where} ORDER BY f.breaks_at, f.endpoint LIMIT ?`,
    ...values,
    limit + 1,
  );
  const page = pageOf(rows, limit, (row) => [numberOf(row, "breaks_at"), textOf(row, "endpoint")]);
  return { ...page, rows: page.rows.map(forecastRow) };
}

export function forecastRow(row: Row): ForecastRow {
  return { endpoint: endpointFrom(row), forecast: forecastFrom(row, "forecast") };
}
