/** What is to be done: which run is under way, who is to be visited, with which bundles it is joined, and what waits to be told. */
import { sha256 } from "../../../admission/index.ts";
import type { DeviceName } from "../../../device/index.ts";
import { bundleOfFiles, type WatchedBundle, type WatchedEndpoint } from "../../../fleet/index.ts";
import type { BegunRun, Store, WaitingTellings } from "../port.ts";
import { ask, type Dialect, type Reading } from "../reading.ts";
import { bytesOf, endpointFrom, maybeNumber, numberOf, type Row, textOf, type Value } from "../row.ts";

export function* readLastRun(): Reading<BegunRun | undefined> {
  const [row] = yield ask("SELECT run FROM begun");
  return row && (JSON.parse(textOf(row, "run")) as BegunRun);
}

/** `upTo`: none behind this id. */
export function* readUnvisited(
  { run, place, after = "", upTo, among, limit }: Parameters<Store["unvisited"]>[0] & { upTo?: string },
  dialect: Dialect,
): Reading<readonly WatchedEndpoint[]> {
  const values: Value[] = [place, after, run];
  // Walked in the order of ids: by an index of what is listed all of them would be sorted for it.
  let where = `${dialect.walked("e.listed")} = 1 AND e.id > ? AND (m.run IS NULL OR m.run <> ?)`;
  if (upTo !== undefined) {
    where += " AND e.id <= ?";
    values.push(upTo);
  }
  if (among !== undefined) {
    where += ` AND ${dialect.among("e.id")}`;
    values.push(JSON.stringify(among));
  }
  const rows = yield ask(
    `SELECT e.json FROM endpoint e LEFT JOIN mark m ON m.endpoint = e.id AND m.place = ?
     WHERE ${where} ORDER BY e.id LIMIT ?`,
    ...values,
    limit,
  );
  return rows.map(endpointFrom);
}

/** The id so many endpoints behind another; `undefined` where there are not so many. */
export function* readIdBehind(after: string, count: number): Reading<string | undefined> {
  const [row] = yield ask(
    "SELECT id FROM endpoint WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?",
    after,
    count - 1,
  );
  return row && textOf(row, "id");
}

type Due = Awaited<ReturnType<Store["due"]>>;

/** Of a place that has begun: each endpoint has its mark there. */
export function* readDue({ place, now, limit, visited = false }: Parameters<Store["due"]>[0]): Reading<Due> {
  const sql = (condition: string): string =>
    `SELECT e.json, m.at, m.next_at FROM mark m JOIN endpoint e ON e.id = m.endpoint
     WHERE m.place = ? AND ${condition} LIMIT ?`;
  // The mark of one that was never visited has 0, as one that was listed anew: neither is late by a number.
  const dueFrom = (row: Row): Due[number] => ({
    endpoint: endpointFrom(row),
    nextAt:
      maybeNumber(row["at"]) === undefined || numberOf(row, "next_at") === 0
        ? undefined
        : Math.min(numberOf(row, "next_at"), now),
  });
  const past = `m.next_at <= ?${visited ? " AND m.next_at > 0" : ""} ORDER BY m.next_at`;
  const due = (yield ask(sql(past), place, now, limit)).map(dueFrom);
  if (due.length === limit) return due;
  // What a wrong clock marked in the future, and is not due by that mark.
  const ahead = yield ask(sql("m.at > ? AND m.next_at IS NOT NULL"), place, now, limit);
  const ids = new Set(due.map(({ endpoint }) => endpoint.id));
  return [...due, ...ahead.map(dueFrom).filter(({ endpoint }) => !ids.has(endpoint.id))].slice(0, limit);
}

/** `parsed`: as they were read last. A store of a hundred CA certificates takes milliseconds to parse, and each page asks. */
export function* readBundles(parsed: Map<string, WatchedBundle>): Reading<readonly WatchedBundle[]> {
  const bundles: WatchedBundle[] = [];
  for (const row of yield ask("SELECT id, label, device FROM bundle ORDER BY place")) {
    const id = textOf(row, "id");
    const rows = yield ask("SELECT path, bytes FROM bundle_file WHERE bundle = ? ORDER BY place", id);
    const files = rows.map((file) => ({ path: textOf(file, "path"), bytes: bytesOf(file, "bytes") }));
    const known = parsed.get(id);
    const isSame = known !== undefined && isSameFiles(known.files, files);
    const [label, device] = [textOf(row, "label"), textOf(row, "device") as DeviceName];
    const bundle = isSame ? known : bundleOfFiles({ label, device, files }, sha256);
    parsed.set(id, bundle);
    bundles.push(bundle);
  }
  const ids = new Set(bundles.map(({ id }) => id));
  for (const id of parsed.keys()) if (!ids.has(id)) parsed.delete(id);
  return bundles;
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

export function* readWaiting(): Reading<readonly WaitingTellings[]> {
  const rows = yield ask(
    `SELECT c.name, COUNT(t.key) AS waiting, MIN(t.queued_at) AS oldest FROM channel c
     LEFT JOIN telling t ON t.channel = c.name GROUP BY c.name ORDER BY c.name`,
  );
  return rows.map((row) => ({
    channel: textOf(row, "name"),
    waiting: numberOf(row, "waiting"),
    oldestAt: maybeNumber(row["oldest"]),
  }));
}
