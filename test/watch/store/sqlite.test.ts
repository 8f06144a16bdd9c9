/** The SQLite store keeps to the contract of stores; files that cannot be used are told in a sentence, and nothing is lost by a kill. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { Visit } from "../../../src/fleet/index.ts";
import { openDatabase, openSqliteStore, type Store } from "../../../src/watch/index.ts";
import { noon } from "../../fleet/made-up.ts";
import { certificateNamed, decisionOf, endpointNamed, type OpenKept, record, visitOf } from "./kept.ts";
import { holdToContract } from "./contract.ts";

const home = mkdtempSync(join(tmpdir(), "meerkat-store-"));
afterAll(() => {
  rmSync(home, { recursive: true });
});

let files = 0;
const newFile = (): string => join(home, `${++files}.db`);

const open: OpenKept = async (now) => {
  const path = newFile();
  let store = await openSqliteStore({ path, now });
  return {
    store,
    again: async () => {
      await store.close();
      store = await openSqliteStore({ path, now });
      return store;
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
};

describe("a store in SQLite", () => {
  holdToContract(open);
});

describe("a file that cannot be used", () => {
  const refused = async (path: string): Promise<unknown> =>
    openSqliteStore({ path }).then(
      () => "opened",
      (error: unknown) => String(error),
    );

  test("is told apart, and is left as it is", async () => {
    const text = newFile();
    writeFileSync(text, "endpoint\nhttps://a.example\n".repeat(100));
    expect(await refused(text)).toBe(`WatchError: The store ${text} is not an SQLite database.`);
    expect(readFileSync(text, "utf8")).toBe("endpoint\nhttps://a.example\n".repeat(100));

    const newer = newFile();
    await (await openSqliteStore({ path: newer })).close();
    const database = await openDatabase(newer);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(await refused(newer)).toMatch(
      / was written by a newer version of Meerkat \(schema 99; this one has \d+\)\.$/,
    );

    const foreign = newFile();
    const other = await openDatabase(foreign);
    other.exec("CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 75");
    other.close();
    const asItWas = readFileSync(foreign);
    expect(await refused(foreign)).toBe(`WatchError: The database ${foreign} belongs to another program.`);
    expect(readFileSync(foreign).equals(asItWas)).toBe(true);

    const nowhere = join(home, "no", "such", "folder.db");
    const missing = `the folder ${join(home, "no", "such")} is not there, or may not be looked into`;
    expect(await refused(nowhere)).toBe(`WatchError: The store ${nowhere} cannot be opened: ${missing}.`);
    expect(await refused(home)).toBe(`WatchError: The store ${home} cannot be opened: it is a folder.`);
    const below = join(foreign, "a.db");
    expect(await refused(below)).toMatch(/cannot be opened: .*(?:is not a folder|is not there)/);
  });

  test("is made once, whoever opens it first", async () => {
    const path = newFile();
    const stores = await Promise.all([1, 2, 3].map(() => openSqliteStore({ path })));
    await stores[0]?.setEndpoints([endpointNamed("a")]);
    expect((await stores[2]?.endpoint("a"))?.history.endpoint.id).toBe("a");
    for (const store of stores) await store.close();
  });

  test("is full: what does not fit is told and not written, what was written stays, and it goes on where there is room", async () => {
    const database = await openDatabase(newFile());
    database.exec("CREATE TABLE kept (text TEXT)");
    database.prepare("INSERT INTO kept VALUES (?)").run("before");
    const pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"]);
    // The bound on a database's pages gives the same answer as a disk without room: SQLITE_FULL.
    database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const write = (): void =>
      database.transaction(() => {
        for (let i = 0; i < 100; i++) database.prepare("INSERT INTO kept VALUES (?)").run("x".repeat(4_000));
      });
    expect(write).toThrow(/^The store .* cannot grow: the disk is full\.$/);
    expect(database.prepare("SELECT COUNT(*) AS count FROM kept").get()).toEqual({ count: 1 });
    database.exec("PRAGMA max_page_count = 1000000");
    write();
    expect(database.prepare("SELECT COUNT(*) AS count FROM kept").get()).toEqual({ count: 101 });
    database.close();
  });

  test("is in use: whoever waits too long for it is told, and may write afterwards", async () => {
    const path = newFile();
    const [one, other] = [await openDatabase(path), await openDatabase(path)];
    other.exec("PRAGMA busy_timeout = 1");
    one.exec("CREATE TABLE kept (text TEXT)");
    const write = (): void =>
      other.transaction(() => void other.prepare("INSERT INTO kept VALUES (?)").run("other"));
    one.transaction(() => {
      expect(write).toThrow(/ is in use by another program, which does not let go of it\.$/);
    });
    write();
    expect(one.prepare("SELECT text FROM kept").all()).toEqual([expect.objectContaining({ text: "other" })]);
    one.close();
    other.close();
  });
});

test("blobs, numbers to the end of time, text of any kind and NULL come back as they were", async () => {
  const database = await openDatabase(newFile());
  database.exec("CREATE TABLE kept (value)");
  const given = [new Uint8Array([0, 255]), new Uint8Array(), 8.64e15, -1, 0.5, 12n, "", "a\tb 😀", null];
  for (const value of given) database.prepare("INSERT INTO kept VALUES (?)").run(value);
  const back = database
    .prepare("SELECT value FROM kept")
    .all()
    .map(({ value }) => value);
  expect(back.map((value) => (value instanceof Uint8Array ? [...value] : value))).toEqual(
    given.map((value) => (value instanceof Uint8Array ? [...value] : value === 12n ? 12 : value)),
  );
  expect(database.prepare("SELECT value FROM kept WHERE value = 'nothing'").get()).toBeUndefined();
  database.close();
});

describe("with many endpoints", () => {
  const ids = Array.from({ length: 4_500 }, (_, i) => `e${String(i).padStart(4, "0")}`);
  const opened = async (): Promise<Store> => {
    const store = await openSqliteStore({ path: newFile() });
    await store.setEndpoints(ids.map((id) => endpointNamed(id)));
    return store;
  };
  /** What came of it, and how often others had their turn until then. */
  const withTurns = async <T>(work: Promise<T>): Promise<readonly [T, number]> => {
    let turns = 0;
    let next: NodeJS.Immediate;
    const takeTurn = (): void => {
      turns++;
      next = setImmediate(takeTurn);
    };
    next = setImmediate(takeTurn);
    const outcome = await work;
    clearImmediate(next);
    return [outcome, turns];
  };

  test("who was not visited in a run is looked for a part at a time, and others are answered in between", async () => {
    const store = await opened();
    const visited = ids.filter((_, i) => i !== 7 && i !== 2_000 && i < 4_490);
    await store.record(
      visited.map((id) => visitOf(id, { more: { run: "r" } })),
      (_, made) => decisionOf(made),
    );
    const left = ["e0007", "e2000", ...ids.slice(4_490)];
    const query = { run: "r", place: "here", limit: 100 };
    const [found, turns] = await withTurns(store.unvisited(query));
    expect(found.map(({ id }) => id)).toEqual(left);
    expect(turns).toBeGreaterThan(0);
    const some = await store.unvisited({ ...query, limit: 3 });
    expect(some.map(({ id }) => id)).toEqual(left.slice(0, 3));
    const behind = await store.unvisited({ ...query, after: "e2000" });
    expect(behind.map(({ id }) => id)).toEqual(left.slice(2));
    expect(await store.unvisited({ ...query, after: ids.at(-1) })).toEqual([]);
    const all = await store.unvisited({ ...query, run: "another", limit: 9_999 });
    expect(all.map(({ id }) => id)).toEqual(ids);
    await store.close();
  });

  test("others are answered while the overview is summed up", async () => {
    const store = await opened();
    const [{ states }, turns] = await withTurns(store.overview({ now: noon }));
    expect(states.unvisited).toBe(ids.length);
    expect(turns).toBeGreaterThan(3);
    await store.close();
  });
});

test("a place begins once: whether all are marked there is not looked up at each start, but where an older version began it", async () => {
  const path = newFile();
  const due = async (): Promise<readonly string[]> => {
    const store = await openSqliteStore({ path, now: () => noon });
    const found = await store.due({ place: "here", now: noon, limit: 9 });
    await store.close();
    return found.map(({ endpoint }) => endpoint.id);
  };
  const change = async (sql: string): Promise<void> => {
    const database = await openDatabase(path);
    database.exec(sql);
    database.close();
  };
  const store = await openSqliteStore({ path, now: () => noon });
  await store.setEndpoints(["a", "b"].map((id) => endpointNamed(id)));
  await store.close();
  expect(await due()).toEqual(["a", "b"]);
  await change("DELETE FROM mark WHERE endpoint = 'b'");
  expect(await due()).toEqual(["a"]);
  await change("ALTER TABLE place DROP COLUMN begun; PRAGMA user_version = 3");
  expect(await due()).toEqual(["a", "b"]);
});

describe("what is past is forgotten a little at a time", () => {
  const dayMs = 86_400_000;
  const [old, fresh] = [certificateNamed("old"), certificateNamed("fresh")];
  const showing = (id: string, [name, certificate]: typeof old, day: number): Visit =>
    visitOf(id, {
      day,
      shows: [["192.0.2.1", { leaf: name }]],
      more: { run: `${day}`, certificates: new Map([[name, certificate]]) },
    });
  /** Many endpoints, of which each showed the old certificate once, and then another. */
  const opened = async (count: number): Promise<Store> => {
    const store = await openSqliteStore({ path: newFile(), now: () => noon + 9 * dayMs });
    const ids = Array.from({ length: count }, (_, i) => `e${i}`);
    await store.setEndpoints([...ids, "late"].map((id) => endpointNamed(id)));
    for (const [day, shown] of [old, fresh].entries())
      await store.record(
        ids.map((id) => showing(id, shown, day)),
        (_, visit) => decisionOf(visit),
      );
    return store;
  };

  test("others have their turns meanwhile, and it may be ended in the middle", async () => {
    const store = await opened(1_200);
    const stop = new AbortController();
    const forgotten = store.prune(noon + dayMs, stop.signal);
    for (let turns = 0; turns < 2; turns++) await nextTurn();
    stop.abort();
    await forgotten;
    const left = async (): Promise<number> => {
      const rest = await Promise.all(Array.from({ length: 1_200 }, (_, i) => store.endpoint(`e${i}`)));
      return rest.filter((view) => view?.history.facts.length === 4).length;
    };
    const middle = await left();
    expect(middle).toBeGreaterThan(0);
    expect(middle).toBeLessThan(1_200);
    await store.prune(noon + dayMs);
    expect(await left()).toBe(0);
    await store.close();
  });

  test.each(Array.from({ length: 14 }, (_, turns) => turns))(
    "what a visit names after %i turns is not forgotten",
    async (turns) => {
      const store = await opened(600);
      const forgotten = store.prune(noon + dayMs);
      for (let i = 0; i < turns; i++) await nextTurn();
      const late = showing("late", old, 2);
      await store.record([late], () => decisionOf(late));
      await forgotten;
      const view = await store.endpoint("late");
      expect([...(view?.certificates.keys() ?? [])]).toEqual([old[0]]);
      expect(view?.history.facts.length).toBe(2);
      await store.close();
    },
  );
});

test("what was committed is there after a kill at any moment, whole, and nothing is there in part", async () => {
  const path = newFile();
  const ids = Array.from({ length: 200 }, (_, i) => `e${i}`);
  const store = await openSqliteStore({ path });
  await store.setEndpoints(ids.map((id) => endpointNamed(id)));
  await store.close();
  const program = fileURLToPath(new URL("write-visits-program.ts", import.meta.url));
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, ["--import", "tsx", program, path, `run ${round}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    // It says each batch when it is committed; it is killed while it is at one of the next.
    let said = "";
    for await (const chunk of child.stdout.setEncoding("utf8") as AsyncIterable<string>) {
      said += chunk;
      if (said.split("\n").length > 2 + 3 * round) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const told = said
      .split("\n")
      .slice(0, -1)
      .flatMap((line) => line.split(" "));
    const again = await openSqliteStore({ path });
    const left = new Set(
      (await again.unvisited({ run: `run ${round}`, place: "here", limit: 999 })).map(({ id }) => id),
    );
    expect(told.filter((id) => left.has(id))).toEqual([]);
    for (const id of ids.filter((one) => !left.has(one))) {
      const history = (await again.endpoint(id))?.history;
      expect(history?.facts.filter(({ firstAt }) => firstAt === history.places[0]?.at).length).toBe(2);
    }
    expect(
      await again.record([visitOf(told[0] ?? "", { more: { run: `run ${round}` } })], (_, made) =>
        decisionOf(made),
      ),
    ).toEqual([]);
    expect(
      await record(again, visitOf("e199", { day: round + 0.5, more: { run: `after ${round}` } })),
    ).toBeDefined();
    await again.close();
  }
});
