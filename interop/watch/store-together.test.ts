/**
 * Many at a time in one PostgreSQL: ten that open it, ten that record the same run, and whoever tells, lists and forgets beside
 * them. Each visit is written once, no alert is lost and none is told twice.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Decision, type EndpointHistory, tellingKey, type Visit } from "../../src/fleet/index.ts";
import type { Store } from "../../src/watch/index.ts";
import { days, noon } from "../../test/fleet/made-up.ts";
import {
  alertOf,
  bundleNamed,
  certificateNamed,
  decisionOf,
  endpointNamed,
  forecastOf,
  record,
  visitOf,
} from "../../test/watch/store/kept.ts";
import { type Database, hasPostgres, startPostgres } from "./databases.ts";
import { newDatabase, openAt, otherClient, said, until } from "./postgres.ts";

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

/** The lock of whoever lists. */
const listing = [0x4d_52_4b_54, 2].join(", ");
/** The lock of whoever names values and certificates. */
const naming = [0x4d_52_4b_54, 3].join(", ");
const now = (): number => days(9);
const ids = Array.from({ length: 120 }, (_, i) => `e${String(i).padStart(3, "0")}`);
const bundle = bundleNamed("ca.pem");
const certificates = Array.from({ length: 7 }, (_, i) => certificateNamed(`shared ${i}`));

async function openMany(count: number): Promise<readonly Store[]> {
  return Promise.all(Array.from({ length: count }, () => openAt(url, now)));
}

async function closeAll(stores: readonly Store[]): Promise<void> {
  await Promise.all(stores.map((store) => store.close()));
}

/** Of each, two certificates that others show as well. */
function visitAt(id: string, day: number): Visit {
  const shown = [0, 1].map((i) => certificates[(ids.indexOf(id) * 3 + i + day) % certificates.length]);
  const pairs = shown.filter((pair) => pair !== undefined);
  return visitOf(id, {
    day,
    shows: pairs.map(([leaf], i) => [`192.0.2.${i}`, { leaf }]),
    more: { run: `run ${day}`, certificates: new Map(pairs) },
  });
}

/** An alert that opens with each visit. */
function decide(_history: EndpointHistory, made: Visit): Decision {
  const alert = alertOf(made.endpoint, { openedAt: made.at });
  return decisionOf(made, {
    alerts: [alert],
    changes: [{ kind: "opened", alert }],
    forecasts: [forecastOf(bundle.id, { madeAt: made.at })],
  });
}

function shuffled<T>(values: readonly T[], seed: number): readonly T[] {
  let state = seed;
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  return values
    .map((value) => [next(), value] as const)
    .toSorted(([one], [other]) => one - other)
    .map(([, value]) => value);
}

describe.skipIf(!hasPostgres)("ten at a time in one database", () => {
  test("make its tables once", async () => {
    const stores = await openMany(10);
    await stores[0]?.setEndpoints([endpointNamed("a")]);
    for (const store of stores) expect((await store.endpoint("a"))?.history.endpoint.id).toBe("a");
    expect(await said(url, "SELECT count(*)::int AS rows FROM meerkat.schema_version")).toEqual([
      { rows: 1 },
    ]);
    await closeAll(stores);
  });

  test("record the same run: each visit once, no alert lost and none told twice", async () => {
    const stores = await openMany(10);
    const [first] = stores;
    await first?.setEndpoints(ids.map((id) => endpointNamed(id)));
    await first?.setBundles([bundle]);
    await first?.setChannels(["mail", "hook"]);
    const decisions: Decision[] = [];
    for (const day of [0, 1])
      await Promise.all(
        stores.map(async (store, worker) => {
          // Each has an order of its own, and batches of its own length.
          const visits = shuffled(ids, worker + 1).map((id) => visitAt(id, day));
          for (let from = 0; from < visits.length; from += 10 + worker)
            decisions.push(...(await store.record(visits.slice(from, from + 10 + worker), decide)));
        }),
      );
    const expected = ids.flatMap((id) => [0, 1].map((day) => `${id} run ${day}`)).toSorted();
    expect(decisions.map(({ endpoint, place }) => `${endpoint} ${place.run}`).toSorted()).toEqual(expected);
    for (const id of ids) {
      const view = await first?.endpoint(id);
      expect(view?.history.alerts).toHaveLength(2);
      // An answer and two showings of each day.
      expect(view?.history.facts).toHaveLength(6);
      expect(view?.certificates.size).toBeGreaterThan(1);
    }
    const count = async (table: string): Promise<unknown> =>
      (await said(url, `SELECT count(*)::int AS rows FROM meerkat.${table}`))[0]?.["rows"];
    expect(await count("certificate")).toBe(certificates.length);

    // And each is told once, by whoever lends it.
    const told: string[] = [];
    await Promise.all(
      stores.map(async (store) => {
        for (const channel of ["mail", "hook"])
          for (;;) {
            const lent = await store.lendTellings({ channel, now: days(2), lentUntilAt: days(3), limit: 7 });
            if (lent.length === 0) break;
            for (const { key } of lent) {
              told.push(`${channel} ${key}`);
              await store.settleTelling(key, channel, { kind: "told", at: days(2) });
            }
          }
      }),
    );
    expect(told).toHaveLength(2 * 2 * ids.length);
    expect(new Set(told).size).toBe(told.length);
    expect(await count("telling")).toBe(0);
    await closeAll(stores);
  });

  test("list, begin at new places, tell other channels and forget, while others record", async () => {
    const stores = await openMany(6);
    const [lists, begins, tells, forgets, ...records] = stores;
    const all = ids.map((id) => endpointNamed(id));
    await lists?.setEndpoints(all);
    await lists?.setBundles([bundle]);
    await lists?.setChannels(["mail"]);
    const over = new AbortController();
    const again = async (work: (turn: number) => Promise<unknown>): Promise<void> => {
      for (let turn = 0; !over.signal.aborted; turn++) await work(turn);
    };
    const others = [
      again(async (turn) => {
        await lists?.setEndpoints(all.slice((turn % 3) * 10));
        await lists?.setBundles(turn % 2 === 0 ? [bundle] : [bundleNamed("other.pem"), bundle]);
      }),
      again((turn) => begins?.due({ place: `place ${turn}`, now: now(), limit: 5 }) ?? Promise.resolve()),
      again(async (turn) => {
        await tells?.setChannels(turn % 2 === 0 ? ["mail", "hook"] : ["mail"]);
        await tells?.lendTellings({ channel: "hook", now: now(), lentUntilAt: now(), limit: 50 });
      }),
      again(() => forgets?.prune(days(2)) ?? Promise.resolve()),
    ];
    try {
      for (const day of [0, 1, 2])
        await Promise.all(
          records.map(async (store, worker) => {
            for (const id of shuffled(ids, worker + 7)) await store.record([visitAt(id, day)], decide);
          }),
        );
    } finally {
      over.abort();
      await Promise.all(others);
    }
    await lists?.setEndpoints(all);
    await tells?.setChannels(["mail"]);
    const [at] = records;
    // Whoever was not listed at that moment is written now.
    await at?.record(
      ids.map((id) => visitAt(id, 3)),
      decide,
    );
    expect(await at?.unvisited({ run: "run 3", place: "here", limit: 999 })).toEqual([]);
    for (const id of ids) {
      const view = await at?.endpoint(id);
      // Whatever a fact names is there.
      const named = new Set(
        view?.history.facts.flatMap((fact) => (fact.about === "shown" ? fact.value.chain : [])),
      );
      const known = certificates.map(([name]) => name).filter((name) => named.has(name));
      expect(known).not.toEqual([]);
      expect([...(view?.certificates.keys() ?? [])].toSorted()).toEqual(known.toSorted());
    }
    const count = async (sql: string): Promise<unknown> =>
      (await said(url, `SELECT count(*)::int AS rows ${sql}`))[0]?.["rows"];
    expect(
      await count("FROM meerkat.fact WHERE NOT EXISTS (SELECT FROM meerkat.value WHERE id = fact.value)"),
    ).toBe(0);
    expect(await count("FROM meerkat.telling WHERE channel <> 'mail'")).toBe(0);
    // At each place that ever began, everything is due or was visited.
    expect(
      await count(
        `FROM meerkat.place, meerkat.endpoint WHERE listed = 1 AND NOT EXISTS
         (SELECT FROM meerkat.mark WHERE mark.place = place.place AND endpoint = endpoint.id AND next_at IS NOT NULL)`,
      ),
    ).toBe(0);
    await closeAll(stores);
  });
});

describe.skipIf(!hasPostgres)("who waits for whom", () => {
  test("of two that wait for each other, the store is asked again and comes through", async () => {
    // The server looks once, so long after somebody began to wait, and ends whoever waited then: that is the store.
    await said(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET deadlock_timeout = '3s'`);
    const [store] = await openMany(1);
    await store?.setEndpoints(["a", "b"].map((id) => endpointNamed(id)));
    await using other = await otherClient(url);
    await other.say(
      "SET deadlock_timeout = '1h'; BEGIN; SELECT FROM meerkat.endpoint WHERE id = 'b' FOR UPDATE",
    );
    const writing = store?.record([visitOf("a"), visitOf("b")], (_, made) => decisionOf(made));
    await until(url, "EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
    // The store has this one: it is answered when the store's transaction was ended.
    await other.say("SELECT FROM meerkat.endpoint WHERE id = 'a' FOR UPDATE");
    await other.say("COMMIT");
    expect(await writing).toHaveLength(2);
    await store?.close();
  });

  test("what somebody names at this moment is not forgotten", async () => {
    const [store] = await openMany(1);
    await store?.setEndpoints([endpointNamed("a")]);
    const [[name, certificate]] = [certificateNamed("named again")];
    const seen = {
      shows: [["192.0.2.1", { leaf: name }]],
      more: { certificates: new Map([[name, certificate]]) },
    } as const;
    if (store !== undefined) await record(store, visitOf("a", seen));
    const [fact] = await said(
      url,
      "SELECT endpoint, subject, encode(value, 'hex') AS value FROM meerkat.fact WHERE subject LIKE '%shown%'",
    );
    await said(url, "DELETE FROM meerkat.fact");
    await using other = await otherClient(url);
    // As whoever records: it is said that something is named, then found, then named.
    await other.say(`BEGIN; SELECT pg_advisory_xact_lock_shared(${naming})`);
    const forgetting = store?.prune(noon);
    await until(url, "EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
    await other.say(
      `INSERT INTO meerkat.fact VALUES ('a', '${String(fact?.["subject"])}', 1, 2, '\\x${String(fact?.["value"])}'); COMMIT`,
    );
    await forgetting;
    expect((await store?.endpoint("a"))?.history.facts).toHaveLength(1);
    expect([...((await store?.endpoint("a"))?.certificates.keys() ?? [])]).toEqual([name]);
    await store?.close();
  });

  test("name the same in another order each, and none waits in a circle", async () => {
    const stores = await openMany(2);
    const [first] = stores;
    const [one, other, held] = certificates;
    if (first === undefined || one === undefined || other === undefined || held === undefined)
      throw new Error("They are there.");
    await first.setEndpoints(ids.map((id) => endpointNamed(id)));
    // Those certificates are there already, and what every visit says.
    await record(first, visitOf(ids.at(-1) ?? "", { more: { certificates: new Map([one, other]) } }));
    await using third = await otherClient(url);
    await third.say(`BEGIN; INSERT INTO meerkat.certificate VALUES ('${held[0]}', '')`);
    let decided = 0;
    const recording = stores.map((store, i) => {
      const [early, late] = i === 0 ? [one, other] : [other, one];
      const own = ids.slice(26 * i, 26 * (i + 1));
      // The last is in a turn of its own, and waits there for the certificate that somebody else is writing.
      const visits = own.map((id, at) =>
        visitOf(id, {
          shows: [["192.0.2.1", { leaf: (at < 25 ? early : late)[0] }]],
          more: { certificates: new Map(at < 25 ? [early] : [late, held]) },
        }),
      );
      return store.record(visits, (_history, made) => {
        decided++;
        return decisionOf(made);
      });
    });
    await until(url, "(SELECT COUNT(*) FROM pg_locks WHERE NOT granted) = 2");
    await third.say("COMMIT");
    await Promise.all(recording);
    // One that is ended decides again.
    expect(decided).toBe(52);
    await closeAll(stores);
  });

  test("what somebody is listing at this moment is due at a place that begins", async () => {
    const [store] = await openMany(1);
    await store?.setEndpoints([endpointNamed("a")]);
    await using other = await otherClient(url);
    // As whoever lists: the places are known by now, and this one is not among them.
    await other.say(
      `BEGIN; SELECT pg_advisory_xact_lock(${listing});
       INSERT INTO meerkat.endpoint (id, name, listed, json)
       VALUES ('b', 'b', 1, '${JSON.stringify(endpointNamed("b"))}')`,
    );
    const due = store?.due({ place: "there", now: now(), limit: 9 });
    await until(url, "EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
    await other.say("COMMIT");
    expect((await due)?.map(({ endpoint }) => endpoint.id).toSorted()).toEqual(["a", "b"]);
    await store?.close();
  });

  test("whoever forgets waits for those that record, and so finds what they name", async () => {
    const [store, forgets] = await openMany(2);
    await store?.setEndpoints([endpointNamed("a")]);
    await said(url, "INSERT INTO meerkat.certificate VALUES ('nobody', '')");
    await using other = await otherClient(url);
    await other.say("BEGIN; SELECT FROM meerkat.endpoint WHERE id = 'a' FOR UPDATE");
    const writing = store?.record([visitOf("a")], (_, made) => decisionOf(made));
    await until(url, "EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
    const forgetting = forgets?.prune(noon);
    await until(url, "EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory')");
    await other.say("COMMIT");
    await Promise.all([writing, forgetting]);
    expect(await said(url, "SELECT FROM meerkat.certificate")).toEqual([]);
    await Promise.all([store?.close(), forgets?.close()]);
  });

  test("a telling that is being queued for a channel that goes, goes with it", async () => {
    const [store, tells] = await openMany(2);
    await store?.setEndpoints([endpointNamed("a")]);
    await store?.setChannels(["mail", "hook"]);
    await using other = await otherClient(url);
    const alert = alertOf("a");
    // Whoever queues the same waits for what comes of this, with the channels in its hands.
    await other.say(
      `BEGIN; INSERT INTO meerkat.telling (key, channel, kind, endpoint, alert, queued_at, next_at, tries)
       VALUES ('${tellingKey({ kind: "opened", alert })}', 'hook', 'opened', 'a', '{}', 1, 1, 0)`,
    );
    const writing = store?.record([visitOf("a")], (_, made) =>
      decisionOf(made, { alerts: [alert], changes: [{ kind: "opened", alert }] }),
    );
    await until(url, "EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
    const going = tells?.setChannels(["mail"]);
    const bothWait = until(url, "(SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted) = 2");
    await Promise.race([going, bothWait]);
    await other.say("ROLLBACK");
    await Promise.all([writing, going]);
    expect(await said(url, "SELECT channel FROM meerkat.telling")).toEqual([{ channel: "mail" }]);
    await Promise.all([store?.close(), tells?.close()]);
  });
});
