/** The store in PostgreSQL behind PgBouncer, which hands each transaction another connection: it keeps to the contract there, too. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { holdToContract } from "../../test/watch/store/contract.ts";
import { endpointNamed } from "../../test/watch/store/kept.ts";
import { findProgram, freePort, type RunningProgram, startServer } from "../servers/process.ts";
import { type Database, hasPostgres, startPostgres } from "./databases.ts";
import { changed, keptIn, newDatabase, openAt, said } from "./postgres.ts";

const hasPooler = hasPostgres && findProgram("pgbouncer") !== undefined;

let server: Database;
let pooler: RunningProgram;
let folder: string;
let port: number;
beforeAll(async () => {
  if (!hasPooler) return;
  server = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), "meerkat-pooler-"));
  chmodSync(folder, 0o755);
  port = await freePort();
  const settings = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    auth_type: "any",
    pool_mode: "transaction",
    default_pool_size: 3,
    unix_socket_dir: "",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const behind = `* = host=127.0.0.1 port=${new URL(server.url).port} user=meerkat`;
  writeFileSync(join(folder, "pooler.ini"), ["[databases]", behind, "[pgbouncer]", ...lines, ""].join("\n"));
  // It does not run as root.
  const user = userInfo().uid === 0 ? ["-u", "postgres"] : [];
  pooler = await startServer("pgbouncer", [...user, join(folder, "pooler.ini")], port);
});
afterAll(async () => {
  if (!hasPooler) return;
  await pooler.stop();
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function newBehind(): Promise<string> {
  return changed(await newDatabase(server.url), (url) => void (url.port = String(port)));
}

describe.skipIf(!hasPooler)("a store behind a pooler", () => {
  holdToContract(keptIn(newBehind));

  test("leaves nothing behind on a connection that others get", async () => {
    const url = await newBehind();
    const store = await openAt(url);
    await store.setEndpoints([endpointNamed("a")]);
    await Promise.all(Array.from({ length: 8 }, () => store.endpoints({ sort: "name", limit: 1 })));
    const left = await said(
      url,
      "SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS ms",
    );
    expect(left).toEqual([{ path: '"$user", public', ms: "0" }]);
    expect(await said(url, "SELECT * FROM pg_prepared_statements")).toEqual([]);
    await store.close();
  });
});
