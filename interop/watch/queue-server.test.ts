/** A Redis that forgets what it is told when it is full: the log says so, and so does a check; BullMQ does not, in its middle. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Client } from "../../src/client/index.ts";
import { beginRun, openWork } from "../../src/watch/index.ts";
import { meerkat } from "../../test/cli/transcript.ts";
import { type Database, hasRedis, startRedis } from "./databases.ts";

let server: Database;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-queue-server-"));
  if (!hasRedis) return;
  server = await startRedis();
  const admin = new Redis(server.url);
  await admin.config("SET", "maxmemory-policy", "allkeys-lru");
  admin.disconnect();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  if (hasRedis) await server.stop();
});

const sentence =
  / forgets work when its memory is full: its maxmemory-policy is allkeys-lru\. Set it to noeviction/;

describe.skipIf(!hasRedis)("a Redis that forgets", () => {
  it("is told in the log, and nowhere else", async () => {
    const printed = ["log", "info", "warn", "error"] as const;
    const spies = printed.map((name) => vi.spyOn(console, name));
    const lines: string[] = [];
    const client = new Client();
    const work = await openWork({
      url: () => Promise.resolve(server.url),
      client,
      place: "office",
      log: ({ event, sentence: says }) => lines.push(`${event}: ${says}`),
    });
    await beginRun(work, 0);
    const planning = work.planner(() => Promise.resolve());
    await planning.waitUntilReady();
    await planning.close();
    await work.close();
    await client.close();
    expect(lines).toEqual([expect.stringMatching(sentence)]);
    expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
    for (const spy of spies) spy.mockRestore();
  });

  it.each([
    ["the watch", ["watch"]],
    ["a worker", ["watch", "worker", "--place", "office"]],
  ])("is told where %s is checked; one that is away, too", async (_who, command) => {
    writeFileSync(join(folder, "list.txt"), "https://127.0.0.1:1/\n");
    const config = { endpoints: ["list.txt"], places: ["office"], queue: { redis: { file: "queue" } } };
    const store = "postgres://watch@127.0.0.1:1/watch?sslmode=disable";
    writeFileSync(join(folder, "watch.json"), JSON.stringify({ ...config, store }));
    const check = async (url: string): Promise<readonly unknown[]> => {
      writeFileSync(join(folder, "queue"), url);
      const { exitCode, stderr } = await meerkat([
        ...command,
        "--check",
        "--config",
        join(folder, "watch.json"),
      ]);
      return [exitCode, stderr];
    };
    expect(await check(server.url)).toEqual([0, expect.stringMatching(sentence)]);
    const away =
      /^warning: The queue at redis:\/\/127\.0\.0\.1:1 does not answer now: .*ECONNREFUSED.* A watch waits for it\.$/m;
    expect(await check("redis://127.0.0.1:1")).toEqual([0, expect.stringMatching(away)]);
  });
});
