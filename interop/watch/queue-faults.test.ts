/** What a queue on Redis answers that nobody wants to hear: locks that were lost, rights that are lacking, jobs that fail. */
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Client } from "../../src/client/index.ts";
import { beginRun, openWork, runWorker } from "../../src/watch/index.ts";
import type { RunningWorker, Store, Work } from "../../src/watch/index.ts";
import { decisionOf, endpointNamed, visitOf } from "../../test/watch/store/kept.ts";
import { type Database, hasRedis, startRedis } from "./databases.ts";

const client = new Client();
const endpoint = endpointNamed("e1");
let database: Database;
let admin: Redis;
let lines: string[];
let places = 0;

beforeAll(async () => {
  if (!hasRedis) return;
  database = await startRedis();
  admin = new Redis(database.url);
});
afterAll(async () => {
  await client.close();
  if (!hasRedis) return;
  admin.disconnect();
  await database.stop();
});
beforeEach(() => {
  lines = [];
  places++;
});

const open = (url = database.url, signal = new AbortController().signal): Promise<Work> =>
  openWork({
    url: () => Promise.resolve(url),
    client,
    place: `place-${places}`,
    log: ({ sentence }) => lines.push(sentence),
    leaseMs: 1_000,
    signal,
  });
const heard = (sentence: RegExp): Promise<void> =>
  vi.waitFor(() => expect(lines.join("\n")).toMatch(sentence), { timeout: 20_000, interval: 20 });

/** One endpoint, which is due until it is written down. */
function workOn(
  work: Work,
  store: Partial<Pick<Store, "unvisited" | "record">>,
  onRunEnd?: () => void,
): RunningWorker {
  return runWorker({
    work,
    store: {
      due: () => Promise.resolve([{ endpoint, nextAt: undefined }]),
      unvisited: () => Promise.resolve([endpoint]),
      record: () => Promise.resolve([]),
      ...store,
    },
    linesOf: () => Promise.resolve(["192.0.2.1"]),
    random: Math.random,
    now: Date.now,
    lookMs: 50,
    log: ({ sentence }) => lines.push(sentence),
    onRunEnd,
    decide: (_history, visit) => decisionOf(visit),
    visit: (_endpoint, { run, place }) =>
      Promise.resolve(visitOf(endpoint.id, { more: { run, place, at: Date.now() } })),
  });
}

describe.skipIf(!hasRedis)("a queue on Redis", () => {
  it("has a plan divided by the worker that holds it, and by none that held it before", async () => {
    const work = await open();
    const worker = workOn(work, {
      // Suspended for so long that another has it by now.
      unvisited: async () => {
        for (const lock of await admin.keys(`*plans-place-${places}:*:lock`))
          await admin.set(lock, "another");
        return [endpoint];
      },
    });
    await beginRun(work, 0);
    await heard(/The queue did not do what it was asked: .*lock/i);
    const [plan] = await work.plans.getJobs(["active"]);
    expect(plan?.data).toMatchObject({ kind: "plan", round: 0 });
    expect(await work.shards.getJobCountByTypes("waiting", "active", "completed")).toBe(0);
    expect(lines.join("\n")).not.toContain("does not answer");
    await worker.stop();
    await work.close();
  });

  it("gives a shard to another where its lease is not renewed, whatever else BullMQ renews", async () => {
    const [one, other] = [await open(), await open()];
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const given: string[] = [];
    const first = one.visitor(() => ended.then(() => given.push("back")), 1);
    void first.run();
    await one.shards.add("shard", { run: "run", endpoints: [], networks: null });
    await vi.waitFor(async () => expect(await one.shards.getActiveCount()).toBe(1));
    const second = other.visitor(() => Promise.resolve(given.push("second")), 1);
    void second.run();
    await vi.waitFor(() => expect(given).toEqual(["second"]), { timeout: 20_000, interval: 20 });
    end();
    await Promise.all([first.close(), second.close()]);
    await Promise.all([one.close(), other.close()]);
    expect(lines.join("\n")).not.toContain("does not answer");
  });

  it("whose user lacks a right is said to be unusable, and is left", async () => {
    await admin.call("ACL", "SETUSER", "watcher", "on", ">S3CRET", "~*", "&*", "+@all", "-hset");
    const refused = await open(database.url.replace("//", "//watcher:S3CRET@")).catch(String);
    expect(refused).toMatch(/^WatchError: The queue at redis:\/\/127\.0\.0\.1:\d+ cannot be used: NOPERM/);
    expect(refused).not.toContain("S3CRET");
    await vi.waitFor(async () => expect(await admin.call("CLIENT", "LIST")).not.toContain("user=watcher"));
  });

  it("that is opened and does not answer is left when that is asked for", async () => {
    await admin.call("CLIENT", "PAUSE", "60000", "WRITE");
    const stop = new AbortController();
    const opening = open(database.url, stop.signal);
    await vi.waitFor(async () => expect(await admin.call("CLIENT", "LIST")).toContain("cmd=hset"));
    stop.abort(new Error("It is enough."));
    await expect(opening).rejects.toThrow("It is enough.");
    await admin.call("CLIENT", "UNPAUSE");
  });

  it("is told to try a job again where it does", async () => {
    const work = await open();
    const worker = work.visitor(() => Promise.reject(new Error("It broke.")), 1);
    void worker.run();
    await work.shards.add("shard", { run: "run", endpoints: [], networks: null }, { attempts: 2 });
    await heard(/not tried again/);
    expect(lines).toEqual([
      "A job of shards failed and is tried again: It broke.",
      "A job of shards failed and is not tried again: It broke.",
    ]);
    await worker.close();
    await work.close();
  });

  it("has visits counted that were written down, and no others", async () => {
    const work = await open();
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const worker = workOn(work, { record: () => Promise.reject(new Error("It broke.")) }, () => end());
    await beginRun(work, 0);
    await ended;
    await worker.stop();
    await work.close();
    expect(lines.join("\n")).toContain("failed by a fault of Meerkat: It broke.");
    expect(lines.join("\n")).not.toContain("visited and written down");
  });
});
