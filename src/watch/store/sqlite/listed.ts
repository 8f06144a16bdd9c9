/** What is watched: endpoints and bundles as they are listed, and which of them are due. */
import { bundleOfFiles, type WatchedBundle, type WatchedEndpoint } from "../../../fleet/index.ts";
import { sha256 } from "../../../admission/index.ts";
import type { DeviceName } from "../../../device/index.ts";
import type { Store } from "../port.ts";
import type { Alerts } from "./alerts.ts";
import type { Database, Row } from "./driver.ts";
import { bytesOf, endpointFrom, maybeNumber, never, numberOf, textOf } from "./values.ts";

export class Listed {
  readonly #database: Database;
  readonly #alerts: Alerts;
  /** Places that asked what is due: all their marks are there. */
  readonly #begun = new Set<string>();
  /** Bundles as they were read last: a store of a hundred CA certificates takes milliseconds to parse, and each page asks. */
  readonly #parsed = new Map<string, WatchedBundle>();

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

  bundles(): readonly WatchedBundle[] {
    const rows = this.#database.prepare("SELECT id, label, device FROM bundle ORDER BY place").all();
    const filesOf = this.#database.prepare(
      "SELECT path, bytes FROM bundle_file WHERE bundle = ? ORDER BY place",
    );
    return rows.map((row) => {
      const id = textOf(row, "id");
      const files = filesOf.all(id).map((file) => ({
        path: textOf(file, "path"),
        bytes: bytesOf(file, "bytes"),
      }));
      const known = this.#parsed.get(id);
      if (known !== undefined && isSameFiles(known.files, files)) return known;
      const label = textOf(row, "label");
      const bundle = bundleOfFiles({ label, device: textOf(row, "device") as DeviceName, files }, sha256);
      this.#parsed.set(id, bundle);
      return bundle;
    });
  }

  unvisited({
    run,
    place,
    after = "",
    among,
    limit,
  }: Parameters<Store["unvisited"]>[0]): readonly WatchedEndpoint[] {
    const ids = among === undefined ? null : JSON.stringify(among);
    return this.#database
      .prepare(
        `SELECT e.json FROM endpoint e LEFT JOIN mark m ON m.endpoint = e.id AND m.place = ?
         WHERE e.listed = 1 AND e.id > ? AND (m.run IS NULL OR m.run <> ?)
         AND (? IS NULL OR e.id IN (SELECT value FROM json_each(?))) ORDER BY e.id LIMIT ?`,
      )
      .all(place, after, run, ids, ids, limit)
      .map(endpointFrom);
  }

  due({ place, now, limit }: Parameters<Store["due"]>[0]): Awaited<ReturnType<Store["due"]>> {
    this.#begin(place);
    const found = (condition: string): Awaited<ReturnType<Store["due"]>> =>
      this.#database
        .prepare(
          `SELECT e.json, m.at, m.next_at FROM mark m JOIN endpoint e ON e.id = m.endpoint
           WHERE m.place = ? AND ${condition} LIMIT ?`,
        )
        .all(place, now, limit)
        .map((row) => ({
          endpoint: endpointFrom(row),
          nextAt: maybeNumber(row["at"]) === undefined ? undefined : Math.min(numberOf(row, "next_at"), now),
        }));
    const due = found("m.next_at <= ? ORDER BY m.next_at");
    if (due.length === limit) return due;
    // What a wrong clock marked in the future, and is not due by that mark.
    const ahead = found("m.at > ? AND m.next_at IS NOT NULL");
    const ids = new Set(due.map(({ endpoint }) => endpoint.id));
    return [...due, ...ahead.filter(({ endpoint }) => !ids.has(endpoint.id))].slice(0, limit);
  }

  /** A place that begins to visit: everything is due there. */
  #begin(place: string): void {
    if (this.#begun.has(place)) return;
    this.#database.transaction(() => {
      this.#database.prepare("INSERT OR IGNORE INTO place (place) VALUES (?)").run(place);
      this.#database
        .prepare(
          "INSERT OR IGNORE INTO mark (endpoint, place, next_at) SELECT id, ?, 0 FROM endpoint WHERE listed = 1",
        )
        .run(place);
    });
    this.#begun.add(place);
  }
}

function isSameFiles(some: WatchedBundle["files"], others: WatchedBundle["files"]): boolean {
  return (
    some.length === others.length &&
    some.every(({ path, bytes }, i) => {
      const other = others[i];
      return other !== undefined && other.path === path && Buffer.compare(other.bytes, bytes) === 0;
    })
  );
}
