/** Alerts as they are written, and what is to be told of them. */
import type { Alert, AlertChange } from "../../../fleet/index.ts";
import { alertFrom } from "../row.ts";
import { alertColumns, alertRow, tellingColumns, tellingRow } from "../written.ts";
import type { Database } from "./driver.ts";

export class Alerts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  write(alert: Alert): void {
    this.#database
      .prepare(`INSERT OR REPLACE INTO alert (${alertColumns.join(", ")}) VALUES (?, ?, ?, ?, ?, ?, ?)`)
      .run(...alertRow(alert));
  }

  /** A copy for each channel. The same telling is queued once. */
  queue(change: AlertChange, at: number): void {
    this.#database
      .prepare(
        `INSERT OR IGNORE INTO telling (${tellingColumns.join(", ")}, channel)
         SELECT ?, ?, ?, ?, ?, ?, ?, name FROM channel`,
      )
      .run(...tellingRow(change, at));
  }

  /** Nobody looks at the endpoint any more: whoever was told that it opened is told that it closed. */
  closeAll(endpoint: string, at: number): void {
    const open = this.#database
      .prepare("SELECT json FROM alert WHERE endpoint = ? AND closed_at IS NULL")
      .all(endpoint);
    for (const row of open) {
      const alert = { ...alertFrom(row), closedAt: at };
      this.write(alert);
      this.queue({ kind: "closed", alert }, at);
    }
  }
}
