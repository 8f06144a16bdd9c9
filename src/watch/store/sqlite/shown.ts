/** What pages, their data and metrics show: everything that is only read, in pages by keys. */
import type { DeviceName } from "../../../device/index.ts";
import { type Alert, type EndpointSummary, type Forecast, severities } from "../../../fleet/index.ts";
import { pageOf, readCursor } from "../cursor.ts";
import type {
  AlertQuery,
  AlertRow,
  BundleSum,
  EndpointFigures,
  EndpointQuery,
  EndpointRow,
  EndpointView,
  ForecastQuery,
  ForecastRow,
  KeptWhy,
  Overview,
  Paged,
  RootUse,
  Store,
} from "../port.ts";
import { storeLimits } from "../limits.ts";
import type { Database, Row, Value } from "./driver.ts";
import type { Histories } from "./history.ts";
import {
  bytesOf,
  endpointFrom,
  maybeNumber,
  maybeText,
  never,
  numberOf,
  summaryFrom,
  textOf,
} from "./values.ts";

const weekMs = 7 * 86_400_000;

export class Shown {
  readonly #database: Database;
  readonly #histories: Histories;

  constructor(database: Database, histories: Histories) {
    this.#database = database;
    this.#histories = histories;
  }

  overview({ now }: { readonly now: number }): Overview {
    const states = { well: 0, notice: 0, warning: 0, critical: 0, failing: 0, unvisited: 0 };
    for (const row of this.#all(
      "SELECT state, COUNT(*) AS count FROM endpoint WHERE listed = 1 GROUP BY state",
    )) {
      const state = (maybeText(row["state"]) ?? "unvisited") as keyof Overview["states"];
      states[state] = numberOf(row, "count");
    }
    const alerts = { notice: 0, warning: 0, critical: 0 };
    for (const row of this.#all(
      "SELECT rank, COUNT(*) AS count FROM alert WHERE closed_at IS NULL GROUP BY rank",
    )) {
      const severity = severities[numberOf(row, "rank")];
      if (severity !== undefined) alerts[severity] = numberOf(row, "count");
    }
    const next = this.#all(
      `SELECT f.json AS forecast, e.json FROM forecast f JOIN endpoint e ON e.id = f.endpoint
       WHERE f.breaks_at >= ? AND f.breaks_at < ${never} ORDER BY f.breaks_at, f.endpoint, f.bundle LIMIT ?`,
      now,
      storeLimits.nextBreaks.value,
    ).map(forecastRow);
    const last = this.#database.prepare("SELECT MAX(visited_at) AS at FROM endpoint WHERE listed = 1").get();
    return { states, alerts, next, weeks: this.#weeks(now), lastVisitAt: maybeNumber(last?.["at"]) };
  }

  #weeks(now: number): Overview["weeks"] {
    const count = storeLimits.weeks.value;
    const end = now + count * weekMs;
    const perWeek = (sql: string): ReadonlyMap<number, number> =>
      new Map(
        this.#all(sql, now, weekMs, now, end).map((row) => [numberOf(row, "week"), numberOf(row, "count")]),
      );
    const paths = perWeek(
      // Both libraries bind numbers as floating ones: the quotient is made whole here.
      `SELECT CAST((path_end_at - ?) / ? AS INTEGER) AS week, COUNT(*) AS count FROM endpoint
       WHERE listed = 1 AND path_end_at >= ? AND path_end_at < ? GROUP BY week`,
    );
    const breaks = perWeek(
      `SELECT CAST((breaks_at - ?) / ? AS INTEGER) AS week, COUNT(*) AS count FROM forecast
       WHERE breaks_at >= ? AND breaks_at < ? GROUP BY week`,
    );
    return Array.from({ length: count }, (_, week) => ({
      fromAt: now + week * weekMs,
      paths: paths.get(week) ?? 0,
      breaks: breaks.get(week) ?? 0,
    }));
  }

  endpoints({ sort, search, tag, state, after, limit }: EndpointQuery): Paged<EndpointRow> {
    const bySoonest = sort === "soonest";
    const column = bySoonest ? "soonest_at" : "name";
    const where: string[] = ["listed = 1"];
    const values: Value[] = [];
    const add = (condition: string, ...more: readonly Value[]): void => {
      where.push(condition);
      values.push(...more);
    };
    // The page's keys are found in indexes alone, walked in their order (which is what `+id` is for); rows are read for them.
    if (state !== undefined) add("state = ?", state);
    if (search !== undefined && search !== "")
      add("+id IN (SELECT id FROM endpoint WHERE listed = 1 AND instr(name, ?) > 0)", search.toLowerCase());
    if (tag !== undefined) add("+id IN (SELECT endpoint FROM tag WHERE tag = ?)", tag);
    const cursor = readCursor(after, [bySoonest ? "number" : "string", "string"]);
    if (cursor !== undefined) add(`(${column}, id) > (?, ?)`, ...cursor);
    const rows = this.#all(
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

  endpoint(id: string): EndpointView | undefined {
    const history = this.#histories.read(id);
    if (history === undefined) return undefined;
    const row = this.#database.prepare("SELECT summary FROM endpoint WHERE id = ?").get(id);
    const named = new Set(history.facts.flatMap((fact) => (fact.about === "shown" ? fact.value.chain : [])));
    const find = this.#database.prepare("SELECT der FROM certificate WHERE sha256 = ?");
    const certificates = new Map<string, Uint8Array>();
    for (const sha256 of named) {
      const found = find.get(sha256);
      if (found !== undefined) certificates.set(sha256, bytesOf(found, "der"));
    }
    return {
      history,
      summary: row === undefined ? undefined : summaryFrom(row),
      certificates,
      closed: this.#all(
        "SELECT json FROM alert WHERE endpoint = ? AND closed_at IS NOT NULL ORDER BY closed_at DESC LIMIT ?",
        id,
        storeLimits.closedShown.value,
      ).map((one) => JSON.parse(textOf(one, "json")) as Alert),
      whys: this.#all("SELECT at, place, code, text FROM why WHERE endpoint = ? ORDER BY at DESC", id).map(
        (one): KeptWhy => ({
          at: numberOf(one, "at"),
          place: textOf(one, "place"),
          code: textOf(one, "code"),
          text: textOf(one, "text"),
        }),
      ),
    };
  }

  /** Open ones: the most severe first, of those the newest. Closed ones: the last to close first. */
  alerts({ state, severity, rule, after, limit }: AlertQuery): Paged<AlertRow> {
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
    const rows = this.#all(
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
      rows: page.rows.map((row) => ({
        alert: JSON.parse(textOf(row, "alert")) as Alert,
        endpoint: endpointFrom(row),
      })),
    };
  }

  bundleRoots(bundle: string): readonly RootUse[] {
    return this.#all(
      `SELECT root, MAX(root_name) AS root_name, COUNT(*) AS endpoints, MIN(breaks_at) AS breaks_at
       FROM forecast WHERE bundle = ? GROUP BY root ORDER BY endpoints DESC, root`,
      bundle,
    ).map((row) => ({
      root: textOf(row, "root") === "" ? undefined : textOf(row, "root"),
      rootName: maybeText(row["root_name"]),
      endpoints: numberOf(row, "endpoints"),
      breaksAt: momentOf(row),
    }));
  }

  bundleSums(): readonly BundleSum[] {
    return this.#all(
      `SELECT b.id, COUNT(f.endpoint) AS endpoints, COALESCE(SUM(f.kind = 'refused'), 0) AS refused,
         MIN(CASE WHEN f.kind <> 'refused' THEN f.breaks_at END) AS breaks_at
       FROM bundle b LEFT JOIN forecast f ON f.bundle = b.id GROUP BY b.id ORDER BY b.place`,
    ).map((row) => ({
      bundle: textOf(row, "id"),
      endpoints: numberOf(row, "endpoints"),
      refused: numberOf(row, "refused"),
      breaksAt: momentOf(row),
    }));
  }

  forecasts({ bundle, root, after, limit }: ForecastQuery): Paged<ForecastRow> {
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
    const rows = this.#all(
      `SELECT f.breaks_at, f.endpoint, f.json AS forecast, e.json FROM forecast f JOIN endpoint e ON e.id = f.endpoint
       WHERE ${where} ORDER BY f.breaks_at, f.endpoint LIMIT ?`,
      ...values,
      limit + 1,
    );
    const page = pageOf(rows, limit, (row) => [numberOf(row, "breaks_at"), textOf(row, "endpoint")]);
    return { ...page, rows: page.rows.map(forecastRow) };
  }

  figures({ after = "", limit }: Parameters<Store["figures"]>[0]): readonly EndpointFigures[] {
    const rows = this.#all(
      `SELECT id, json, summary, visited_at, took_ms FROM endpoint
       WHERE +listed = 1 AND id > ? AND summary IS NOT NULL ORDER BY id LIMIT ?`,
      after,
      limit,
    );
    const find = this.#database.prepare(
      "SELECT f.bundle, f.breaks_at, b.device FROM forecast f JOIN bundle b ON b.id = f.bundle WHERE f.endpoint = ?",
    );
    return rows.map((row) => ({
      endpoint: endpointFrom(row),
      summary: JSON.parse(textOf(row, "summary")) as EndpointSummary,
      visitedAt: numberOf(row, "visited_at"),
      tookMs: numberOf(row, "took_ms"),
      forecasts: find.all(textOf(row, "id")).map((one) => ({
        bundle: textOf(one, "bundle"),
        device: textOf(one, "device") as DeviceName,
        breaksAt: momentOf(one),
      })),
    }));
  }

  #all(sql: string, ...values: readonly Value[]): readonly Row[] {
    return this.#database.prepare(sql).all(...values);
  }
}

function momentOf(row: Row): number | undefined {
  const at = maybeNumber(row["breaks_at"]);
  return at === never ? undefined : at;
}

function endpointRow(row: Row): EndpointRow {
  return {
    endpoint: endpointFrom(row),
    summary: summaryFrom(row),
    visitedAt: maybeNumber(row["visited_at"]),
  };
}

function forecastRow(row: Row): ForecastRow {
  return { endpoint: endpointFrom(row), forecast: JSON.parse(textOf(row, "forecast")) as Forecast };
}
