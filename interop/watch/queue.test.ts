/**
 * Ten workers over one queue, on Redis and on PostgreSQL: each endpoint once a run, what a worker had that is gone is taken
 * over, and servers meet no more connections than one polite worker would make.
 */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Client } from "../../src/client/index.ts";
import type { Visit, WatchedEndpoint } from "../../src/fleet/index.ts";
import { beginRun, openSqliteStore, openWork, runWorker, Turns } from "../../src/watch/index.ts";
import type { Log, RunningWorker, Store, Work } from "../../src/watch/index.ts";
import { decisionOf, endpointNamed, visitOf } from "../../test/watch/store/kept.ts";
import { type Database, hasPostgres, hasRedis, startPostgres, startRedis } from "./databases.ts";

const client = new Client();
const leaseMs = 4_000;
let places = 0;

afterAll(() => client.close());

/** Each has one name and the addresses that it leads to. */
function endpointsAt(hosts: ReadonlyMap<string, readonly string[]>): readonly WatchedEndpoint[] {
  return [...hosts.keys()].map((host, i) => endpointNamed(`e${String(i).padStart(5, "0")}`, { host }));
}

interface Crew {
  readonly store: Store;
  readonly place: string;
  readonly works: Work[];
  readonly workers: RunningWorker[];
  /** How often each was visited, and by which worker. */
  readonly visited: { readonly endpoint: string; readonly worker: number }[];
  readonly lines: string[];
  readonly ended: Promise<void>;
  end(): Promise<void>;
}

interface CrewRequest {
  readonly url: string;
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  readonly count: number;
  readonly onVisit?: (addresses: readonly string[], turns: Turns, signal: AbortSignal) => Promise<void>;
  readonly resolve?: (host: string) => readonly string[];
}

async function hire({ url, hosts, count, onVisit, resolve }: CrewRequest): Promise<Crew> {
  const store = await openSqliteStore({ path: ":memory:" });
  await store.setEndpoints(endpointsAt(hosts));
  const place = `place-${++places}`;
  const crew = { works: [] as Work[], workers: [] as RunningWorker[], visited: [] as Crew["visited"] };
  const lines: string[] = [];
  const addressesOf = resolve ?? ((host: string): readonly string[] => hosts.get(host) ?? []);
  const log: Log = ({ sentence }) => lines.push(sentence);
  let onRunEnd = (): void => {};
  const ended = new Promise<void>((resolveEnd) => (onRunEnd = resolveEnd));
  for (let worker = 0; worker < count; worker++) {
    const work = await openWork({ url: () => Promise.resolve(url), client, place, log, leaseMs });
    const turns = new Turns();
    crew.works.push(work);
    crew.workers.push(
      runWorker({
        work,
        store,
        linesOf: ({ host }) => Promise.resolve(addressesOf(host)),
        random: Math.random,
        now: Date.now,
        lookMs: 50,
        log,
        onRunEnd,
        decide: (_history, visit) => decisionOf(visit),
        visit: async (endpoint, { run, mayTouch, signal }): Promise<Visit | undefined> => {
          const addresses = addressesOf(endpoint.host);
          if (!addresses.every(mayTouch)) return undefined;
          await onVisit?.(addresses, turns, signal);
          crew.visited.push({ endpoint: endpoint.id, worker });
          return visitOf(endpoint.id, { more: { run, place, at: Date.now() } });
        },
      }),
    );
  }
  return {
    ...crew,
    store,
    place,
    lines,
    ended,
    end: async () => {
      await Promise.all(crew.workers.map((one) => one.stop()));
      await Promise.all(crew.works.map((one) => one.close()));
      await store.close();
    },
  };
}

/** Five names at each of many addresses, four of which are one network. */
function manyHosts(addresses: number, names: number): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, readonly string[]>();
  for (let i = 0; i < addresses; i++)
    for (let name = 0; name < names; name++)
      hosts.set(`h${i}-${name}.example`, [`127.77.${Math.floor(i / 4)}.${10 + (i % 4)}`]);
  return hosts;
}

async function begin(crew: Crew): Promise<string> {
  const [work] = crew.works;
  if (work === undefined) throw new Error("There is no worker.");
  return beginRun(work, Date.now());
}

/** More connections than allowed within any second. */
function tooMany(arrivals: readonly number[], most: number): number {
  const sorted = arrivals.toSorted((a, b) => a - b);
  return sorted.filter((at, i) => i >= most && at - (sorted[i - most] ?? 0) < 1_000).length;
}

const backends = [
  { name: "Redis", isThere: hasRedis, start: startRedis },
  { name: "PostgreSQL", isThere: hasPostgres, start: startPostgres },
];

describe.each(backends)("workers over a queue on $name", ({ isThere, start }) => {
  let database: Database;
  beforeAll(async () => {
    if (isThere) database = await start();
  });
  afterAll(async () => {
    if (isThere) await database.stop();
  });

  test.skipIf(!isThere)("visit each endpoint once in a run, and all of them", async () => {
    const hosts = manyHosts(400, 5);
    const crew = await hire({ url: database.url, hosts, count: 10 });
    const run = await begin(crew);
    await crew.ended;
    expect(await crew.store.unvisited({ run, place: crew.place, limit: 1 })).toEqual([]);
    expect(new Set(crew.visited.map(({ endpoint }) => endpoint)).size).toBe(hosts.size);
    expect(crew.visited).toHaveLength(hosts.size);
    expect(new Set(crew.visited.map(({ worker }) => worker)).size).toBeGreaterThan(1);
    await crew.end();
  });

  test.skipIf(!isThere)("asked for the same run twice, visit it once", async () => {
    const hosts = manyHosts(4, 5);
    const crew = await hire({ url: database.url, hosts, count: 2 });
    const [work] = crew.works;
    const at = Date.now();
    if (work !== undefined) await Promise.all([beginRun(work, at), beginRun(work, at)]);
    await crew.ended;
    expect(crew.visited).toHaveLength(hosts.size);
    await crew.end();
  });

  test.skipIf(!isThere)("that stop give the rest of their shards to those that stay, at once", async () => {
    const hosts = manyHosts(60, 5);
    const begun = new Set<string>();
    let stopped: Promise<void> | undefined;
    const crew: Crew = await hire({
      url: database.url,
      hosts,
      count: 2,
      onVisit: async (addresses) => {
        begun.add(addresses.join());
        if (begun.size > 2) stopped ??= crew.workers[0]?.stop();
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    await begin(crew);
    await crew.ended;
    await stopped;
    expect(new Set(crew.visited.map(({ endpoint }) => endpoint)).size).toBe(hosts.size);
    expect(crew.visited).toHaveLength(hosts.size);
    await crew.end();
  });

  test.skipIf(!isThere)("visit what moves between networks meanwhile in a later round", async () => {
    const hosts = manyHosts(8, 2);
    let asked = 0;
    const crew = await hire({
      url: database.url,
      hosts,
      count: 3,
      // Another network with every question.
      resolve: (host) => (host.startsWith("h0-") ? [`127.78.${asked++ % 250}.1`] : (hosts.get(host) ?? [])),
    });
    await begin(crew);
    await crew.ended;
    expect(crew.visited.map(({ endpoint }) => endpoint).toSorted()).toEqual(
      endpointsAt(hosts).map(({ id }) => id),
    );
    await crew.end();
  });

  test.skipIf(!isThere)("go on where a queue that was killed comes back", async () => {
    const hosts = manyHosts(60, 5);
    let back: Promise<void> | undefined;
    const crew = await hire({
      url: database.url,
      hosts,
      count: 3,
      onVisit: async () => {
        back ??= database.killAndStart();
        await back;
      },
    });
    const run = await begin(crew);
    await crew.ended;
    expect(await crew.store.unvisited({ run, place: crew.place, limit: 1 })).toEqual([]);
    expect(new Set(crew.visited.map(({ endpoint }) => endpoint)).size).toBe(hosts.size);
    expect(crew.lines.join("\n")).toMatch(/The queue does not answer: .*\. It is tried again\./);
    expect(crew.lines.join("\n")).toContain("The queue answers again.");
    await crew.end();
  });

  test.skipIf(!isThere)("that begin while it is away work when it is back, and are counted", async () => {
    const place = `place-${++places}`;
    const lines: string[] = [];
    const log: Log = ({ sentence }) => lines.push(sentence);
    const work = await openWork({ url: () => Promise.resolve(database.url), client, place, log, leaseMs });
    await database.kill();
    let taken = (): void => {};
    const isTaken = new Promise<void>((resolve) => (taken = resolve));
    const worker = work.visitor(() => Promise.resolve(taken()), 1);
    const running = worker.run();
    await vi.waitFor(() => expect(lines.join("\n")).toContain("does not answer"), 10_000);
    await database.start();
    // A PostgreSQL that is starting refuses what is asked of it.
    const shard = { run: "run", endpoints: [], networks: null };
    await vi.waitFor(() => work.shards.add("shard", shard), 20_000);
    await isTaken;
    await vi.waitFor(async () => expect(await work.shards.getWorkersCount()).toBe(1), 10_000);
    await worker.close();
    await running;
    await work.close();
  });

  test.skipIf(!isThere)("are as polite to a server together as one of them", async () => {
    const hosts = manyHosts(8, 4);
    const addresses = [...new Set([...hosts.values()].flat())];
    const arrivals = new Map<string, number[]>();
    let most = 0;
    const servers: Server[] = [];
    let port = 0;
    for (const address of addresses) {
      let open = 0;
      const server = createServer((socket) => {
        arrivals.set(address, [...(arrivals.get(address) ?? []), performance.now()]);
        most = Math.max(most, ++open);
        socket.on("error", () => {});
        // Until this server ends it, whoever connected has it open.
        setImmediate(() => {
          open--;
          socket.end();
        });
      });
      server.listen(port, address);
      await once(server, "listening");
      ({ port } = server.address() as AddressInfo);
      servers.push(server);
    }
    const crew = await hire({
      url: database.url,
      hosts,
      count: 10,
      onVisit: async ([address = ""], turns, signal) => {
        const turn = await turns.take(address, { host: address, signal });
        try {
          const socket = connect(port, address).resume();
          await once(socket, "close");
        } finally {
          turn.end();
        }
      },
    });
    await begin(crew);
    await crew.ended;
    expect(crew.visited).toHaveLength(hosts.size);
    expect([...arrivals.values()].flat()).toHaveLength(hosts.size);
    expect(most).toBe(1);
    for (const [, times] of arrivals) expect(tooMany(times, 2)).toBe(0);
    for (const network of ["127.77.0.", "127.77.1."]) {
      const own = addresses.filter((address) => address.startsWith(network));
      expect(own).toHaveLength(4);
      const times = own.flatMap((address) => arrivals.get(address) ?? []);
      expect(tooMany(times, 8)).toBe(0);
    }
    await crew.end();
    for (const server of servers) server.close();
  });
});
