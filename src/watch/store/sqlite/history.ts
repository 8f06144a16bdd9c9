/** What is kept of an endpoint, read for decisions, and what a decision writes. */
import { createHash } from "node:crypto";
import {
  type Alert,
  type Decision,
  type EndpointHistory,
  type Fact,
  fleetLimits,
  type Forecast,
  type PlaceMark,
  subjectOf,
  type Visit,
} from "../../../fleet/index.ts";
import type { Alerts } from "./alerts.ts";
import type { Database, Row } from "./driver.ts";
import { endpointFrom, factFrom, maybeNumber, maybeText, orNever, textOf, valueTextOf } from "./values.ts";

export class Histories {
  readonly #database: Database;
  readonly #alerts: Alerts;

  constructor(database: Database, alerts: Alerts) {
    this.#database = database;
    this.#alerts = alerts;
  }

  /** `undefined` where it was never listed. */
  read(id: string): EndpointHistory | undefined {
    const row = this.#database.prepare("SELECT json FROM endpoint WHERE id = ?").get(id);
    if (row === undefined) return undefined;
    return {
      endpoint: endpointFrom(row),
      facts: this.#factsOf(id),
      places: this.#json(
        "SELECT json FROM mark WHERE endpoint = ? AND json IS NOT NULL",
        id,
      ) as readonly PlaceMark[],
      forecasts: this.#json("SELECT json FROM forecast WHERE endpoint = ?", id) as readonly Forecast[],
      alerts: this.#json(
        "SELECT json FROM alert WHERE endpoint = ? AND closed_at IS NULL",
        id,
      ) as readonly Alert[],
    };
  }

  #json(sql: string, id: string): readonly unknown[] {
    return this.#database
      .prepare(sql)
      .all(id)
      .map((row) => JSON.parse(textOf(row, "json")) as unknown);
  }

  /** The newest of each subject, the oldest first. */
  #factsOf(id: string): readonly Fact[] {
    const kept = new Map<string, number>();
    const newest: Fact[] = [];
    const rows = this.#database
      .prepare(
        `SELECT f.subject, f.first_at, f.last_at, v.json FROM fact f JOIN value v ON v.id = f.value
         WHERE f.endpoint = ? ORDER BY f.first_at DESC`,
      )
      .iterate(id);
    for (const row of rows) {
      const subject = textOf(row, "subject");
      const count = kept.get(subject) ?? 0;
      if (count >= fleetLimits.factsKept.value) continue;
      kept.set(subject, count + 1);
      newest.push(factFrom(row));
    }
    return newest.reverse();
  }

  /** Whether this visit was written already, or one that was made later; a mark of the future, which a wrong clock wrote, does not count. */
  hasVisit({ endpoint, place, run, at }: Visit, now: number): boolean {
    const row = this.#database
      .prepare("SELECT run, at FROM mark WHERE endpoint = ? AND place = ?")
      .get(endpoint, place);
    const markedAt = maybeNumber(row?.["at"]);
    if (row === undefined || markedAt === undefined) return false;
    return maybeText(row["run"]) === run || (markedAt > at && markedAt <= now);
  }

  isListed(id: string): boolean {
    return (
      this.#database.prepare("SELECT 1 AS yes FROM endpoint WHERE id = ? AND listed = 1").get(id) !==
      undefined
    );
  }

  write(decision: Decision, visit: Visit): void {
    for (const [sha256, { der }] of visit.certificates)
      this.#database
        .prepare("INSERT OR IGNORE INTO certificate (sha256, der) VALUES (?, ?)")
        .run(sha256, der);
    for (const fact of decision.facts) this.#writeFact(decision.endpoint, fact);
    this.#writeMark(decision);
    this.#writeForecasts(decision);
    this.#writeSummary(decision, visit);
    for (const alert of decision.alerts) this.#alerts.write(alert);
    for (const change of decision.changes) this.#alerts.queue(change, visit.at);
  }

  #writeFact(endpoint: string, fact: Fact): void {
    this.#database
      .prepare(
        `INSERT INTO fact (endpoint, subject, first_at, last_at, value) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (endpoint, subject, first_at) DO UPDATE SET last_at = excluded.last_at, value = excluded.value`,
      )
      .run(endpoint, subjectOf(fact), fact.firstAt, fact.lastAt, this.#valueId(valueTextOf(fact)));
  }

  #valueId(json: string): number {
    const digest = createHash("sha256").update(json).digest().subarray(0, 16);
    const find = this.#database.prepare("SELECT id FROM value WHERE digest = ?");
    let row: Row | undefined = find.get(digest);
    if (row === undefined) {
      this.#database.prepare("INSERT INTO value (digest, json) VALUES (?, ?)").run(digest, json);
      row = find.get(digest);
    }
    return Number(row?.["id"]);
  }

  #writeMark({ endpoint, place }: Decision): void {
    this.#database.prepare("INSERT OR IGNORE INTO place (place) VALUES (?)").run(place.place);
    this.#database
      .prepare(
        `INSERT INTO mark (endpoint, place, run, at, next_at, json) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (endpoint, place) DO UPDATE SET
           run = excluded.run, at = excluded.at, next_at = excluded.next_at, json = excluded.json`,
      )
      .run(endpoint, place.place, place.run, place.at, place.nextAt, JSON.stringify(place));
  }

  #writeForecasts({ endpoint, forecasts }: Decision): void {
    const known = this.#database
      .prepare("SELECT bundle, json FROM forecast WHERE endpoint = ?")
      .all(endpoint);
    const texts = new Map(known.map((row) => [textOf(row, "bundle"), textOf(row, "json")]));
    for (const forecast of forecasts) {
      const json = JSON.stringify(forecast);
      const { bundle, breaksAt, kind, root = "", rootName = null } = forecast;
      if (texts.get(bundle) !== json)
        this.#database
          .prepare(
            `INSERT OR REPLACE INTO forecast (endpoint, bundle, breaks_at, kind, root, root_name, json)
             VALUES (?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(endpoint, bundle, orNever(breaksAt), kind, root, rootName, json);
      texts.delete(bundle);
    }
    for (const bundle of texts.keys())
      this.#database.prepare("DELETE FROM forecast WHERE endpoint = ? AND bundle = ?").run(endpoint, bundle);
  }

  #writeSummary({ endpoint, summary }: Decision, { at, tookMs }: Visit): void {
    const { state, pathEndAt, breakAt } = summary;
    this.#database
      .prepare(
        `UPDATE endpoint SET state = ?, path_end_at = ?, break_at = ?, soonest_at = ?, visited_at = ?, took_ms = ?, summary = ?
         WHERE id = ?`,
      )
      .run(
        state,
        pathEndAt ?? null,
        breakAt ?? null,
        Math.min(orNever(pathEndAt), orNever(breakAt)),
        at,
        Math.round(tookMs),
        JSON.stringify(summary),
        endpoint,
      );
  }
}
