/**
 * Workers that are killed, and databases that are: what a worker had is taken over by others, each endpoint is written down once
 * a run, and the log says in one sentence each what is away and what is back.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import type { RunningWatch } from "../../test/watch/running.ts";
import { type Database, hasPostgres, hasRedis } from "./databases.ts";
import {
  begin,
  endProcess,
  expectPolite,
  type Field,
  hire,
  hireProcess,
  layOut,
  seeded,
  untilDialled,
  untilVisited,
} from "./field.ts";
import { said } from "./postgres.ts";

/** Each endpoint has its one visit of one run. */
async function expectOnce({ url, names, sites }: Field): Promise<void> {
  const marks = await said(url, "SELECT count(*)::int AS marks, count(DISTINCT run)::int AS runs FROM mark");
  expect(marks).toEqual([{ marks: names.length, runs: 1 }]);
  expect(await said(url, "SELECT count(*)::int AS twice FROM fact WHERE first_at <> last_at")).toEqual([
    { twice: 0 },
  ]);
  expect(new Set(sites.names)).toEqual(new Set(names));
}

function eventsOf({ entries }: RunningWatch, about: string): readonly string[] {
  return entries.filter(({ event }) => event.startsWith(about)).map(({ event }) => event);
}

const queues = [
  { queue: "redis", isThere: hasRedis && hasPostgres, seed: 11 },
  { queue: "postgres", isThere: hasPostgres, seed: 12 },
] as const;

describe.each(queues)("with a queue on $queue", ({ queue, isThere, seed }) => {
  it.skipIf(!isThere)(
    "what killed workers had is visited by others, and nothing is written twice",
    async () => {
      const field = await layOut({ queue, networks: 12, addresses: 4, names: 12 });
      const random = seeded(seed);
      const watch = begin(field);
      const workers = Array.from({ length: 3 }, () => hireProcess(field));
      await untilDialled(field, 20);
      const kills = 2 + Math.floor(random() * 3);
      for (let kill = 0; kill < kills; kill++) {
        await pause(200 + random() * 1_500);
        const [victim] = workers.splice(Math.floor(random() * workers.length), 1);
        workers.push(hireProcess(field));
        if (victim !== undefined) await endProcess(victim, "SIGKILL");
      }
      await untilVisited(field);
      await expectOnce(field);
      expectPolite(field);
      await Promise.all([watch.stop(), ...workers.map((worker) => endProcess(worker, "SIGTERM"))]);
      await field.close();
    },
    300_000,
  );

  /** Longer than a worker may keep its shard without being heard. */
  const awayMs = 40_000;

  it.for([
    ["queue", ({ queue: database }: Field): Database => database],
    ["store", ({ postgres }: Field): Database => postgres],
  ] as const)(
    "a %s that is killed and comes back later costs nothing but time",
    { timeout: 300_000 },
    async ([what, databaseOf], { skip }) => {
      skip(!isThere, "a database is missing");
      const field = await layOut({ queue, networks: 12, addresses: 4, names: 12 });
      const database = databaseOf(field);
      const watch = begin(field);
      const workers = [hire(field), hire(field)];
      await untilDialled(field, 60);
      await database.kill();
      await pause(awayMs);
      await database.start();
      await untilVisited(field);
      await expectOnce(field);
      expectPolite(field);
      for (const worker of workers) {
        await worker.logged(`${what}-back`);
        const events = eventsOf(worker, `${what}-`);
        // Of a store each part of a worker speaks for itself.
        if (what === "store") expect(events).toContain("store-away");
        else expect(events).toEqual(["queue-away", "queue-back"]);
      }
      const ends = await Promise.all([watch, ...workers].map((one) => one.stop()));
      expect(ends).toEqual(ends.map(() => 0));
      await field.close();
    },
  );

  it.skipIf(!isThere || queue !== "redis")(
    "a queue that lost everything is filled again from the history",
    async () => {
      const field = await layOut({ queue, networks: 12, addresses: 4, names: 12 });
      const watch = begin(field);
      const workers = [hire(field), hire(field)];
      await untilDialled(field, 60);
      const redis = new Redis(field.queue.url);
      await redis.flushall();
      await redis.quit();
      await untilVisited(field);
      expect(new Set(field.sites.names)).toEqual(new Set(field.names));
      expectPolite(field);
      const ends = await Promise.all([watch, ...workers].map((one) => one.stop()));
      expect(ends).toEqual(ends.map(() => 0));
      await field.close();
    },
    300_000,
  );

  it.skipIf(!isThere)(
    "a worker that is stopped while its queue is away ends all the same, with what it visited",
    async () => {
      const field = await layOut({ queue, networks: 12, addresses: 4, names: 12 });
      const watch = begin(field);
      const worker = hireProcess(field);
      await untilDialled(field, 60);
      await field.queue.kill();
      // It notices.
      await pause(2_000);
      const stoppedAt = performance.now();
      await endProcess(worker, "SIGTERM");
      expect(performance.now() - stoppedAt).toBeLessThan(10_000);
      const [row] = await said(field.url, "SELECT count(*)::int AS kept FROM mark WHERE run IS NOT NULL");
      expect(Number(row?.["kept"])).toBeGreaterThan(40);
      await watch.stop();
      await field.close();
    },
    120_000,
  );
});
