/**
 * `meerkat watch` and ten of its workers, as their commands start them, over one PostgreSQL and a queue on Redis or PostgreSQL:
 * each endpoint once a run, servers met politely however many workers there are, and nothing lost where some come and go.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { hasPostgres, hasRedis } from "./databases.ts";
import { begin, expectPolite, hire, layOut, seeded, untilVisited } from "./field.ts";

const queues = [
  { queue: "redis", isThere: hasRedis && hasPostgres },
  { queue: "postgres", isThere: hasPostgres },
] as const;

describe.each(queues)("a watch over PostgreSQL with a queue on $queue", ({ queue, isThere }) => {
  it.skipIf(!isThere)(
    "has ten workers visit each endpoint once, as politely as one of them",
    async () => {
      const field = await layOut({ queue, networks: 100, addresses: 4, names: 4 });
      const watch = begin(field);
      const workers = Array.from({ length: 10 }, () => hire(field));
      await untilVisited(field);
      expect(field.sites.names.toSorted()).toEqual(field.names.toSorted());
      expectPolite(field);
      expect(field.sites.mostAtOnce()).toBe(1);
      const ends = await Promise.all([watch, ...workers].map((one) => one.stop()));
      expect(ends).toEqual(ends.map(() => 0));
      const busy = workers.filter(({ entries }) => entries.some(({ event }) => event === "shard-visited"));
      expect(busy.length).toBeGreaterThan(2);
      await field.close();
    },
    180_000,
  );

  it.skipIf(!isThere)(
    "stays polite, and complete, where workers stop and others begin",
    async () => {
      const field = await layOut({ queue, networks: 12, addresses: 4, names: 20 });
      const seed = 20_261_130;
      const random = seeded(seed);
      const watch = begin(field);
      const workers = Array.from({ length: 4 }, () => hire(field));
      const done = untilVisited(field);
      const ends: number[] = [];
      for (let change = 0; change < 8; change++) {
        await Promise.race([done, pause(500 + random() * 1_500)]);
        const [leaver] = workers.splice(Math.floor(random() * workers.length), 1);
        workers.push(hire(field));
        if (leaver !== undefined) ends.push(await leaver.stop());
      }
      await done;
      expect(new Set(field.sites.names)).toEqual(new Set(field.names));
      expectPolite(field);
      ends.push(...(await Promise.all([watch, ...workers].map((one) => one.stop()))));
      expect(ends).toEqual(ends.map(() => 0));
      await field.close();
    },
    180_000,
  );

  it.skipIf(!isThere)(
    "has a worker say at each reload what is another than at its start",
    async () => {
      const field = await layOut({ queue, networks: 1, addresses: 1, names: 1 });
      const watch = begin(field);
      const worker = hire(field);
      await worker.logged("shard-visited");
      const config = JSON.parse(await readFile(field.config, "utf8")) as object;
      await writeFile(field.config, JSON.stringify({ ...config, roots: ["mozilla"] }));
      for (const count of [1, 2]) {
        worker.hangUp();
        const { message } = await worker.logged("reload-needs-restart", count);
        expect(message).toBe("What changed in roots counts from the next start on.");
      }
      expect(await Promise.all([watch.stop(), worker.stop()])).toEqual([0, 0]);
      await field.close();
    },
    60_000,
  );

  it.skipIf(!isThere)(
    "tells once what cannot be reached from two places, and nothing before the second of them",
    async () => {
      const told: string[] = [];
      const manager = createServer((request, response) => {
        void request.toArray().then((chunks: Buffer[]) => {
          told.push(Buffer.concat(chunks).toString());
          response.end();
        });
      });
      await once(manager.listen(0, "127.0.0.1"), "listening");
      const { port } = manager.address() as AddressInfo;
      const field = await layOut({
        queue,
        networks: 1,
        addresses: 1,
        names: 2,
        hasDead: true,
        more: {
          places: ["berlin-dmz", "office"],
          rules: { failuresInARow: 1, placesUnreachable: 2 },
          alerts: { alertmanager: [{ urls: [`http://127.0.0.1:${port}`] }] },
        },
      });
      // Two of them: whichever lends a telling tells it.
      const watches = [begin(field), begin(field)];
      const first = hire(field, "berlin-dmz");
      await first.logged("shard-visited");
      expect((await field.store.alerts({ state: "open", limit: 10 })).rows).toEqual([]);
      const second = hire(field, "office");
      const { message } = await second.logged("alert-opened");
      expect(message).toContain("from 2 of 2 places (berlin-dmz, office)");
      for (;;) {
        const [waiting] = await field.store.waitingTellings();
        if (told.length > 0 && waiting?.waiting === 0) break;
        await pause(100);
      }
      expect(told.filter((text) => text.includes("127.9.0.1"))).toHaveLength(1);
      await Promise.all([...watches, first, second].map((one) => one.stop()));
      await field.close();
      manager.close();
    },
    180_000,
  );
});
