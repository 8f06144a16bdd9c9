/** Alerts as they are written, and what is to be told of them. */
import { type Alert, type AlertChange, severities, tellingKey } from "../../../fleet/index.ts";
import type { Database } from "./driver.ts";
import { textOf } from "./values.ts";

export class Alerts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  write(alert: Alert): void {
    const { id, endpoint, rule, severity, openedAt, closedAt = null } = alert;
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO alert (id, endpoint, rule, rank, opened_at, closed_at, json)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(id, endpoint, rule, severities.indexOf(severity), openedAt, closedAt, JSON.stringify(alert));
  }

  /** A copy for each channel. The same telling is queued once. */
  queue(change: AlertChange, at: number): void {
    const { kind, alert } = change;
    this.#database
      .prepare(
        `INSERT OR IGNORE INTO telling (key, channel, kind, endpoint, alert, queued_at, next_at, tries)
         SELECT ?, name, ?, ?, ?, ?, ?, 0 FROM channel`,
      )
      .run(tellingKey(change), kind, alert.endpoint, JSON.stringify(alert), at, at);
  }

  /** Nobody looks at the endpoint any more: whoever was told that it opened is told that it closed. */
  closeAll(endpoint: string, at: number): void {
    const open = this.#database
      .prepare("SELECT json FROM alert WHERE endpoint = ? AND closed_at IS NULL")
      .all(endpoint);
    for (const row of open) {
      const alert = { ...(JSON.parse(textOf(row, "json")) as Alert), closedAt: at };
      this.write(alert);
      this.queue({ kind: "closed", alert }, at);
    }
  }
}
