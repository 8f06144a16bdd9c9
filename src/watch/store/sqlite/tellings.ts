/** The outbox: what is to be told on each channel, lent to whoever tells, and settled. */
import type { Store, Telling } from "../port.ts";
import { tellingFrom, textOf } from "../row.ts";
import type { Database } from "./driver.ts";

export class Tellings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  setChannels(channels: readonly string[]): void {
    this.#database.transaction(() => {
      this.#database.exec("DELETE FROM channel");
      for (const name of new Set(channels))
        this.#database.prepare("INSERT INTO channel (name) VALUES (?)").run(name);
      this.#database.exec("DELETE FROM telling WHERE channel NOT IN (SELECT name FROM channel)");
    });
  }

  lend({ channel, now, lentUntilAt, limit }: Parameters<Store["lendTellings"]>[0]): readonly Telling[] {
    return this.#database.transaction(() => {
      const rows = this.#database
        .prepare(
          `SELECT t.key, t.kind, t.alert, t.tries, t.queued_at, e.json FROM telling t JOIN endpoint e ON e.id = t.endpoint
           WHERE t.channel = ? AND t.next_at <= ? ORDER BY t.queued_at, t.key LIMIT ?`,
        )
        .all(channel, now, limit);
      const lend = this.#database.prepare("UPDATE telling SET next_at = ? WHERE channel = ? AND key = ?");
      for (const row of rows) lend.run(lentUntilAt, channel, textOf(row, "key"));
      return rows.map((row) => tellingFrom(row, channel));
    });
  }

  settle(key: string, channel: string, outcome: Parameters<Store["settleTelling"]>[2]): void {
    switch (outcome.kind) {
      case "told":
        this.#database.prepare("DELETE FROM telling WHERE channel = ? AND key = ?").run(channel, key);
        return;
      case "again":
        this.#database
          .prepare(
            "UPDATE telling SET next_at = ?, tries = tries + 1, reason = ? WHERE channel = ? AND key = ?",
          )
          .run(outcome.at, outcome.reason, channel, key);
    }
  }
}
