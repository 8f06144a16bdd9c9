/** `meerkat watch` over a PostgreSQL that is killed and comes back while it runs: it says so, goes on, and ends as it should. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meerkat } from "../../test/cli/transcript.ts";
import { RunningWatch } from "../../test/watch/running.ts";
import { type Database, hasPostgres, startPostgres } from "./databases.ts";
import { changed, newDatabase, openAt } from "./postgres.ts";

let server: Database;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-watch-postgres-"));
  if (hasPostgres) server = await startPostgres();
});
afterAll(async () => {
  if (hasPostgres) await server.stop();
  rmSync(folder, { recursive: true });
});

const hosts = Array.from({ length: 20 }, (_, i) => `127.5.0.${i + 1}`);

/** Nobody listens at these ports: each visit ends at once, with a fault that is an alert. */
function configure(store: unknown, more: object = {}): string {
  const file = join(folder, "watch.json");
  writeFileSync(join(folder, "list.txt"), hosts.map((host) => `https://${host}:1/ tag\n`).join(""));
  const rules = { failuresInARow: 1, placesUnreachable: 1 };
  writeFileSync(file, JSON.stringify({ endpoints: ["list.txt"], store, every: "1m", rules, ...more }));
  return file;
}

test.skipIf(!hasPostgres)(
  "its address is a file's, with the password; or stands in the configuration without",
  async () => {
    const url = await newDatabase(server.url);
    writeFileSync(join(folder, "store-url"), `${changed(url, (one) => void (one.password = "hunter2"))}\n`);
    for (const store of [{ file: "store-url" }, url]) {
      const config = configure(store);
      const { exitCode, stdout, stderr } = await meerkat([
        "watch",
        "--once",
        "--listen",
        "127.0.0.1:0",
        "--config",
        config,
      ]);
      expect([exitCode, stdout.split("\n")[0]]).toEqual([0, "20 endpoints."]);
      expect(stdout + stderr).not.toContain("hunter2");
    }
    const store = await openAt(url);
    expect((await store.overview({ now: Date.now() })).states.failing).toBe(hosts.length);
    await store.close();
  },
);

test.skipIf(!hasPostgres)("it is killed while the watch runs, and comes back", async () => {
  const url = await newDatabase(server.url);
  const running = new RunningWatch(["--config", configure(url)]);
  const page = await running.url();
  await running.logged("alert-opened", hosts.length);
  await server.kill();
  expect((await running.logged("store-away")).message).toMatch(
    /^The store does not answer .*It is tried again\.$/,
  );
  expect((await fetch(`${page}readyz`)).status).toBe(503);
  expect((await fetch(`${page}healthz`)).status).toBe(200);
  expect((await fetch(page)).status).toBeGreaterThanOrEqual(500);
  await server.start();
  await running.logged("store-back");
  expect((await fetch(page)).status).toBe(200);
  expect(await running.stop()).toBe(0);
  expect(running.entries.filter(({ event }) => event === "bug")).toEqual([]);
});

test.skipIf(!hasPostgres)("the watch is stopped while it is away, and ends soon", async () => {
  const url = await newDatabase(server.url);
  const running = new RunningWatch(["--config", configure(url)]);
  await running.logged("alert-opened", hosts.length);
  await server.kill();
  await running.logged("store-away");
  expect(await running.stop()).toBe(0);
  await server.start();
});
