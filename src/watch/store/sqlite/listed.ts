/** What is watched: endpoints and bundles as they are listed, and which of them are due. */
import type { WatchedBundle, WatchedEndpoint } from "../../../fleet/index.ts";
import { never, type Row, textOf } from "../row.ts";
import type { Alerts } from "./alerts.ts";
import type { Database } from "./driver.ts";

export class Listed {
  readonly #database: Database;
  readonly #alerts: Alerts;
  /** Places that asked what is due: all their marks are there. */
  readonly #begun = new Set<string>();

  constructor(database: Database, alerts: Alerts) {
    this.#database = database;
    this.#alerts = alerts;
  }

  setEndpoints(endpoints: readonly WatchedEndpoint[], now: number): void {
    const given = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.#database.transaction(() => {
      const known = new Map<string, Row>();
      for (const row of this.#database.prepare("SELECT id, listed, json FROM endpoint").iterate())
        known.set(textOf(row, "id"), row);
      for (const [id, endpoint] of given) this.#list(endpoint, known.get(id));
      for (const [id, { listed }] of known) if (listed === 1 && !given.has(id)) this.#unlist(id, now);
    });
  }

  #list(endpoint: WatchedEndpoint, known: Row | undefined): void {
    const { id, name, tags } = endpoint;
    const json = JSON.stringify(endpoint);
    if (known !== undefined && known["listed"] === 1 && known["json"] === json) return;
    this.#database
      .prepare(
        `INSERT INTO endpoint (id, name, listed, json, soonest_at) VALUES (?, ?, 1, ?, ${never})
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, listed = 1, gone_at = NULL, json = excluded.json`,
      )
      .run(id, name, json);
    this.#database.prepare("DELETE FROM tag WHERE endpoint = ?").run(id);
    for (const tag of new Set(tags))
      this.#database.prepare("INSERT INTO tag (tag, endpoint) VALUES (?, ?)").run(tag, id);
    if (known?.["listed"] === 1) return;
    this.#markDue(id);
  }

  /** At every place, also at those that recorded visits and never asked what is due. */
  #markDue(id: string): void {
    this.#database
      .prepare(
        `INSERT INTO mark (endpoint, place, next_at) SELECT ?, place, 0 FROM place WHERE true
         ON CONFLICT (endpoint, place) DO UPDATE SET next_at = 0`,
      )
      .run(id);
  }

  #unlist(id: string, now: number): void {
    this.#database.prepare("UPDATE endpoint SET listed = 0, gone_at = ? WHERE id = ?").run(now, id);
    this.#database.prepare("UPDATE mark SET next_at = NULL WHERE endpoint = ?").run(id);
    this.#database.prepare("DELETE FROM forecast WHERE endpoint = ?").run(id);
    this.#alerts.closeAll(id, now);
  }

  setBundles(bundles: readonly WatchedBundle[]): void {
    this.#database.transaction(() => {
      this.#database.exec("DELETE FROM bundle; DELETE FROM bundle_file;");
      for (const [place, { id, label, device, files }] of bundles.entries()) {
        this.#database
          .prepare("INSERT INTO bundle (id, place, label, device) VALUES (?, ?, ?, ?)")
          .run(id, place, label, device);
        for (const [i, file] of files.entries())
          this.#database
            .prepare("INSERT INTO bundle_file (bundle, place, path, bytes) VALUES (?, ?, ?, ?)")
            .run(id, i, file.path, file.bytes);
      }
      this.#database.exec("DELETE FROM forecast WHERE bundle NOT IN (SELECT id FROM bundle)");
    });
  }

  /** A place that begins to visit: everything is due there. It begins once: what is listed later is marked at every place. */
  begin(place: string): void {
    if (this.#begun.has(place)) return;
    this.#database.transaction(() => {
      const begun = this.#database.prepare("SELECT 1 AS yes FROM place WHERE place = ? AND begun = 1");
      if (begun.get(place) !== undefined) return;
      this.#database
        .prepare("INSERT INTO place (place, begun) VALUES (?, 1) ON CONFLICT (place) DO UPDATE SET begun = 1")
        .run(place);
      this.#database
        .prepare(
          "INSERT OR IGNORE INTO mark (endpoint, place, next_at) SELECT id, ?, 0 FROM endpoint WHERE listed = 1",
        )
        .run(place);
    });
    this.#begun.add(place);
  }
}
