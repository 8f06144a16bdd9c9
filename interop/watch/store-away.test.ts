/**
 * A PostgreSQL that goes away: its connections ended, itself killed in the middle of records and of making tables, another one that
 * takes no writing for a while. Whoever asks is told in a sentence, the process goes on, and nothing is lost or written twice.
 */
import { randomBytes } from "node:crypto";
import { chownSync, statSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Decision, EndpointHistory, Visit } from "../../src/fleet/index.ts";
import { type Store, WatchError } from "../../src/watch/index.ts";
import { days, noon } from "../../test/fleet/made-up.ts";
import {
  alertOf,
  certificateNamed,
  decisionOf,
  endpointNamed,
  visitOf,
} from "../../test/watch/store/kept.ts";
import { type Database, hasPostgres, startPostgres } from "./databases.ts";
import { newDatabase, openAt, otherClient, refusal, said, setServer, until } from "./postgres.ts";
import { hasSmallDisk, SmallDisk } from "./small-disk.ts";

let server: Database;
let url: string;
beforeAll(async () => {
  if (hasPostgres) server = await startPostgres();
});
beforeEach(async () => {
  if (hasPostgres) url = await newDatabase(server.url);
});
afterAll(async () => {
  if (hasPostgres) await server.stop();
});

const ids = Array.from({ length: 300 }, (_, i) => `e${String(i).padStart(3, "0")}`);
const [name, certificate] = certificateNamed("server");

function visitAt(id: string, run = "r"): Visit {
  return visitOf(id, {
    shows: [["192.0.2.1", { leaf: name }]],
    more: { run, certificates: new Map([[name, certificate]]) },
  });
}

function decide(_history: EndpointHistory, made: Visit): Decision {
  const alert = alertOf(made.endpoint);
  return decisionOf(made, { alerts: [alert], changes: [{ kind: "opened", alert }] });
}

async function filled(): Promise<Store> {
  const store = await openAt(url, () => days(1));
  await store.setEndpoints(ids.map((id) => endpointNamed(id)));
  await store.setChannels(["mail"]);
  return store;
}

/** Until it succeeds, as the watch does; with what it was told meanwhile. */
async function patiently<T>(work: () => Promise<T>, told: WatchError[]): Promise<T> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof WatchError)) throw error;
      told.push(error);
    }
}

async function sentenceOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof WatchError) return error.message;
    throw error;
  }
}

const others = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

describe.skipIf(!hasPostgres)("a database that goes away", () => {
  test("and ends connections that nobody uses: the next question is answered", async () => {
    const store = await filled();
    await Promise.all([1, 2, 3, 4].map(() => store.bundles()));
    for (let round = 0; round < 3; round++) {
      await said(url, `SELECT pg_terminate_backend(pid) FROM ${others}`);
      expect((await store.endpoints({ sort: "name", limit: 1 })).rows).toHaveLength(1);
    }
    await store.close();
  });

  test("and ends one in the middle of a transaction: it is told, nothing of it is there, and it goes on", async () => {
    const store = await filled();
    await using other = await otherClient(url);
    await other.say("BEGIN; SELECT FROM meerkat.endpoint WHERE id = 'e001' FOR UPDATE");
    const writing = store.record([visitAt("e000"), visitAt("e001")], decide);
    const told = sentenceOf(writing);
    await until(url, "EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
    await said(url, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted");
    expect(await told).toMatch(
      /^The store postgres:\/\/127\.0\.0\.1:\d+ is not there at the moment \(.*57P01\)\.$/,
    );
    await other.say("COMMIT");
    expect(await store.unvisited({ run: "r", place: "here", limit: 999 })).toHaveLength(ids.length);
    expect(await store.record([visitAt("e000"), visitAt("e001")], decide)).toHaveLength(2);
    await store.close();
  });

  test("and is killed while a decision is made: the process goes on, and so does the store", async () => {
    const store = await filled();
    let killing: Promise<void> | undefined;
    const writing = store.record([visitAt("e000")], (history, made) => {
      killing = server.kill();
      return decide(history, made);
    });
    // Its processes notice in their own time that it is gone; until then they answer.
    const came = await sentenceOf(writing);
    await killing;
    for (let told = "done"; told === "done";) told = await sentenceOf(store.bundles());
    await server.start();
    const written = await patiently(() => store.record([visitAt("e000")], decide), []);
    if (came === "done") expect(written).toEqual([]);
    expect(await said(url, "SELECT endpoint FROM meerkat.telling")).toEqual([{ endpoint: "e000" }]);
    await store.close();
  });

  test("and is killed again and again in the middle of records: nothing is lost, and nothing is there twice", async () => {
    const stores = await Promise.all([filled(), openAt(url), openAt(url)]);
    const told: WatchError[] = [];
    const over = new AbortController();
    const writing = Promise.all(
      stores.map(async (store, worker) => {
        for (let from = 0; from < ids.length; from += 5) {
          const some = ids.map((_, i) => ids[(i + worker * 100) % ids.length] ?? "").slice(from, from + 5);
          await patiently(
            () =>
              store.record(
                some.map((id) => visitAt(id)),
                decide,
              ),
            told,
          );
        }
      }),
    ).finally(() => over.abort());
    const killing = (async () => {
      for (let kills = 0; kills < 4 && !over.signal.aborted; kills++) {
        const before = await progress();
        while (!over.signal.aborted && (await progress()) < before + 30);
        await server.killAndStart();
      }
    })();
    await Promise.all([writing, killing]);
    expect(told.length).toBeGreaterThan(0);
    const [first] = stores;
    expect(await first.unvisited({ run: "r", place: "here", limit: 999 })).toEqual([]);
    const [counts] = await said(
      url,
      `SELECT (SELECT count(*) FROM meerkat.alert)::int AS alerts, (SELECT count(*) FROM meerkat.telling)::int AS tellings,
         (SELECT count(*) FROM meerkat.fact)::int AS facts, (SELECT count(*) FROM meerkat.mark)::int AS marks,
         (SELECT count(*) FROM meerkat.certificate)::int AS certificates`,
    );
    const count = ids.length;
    expect(counts).toEqual({
      alerts: count,
      tellings: count,
      facts: 2 * count,
      marks: count,
      certificates: 1,
    });
    await Promise.all(stores.map((store) => store.close()));
  });

  /** How many visits are written; none are seen while it is away. */
  async function progress(): Promise<number> {
    const rows = await said(url, "SELECT count(*)::int AS count FROM meerkat.mark").catch(() => []);
    return Number(rows[0]?.["count"] ?? 0);
  }

  test("and comes back as one that takes no writing: that is told, and it goes on when it does", async () => {
    const store = await filled();
    const [used] = await said(url, `SELECT pid FROM ${others}`);
    await setServer(server.url, { default_transaction_read_only: "on" });
    try {
      await expect(store.record([visitAt("e000")], decide)).rejects.toThrow(/ cannot be written: .*25006/);
      // The next connection may lead to another server: however busy it is, this one is used no more.
      for (let pids = [used?.["pid"]]; pids.includes(used?.["pid"]);) {
        await store.bundles();
        pids = (await said(url, `SELECT pid FROM ${others}`)).map(({ pid }) => pid);
      }
      expect((await store.endpoints({ sort: "name", limit: 1 })).rows).toHaveLength(1);
    } finally {
      await using other = await otherClient(server.url);
      await other.say("SET default_transaction_read_only = off");
      await other.say("ALTER SYSTEM RESET default_transaction_read_only");
      await other.say("SELECT pg_reload_conf()");
      await until(server.url, "current_setting('default_transaction_read_only') = 'off'");
    }
    expect(await patiently(() => store.record([visitAt("e000")], decide), [])).toHaveLength(1);
    await store.close();
  });

  test.skipIf(!hasSmallDisk())(
    "and has no room: that is told, and it goes on when there is some",
    async () => {
      using disk = new SmallDisk(24);
      const [row] = await said(server.url, "SHOW data_directory");
      const { uid, gid } = statSync(String(row?.["data_directory"]));
      chownSync(disk.folder, uid, gid);
      await said(server.url, `CREATE TABLESPACE small LOCATION '${disk.folder}'`);
      try {
        const database = new URL(url).pathname.slice(1);
        await said(server.url, `ALTER DATABASE ${database} SET TABLESPACE small`);
        const store = await filled();
        disk.fill(0);
        const fill = async (): Promise<void> => {
          for (const [i, id] of ids.entries())
            await store.keepWhy(id, {
              at: i,
              place: "here",
              code: "c",
              text: randomBytes(6_000).toString("hex"),
            });
        };
        expect(await sentenceOf(fill())).toMatch(/ has no room \(.*53100\)\.$/);
        expect((await store.endpoints({ sort: "name", limit: 1 })).rows).toHaveLength(1);
        disk.makeRoom();
        expect(await sentenceOf(fill())).toBe("done");
        await store.close();
        await said(server.url, `ALTER DATABASE ${database} SET TABLESPACE pg_default`);
      } finally {
        await said(server.url, "DROP TABLESPACE small");
      }
    },
  );

  test("and has no connection left: that is told", async () => {
    await said(
      url,
      `ALTER DATABASE ${new URL(url).pathname.slice(1)} CONNECTION LIMIT 0; CREATE ROLE plain LOGIN`,
    );
    const asPlain = url.replace("meerkat@", "plain@");
    expect(await refusal(asPlain)).toMatch(/ has no connection left \(.*53300\)\.$/);
  });

  test("and takes too long: who waits is told, and may ask again", async () => {
    const store = await filled();
    await using other = await otherClient(url);
    await other.say("BEGIN; LOCK TABLE meerkat.bundle");
    const told = sentenceOf(store.bundles());
    await until(url, "EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
    await said(url, "SELECT pg_cancel_backend(pid) FROM pg_locks WHERE NOT granted");
    expect(await told).toMatch(/ took too long for a statement \(.*57014\)\.$/);
    await other.say("COMMIT");
    expect(await store.bundles()).toEqual([]);
    await store.close();
  });
});

describe.skipIf(!hasPostgres)("making the tables", () => {
  test("is whole or not at all, also after a kill in the middle of it", async () => {
    await using other = await otherClient(url);
    // Whoever makes a schema of that name waits for this one, which comes to nothing.
    await other.say("BEGIN; CREATE SCHEMA meerkat");
    const opening = refusal(url);
    await until(url, "EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
    await server.killAndStart();
    await said(url, "SELECT 1");
    expect(await opening).toMatch(/^WatchError: The store /);
    expect(await said(url, "SELECT nspname FROM pg_namespace WHERE nspname = 'meerkat'")).toEqual([]);
    expect(await refusal(url)).toBe("opened");
  });

  test.each([1, 8, 16])(
    "killed behind its table %i, it leaves nothing, and whoever comes next makes all",
    async (count) => {
      // Behind so many tables, whoever makes them waits for this one.
      await using other = await otherClient(url);
      await other.say(`
      CREATE FUNCTION wait() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (${tables}) = ${count} THEN PERFORM pg_advisory_lock(7); END IF;
      END $$;
      CREATE EVENT TRIGGER wait ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION wait();
      SELECT pg_advisory_lock(7)`);
      const opening = Promise.all([refusal(url), refusal(url), refusal(url)]);
      // One makes them, two wait for it.
      await until(url, "(SELECT count(*) FROM pg_locks WHERE NOT granted) = 3");
      await server.killAndStart();
      await said(url, "DROP EVENT TRIGGER wait");
      for (const came of await opening) expect(came).toMatch(/^WatchError: The store /);
      expect(await said(url, `SELECT (${tables})::int AS count`)).toEqual([{ count: 0 }]);
      const store = await openAt(url, () => noon);
      await store.setEndpoints([endpointNamed("a")]);
      expect(await store.record([visitAt("a")], decide)).toHaveLength(1);
      await store.close();
    },
  );
});

const tables =
  "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('meerkat') AND relkind = 'r'";
