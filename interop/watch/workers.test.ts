/**
 * `meerkat watch` and ten of its workers, as their commands start them, over one PostgreSQL and a queue on Redis or PostgreSQL:
 * each endpoint once a run, servers met politely however many workers there are, and nothing lost where some come and go.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../src/client/index.ts";
import { databaseAddress, openPostgresStore, type Store } from "../../src/watch/index.ts";
import { RunningWatch } from "../../test/watch/running.ts";
import { type Database, hasPostgres, hasRedis, startPostgres, startRedis } from "./databases.ts";
import { domain, groupedBy, type ManySites, openManySites, tooMany } from "./many-sites.ts";
import { newDatabase } from "./postgres.ts";

const client = new Client();
let folder: string;
let postgres: Database;
let redis: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-workers-"));
  if (hasPostgres) postgres = await startPostgres();
  if (hasRedis) redis = await startRedis();
});
afterAll(async () => {
  if (hasPostgres) await postgres.stop();
  if (hasRedis) await redis.stop();
  await client.close();
  await rm(folder, { recursive: true });
});

interface Field {
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  readonly store: Store;
  readonly sites: ManySites;
  readonly names: readonly string[];
  close(): Promise<void>;
}

let fields = 0;

/** Names at the addresses of many networks, and the configuration that watches them. */
async function layOut(
  queue: "redis" | "postgres",
  { networks, addresses, names }: Readonly<Record<"networks" | "addresses" | "names", number>>,
  more: object = {},
): Promise<Field> {
  const sites = await openManySites();
  const places = new Map<string, string>();
  for (let network = 0; network < networks; network++)
    for (let address = 1; address <= addresses; address++)
      for (let name = 0; name < names; name++)
        places.set(`n${network}-${address}-${name}.${domain}`, `127.9.${network}.${address}`);
  const number = ++fields;
  const at = (name: string): string => join(folder, `${number}-${name}`);
  const url = await newDatabase(postgres.url);
  const config = {
    endpoints: [at("list.txt")],
    store: { env: "STORE" },
    queue: { [queue]: { env: "QUEUE" } },
    places: [`place-${number}`],
    roots: [at("root.pem")],
    resolve: Object.fromEntries([...places].map(([name, address]) => [`${name}:${sites.port}`, address])),
    ...more,
  };
  await writeFile(at("list.txt"), [...places.keys()].map((name) => `${name}:${sites.port}\n`).join(""));
  await writeFile(at("root.pem"), sites.root);
  await writeFile(at("watch.json"), JSON.stringify(config));
  const store = await openPostgresStore({ address: databaseAddress(url), client });
  return {
    config: at("watch.json"),
    env: { STORE: url, QUEUE: queue === "redis" ? redis.url : await newDatabase(postgres.url) },
    store,
    sites,
    names: [...places.keys()],
    close: async () => {
      await store.close();
      await sites.close();
    },
  };
}

function begin({ config, env }: Field): RunningWatch {
  return new RunningWatch(["--config", config], { env });
}

function hire({ config, env }: Field): RunningWatch {
  const place = `place-${fields}`;
  return new RunningWatch(["--config", config, "--place", place], { kind: "worker", env });
}

async function untilVisited({ store }: Field): Promise<void> {
  for (;;) {
    const { states } = await store.overview({ now: Date.now() });
    if (states.unvisited === 0 && Object.values(states).some((count) => count > 0)) return;
    await pause(100);
  }
}

function expectPolite({ sites }: Field): void {
  for (const [address, own] of groupedBy(sites.arrivals, (one) => one.address))
    expect([address, tooMany(own, 2)]).toEqual([address, 0]);
  for (const [network, own] of groupedBy(sites.arrivals, ({ address }) => address.replace(/\.\d+$/, "")))
    expect([network, tooMany(own, 8)]).toEqual([network, 0]);
}

/** Numbers from 0 to 1 that are the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

const queues = [
  { queue: "redis", isThere: hasRedis && hasPostgres },
  { queue: "postgres", isThere: hasPostgres },
] as const;

describe.each(queues)("a watch over PostgreSQL with a queue on $queue", ({ queue, isThere }) => {
  it.skipIf(!isThere)(
    "has ten workers visit each endpoint once, as politely as one of them",
    async () => {
      const field = await layOut(queue, { networks: 100, addresses: 4, names: 4 });
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
      const field = await layOut(queue, { networks: 12, addresses: 4, names: 20 });
      const seed = 20_261_130;
      const random = seeded(seed);
      const watch = begin(field);
      const workers = Array.from({ length: 4 }, () => hire(field));
      let isDone = false;
      const done = untilVisited(field).then(() => (isDone = true));
      const ends: number[] = [];
      for (let change = 0; change < 8 && !isDone; change++) {
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
});
