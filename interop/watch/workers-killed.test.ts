/**
 * Workers that are killed, and databases that are: what a worker had is taken over by others, each endpoint is written down once
 * a run, and the log says in one sentence each what is away and what is back. Most of it is waiting: what can be is tried at once.
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
import { manyMoments } from "../../test/watch/many-moments.ts";

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

/** Enough to visit that something is under way at each of so many kills. */
function namesFor(kills: number): {
  readonly networks: number;
  readonly addresses: number;
  readonly names: number;
} {
  return { networks: 12, addresses: 4, names: Math.max(6, 2 * kills) };
}

/** Calls `kill` at moments that a seed chooses: after some more visits, or a while later. */
async function atMoments(
  field: Field,
  {
    kills,
    random,
    visited,
  }: { readonly kills: number; readonly random: () => number; readonly visited: Promise<void> },
  kill: () => Promise<void>,
): Promise<void> {
  for (let done = 0; done < kills; done++) {
    const more = field.sites.names.length + 1 + Math.floor(random() * 20);
    await Promise.race([untilDialled(field, more), visited, pause(200 + random() * 3_000)]);
    await pause(random() * 500);
    await kill();
  }
}

const mostMs = 1_800_000;

describe("workers that are killed", () => {
  it.concurrent.for(queues)(
    "lose nothing to others, and nothing is written twice, with a queue on $queue",
    { timeout: mostMs },
    async ({ queue, isThere, seed }, { skip }) => {
      skip(!isThere, "a database is missing");
      const kills = manyMoments(3);
      const field = await layOut({ queue, ...namesFor(kills) });
      const random = seeded(seed);
      const watch = begin(field);
      const workers = Array.from({ length: 3 }, () => hireProcess(field));
      await untilDialled(field, 20);
      const visited = untilVisited(field);
      await atMoments(field, { kills, random, visited }, async () => {
        const [victim] = workers.splice(Math.floor(random() * workers.length), 1);
        workers.push(hireProcess(field));
        if (victim !== undefined) await endProcess(victim, "SIGKILL");
      });
      await visited;
      await expectOnce(field);
      expectPolite(field);
      await Promise.all([watch.stop(), ...workers.map((worker) => endProcess(worker, "SIGTERM"))]);
      await field.close();
    },
  );
});

describe("a database that is killed", () => {
  const databases = [
    { what: "queue", ...queues[0], databaseOf: ({ queue }: Field): Database => queue },
    { what: "queue", ...queues[1], databaseOf: ({ queue }: Field): Database => queue },
    { what: "store", ...queues[0], databaseOf: ({ postgres }: Field): Database => postgres },
  ] as const;

  it.concurrent.for(databases)(
    "and comes back a moment later, again and again, costs nothing but time: a $what, with a queue on $queue",
    { timeout: mostMs },
    async ({ what, queue, isThere, seed, databaseOf }, { skip }) => {
      skip(!isThere, "a database is missing");
      const kills = manyMoments(3);
      const field = await layOut({ queue, ...namesFor(kills) });
      const random = seeded(seed);
      const database = databaseOf(field);
      const watch = begin(field);
      const workers = [hire(field), hire(field)];
      await untilDialled(field, 20);
      const visited = untilVisited(field);
      await atMoments(field, { kills, random, visited }, async () => {
        await database.kill();
        await pause(random() * 1_000);
        await database.start();
      });
      await visited;
      await expectOnce(field);
      expectPolite(field);
      const events = workers.flatMap((worker) => eventsOf(worker, `${what}-`));
      expect(events).toContain(`${what}-away`);
      expect(events).toContain(`${what}-back`);
      const ends = await Promise.all([watch, ...workers].map((one) => one.stop()));
      expect(ends).toEqual(ends.map(() => 0));
      await field.close();
    },
  );

  /** Longer than a worker keeps its shard without being heard, and than it is given to nobody else. */
  const awayMs = 32_000;

  it.concurrent.for(queues)(
    "and comes back when all leases are over is told: a queue on $queue",
    { timeout: 300_000 },
    async ({ queue, isThere }, { skip }) => {
      skip(!isThere, "a database is missing");
      const field = await layOut({ queue, ...namesFor(0) });
      const watch = begin(field);
      const workers = [hire(field), hire(field)];
      await untilDialled(field, 60);
      await field.queue.kill();
      await pause(awayMs);
      await field.queue.start();
      await untilVisited(field);
      await expectOnce(field);
      expectPolite(field);
      for (const worker of workers) {
        // As often as it was away it comes back.
        await worker.logged("queue-back");
        await worker.logged("queue-back", eventsOf(worker, "queue-away").length);
        // Besides, a lock may be said to be gone.
        const told = eventsOf(worker, "queue-").filter((event) => event !== "queue-error");
        expect(told.slice(0, 2)).toEqual(["queue-away", "queue-back"]);
        // A PostgreSQL that is starting may refuse one after it took another.
        if (queue === "redis") expect(told).toHaveLength(2);
        expect(told.at(-1)).toBe("queue-back");
      }
      const ends = await Promise.all([watch, ...workers].map((one) => one.stop()));
      expect(ends).toEqual(ends.map(() => 0));
      await field.close();
    },
  );
});

describe("a queue", () => {
  it.concurrent(
    "that lost everything is filled again from the history",
    { timeout: 300_000 },
    async ({ skip }) => {
      skip(!queues[0].isThere, "a database is missing");
      const field = await layOut({ queue: "redis", ...namesFor(0) });
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
  );

  it.concurrent.for(queues)(
    "on $queue that is away keeps no worker that is stopped, nor what it visited",
    { timeout: 120_000 },
    async ({ queue, isThere }, { skip }) => {
      skip(!isThere, "a database is missing");
      const field = await layOut({ queue, ...namesFor(0) });
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
  );
});
