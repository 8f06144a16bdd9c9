/** What is kept of an endpoint, read for decisions, and what a decision writes. */
import {
  type Decision,
  type EndpointHistory,
  type Fact,
  subjectOf,
  type Visit,
} from "../../../fleet/index.ts";
import { readHistories } from "../readings/history.ts";
import { maybeNumber, maybeText, type Row, textOf } from "../row.ts";
import {
  factValue,
  forecastColumns,
  forecastRow,
  isWritten,
  markColumns,
  markRow,
  summaryColumns,
  summaryRow,
} from "../written.ts";
import type { Alerts } from "./alerts.ts";
import type { Database } from "./driver.ts";
import { dialect, readNow } from "./read-now.ts";

export class Histories {
  readonly #database: Database;
  readonly #alerts: Alerts;

  constructor(database: Database, alerts: Alerts) {
    this.#database = database;
    this.#alerts = alerts;
  }

  /** `undefined` where it was never listed. */
  read(id: string): EndpointHistory | undefined {
    return readNow(this.#database, readHistories([id], dialect)).get(id);
  }

  hasVisit(visit: Visit, now: number): boolean {
    const row = this.#database
      .prepare("SELECT run, at FROM mark WHERE endpoint = ? AND place = ?")
      .get(visit.endpoint, visit.place);
    if (row === undefined) return false;
    return isWritten(visit, { run: maybeText(row["run"]), at: maybeNumber(row["at"]) }, now);
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
      .run(endpoint, subjectOf(fact), fact.firstAt, fact.lastAt, this.#valueId(fact));
  }

  #valueId(fact: Fact): number {
    const { digest, json } = factValue(fact);
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
        `INSERT INTO mark (${markColumns.join(", ")}) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (endpoint, place) DO UPDATE SET
           run = excluded.run, at = excluded.at, next_at = excluded.next_at, json = excluded.json`,
      )
      .run(...markRow(endpoint, place));
  }

  #writeForecasts({ endpoint, forecasts }: Decision): void {
    const known = this.#database
      .prepare("SELECT bundle, json FROM forecast WHERE endpoint = ?")
      .all(endpoint);
    const texts = new Map(known.map((row) => [textOf(row, "bundle"), textOf(row, "json")]));
    for (const forecast of forecasts) {
      const { bundle } = forecast;
      if (texts.get(bundle) !== JSON.stringify(forecast))
        this.#database
          .prepare(
            `INSERT OR REPLACE INTO forecast (${forecastColumns.join(", ")}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(...forecastRow(endpoint, forecast));
      texts.delete(bundle);
    }
    for (const bundle of texts.keys())
      this.#database.prepare("DELETE FROM forecast WHERE endpoint = ? AND bundle = ?").run(endpoint, bundle);
  }

  #writeSummary(decision: Decision, visit: Visit): void {
    this.#database
      .prepare(
        `UPDATE endpoint SET ${summaryColumns.map((column) => `${column} = ?`).join(", ")} WHERE id = ?`,
      )
      .run(...summaryRow(decision, visit), decision.endpoint);
  }
}
