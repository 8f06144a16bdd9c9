/** The store in PostgreSQL keeps to the contract of stores, over a real server; what cannot be used is told in a sentence. */
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { holdToContract } from "../../test/watch/store/contract.ts";
import { endpointNamed } from "../../test/watch/store/kept.ts";
import { mintAuthority } from "../servers/authority.ts";
import { type Database, hasPostgres, startPostgres } from "./databases.ts";
import {
  addHostRule,
  changed,
  folderOf,
  keptIn,
  newDatabase,
  openAt,
  otherClient,
  refusal,
  said,
  setServer,
} from "./postgres.ts";

let server: Database;
beforeAll(async () => {
  if (hasPostgres) server = await startPostgres();
});
afterAll(async () => {
  if (hasPostgres) await server.stop();
});

describe.skipIf(!hasPostgres)("a store in PostgreSQL", () => {
  holdToContract(keptIn(() => newDatabase(server.url)));
});

describe.skipIf(!hasPostgres)("a database that cannot be used", () => {
  test("is told apart, and is left as it is", async () => {
    const newer = await newDatabase(server.url);
    const store = await openAt(newer);
    await store.setEndpoints([endpointNamed("a")]);
    await store.close();
    await said(newer, "UPDATE meerkat.schema_version SET version = 99");
    expect(await refusal(newer)).toMatch(
      / was written by a newer version of Meerkat \(schema 99; this one has \d+\)\.$/,
    );
    expect(await said(newer, "SELECT id FROM meerkat.endpoint")).toEqual([{ id: "a" }]);

    const foreign = await newDatabase(server.url);
    await said(foreign, "CREATE SCHEMA meerkat; CREATE TABLE meerkat.burrow (depth integer)");
    expect(await refusal(foreign)).toMatch(
      /^WatchError: The schema meerkat of .* belongs to another program\.$/,
    );
    expect(
      await said(foreign, "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('meerkat')"),
    ).toEqual([{ relname: "burrow" }]);

    await said(
      server.url,
      "CREATE DATABASE western ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    );
    const western = changed(server.url, (url) => void (url.pathname = "/western"));
    expect(await refusal(western)).toMatch(/ is in a database that keeps text in LATIN1\.$/);

    const nowhere = changed(server.url, (url) => void (url.pathname = "/nowhere"));
    expect(await refusal(nowhere)).toMatch(/ has no such database \(.*3D000\)\.$/);
    const nobody = changed(server.url, (url) => void (url.port = "1"));
    expect(await refusal(nobody)).toMatch(/^WatchError: The store .*:1 does not answer: .*ECONNREFUSED/);
  });

  test("lets nobody in with a wrong password, which is not repeated", async () => {
    const url = await newDatabase(server.url);
    await said(url, "CREATE ROLE watcher LOGIN PASSWORD 'it''s/a%secret'");
    await said(url, `GRANT CREATE ON DATABASE ${new URL(url).pathname.slice(1)} TO watcher`);
    await addHostRule(server.url, "host all watcher 127.0.0.1/32 scram-sha-256");
    const as = (password: string): string =>
      changed(url, (one) => {
        one.username = "watcher";
        one.password = password;
      });
    const wrong = await refusal(as("hunter2"));
    expect(wrong).toMatch(/ does not let this user in \(password authentication failed .*28P01\)\.$/);
    expect(wrong).not.toContain("hunter2");
    expect(await refusal(as(encodeURIComponent("it's/a%secret")))).toBe("opened");
    const without = as("");
    expect(await refusal(without)).toMatch(/ asks for a password, and none is given\.$/);
    // The server gives up on whoever says nothing after a minute: nobody is left to do so.
    const left =
      "SELECT 1 FROM pg_stat_activity WHERE usename = 'watcher' OR (backend_type = 'client backend' AND usename IS NULL)";
    await vi.waitFor(async () => expect(await said(url, left)).toEqual([]), { timeout: 20_000 });
  });

  test("does not let a user who may not make tables", async () => {
    const url = await newDatabase(server.url);
    await said(url, "CREATE ROLE reader LOGIN");
    const asReader = changed(url, (one) => void (one.username = "reader"));
    expect(await refusal(asReader)).toMatch(/ does not let this user do that \(.*42501\)\.$/);
    expect(await refusal(url)).toBe("opened");
    expect(await refusal(asReader)).toMatch(/ does not let this user do that \(.*42501\)\.$/);
  });
});

describe.skipIf(!hasPostgres)("a schema that was prepared", () => {
  test("is enough for its owner, who may make no other", async () => {
    const url = await newDatabase(server.url);
    await said(url, "CREATE ROLE keeper LOGIN; CREATE SCHEMA meerkat AUTHORIZATION keeper");
    expect(await refusal(changed(url, (one) => void (one.username = "keeper")))).toBe("opened");
  });
});

describe.skipIf(!hasPostgres)("what forgets", () => {
  test("is ended before its next batch", async () => {
    const url = await newDatabase(server.url);
    const store = await openAt(url);
    await store.setEndpoints(Array.from({ length: 1_500 }, (_, i) => endpointNamed(`e${i}`)));
    await store.setEndpoints([endpointNamed("kept")]);
    const left = async (): Promise<unknown> =>
      (await said(url, "SELECT COUNT(*)::integer AS count FROM meerkat.endpoint"))[0]?.["count"];
    const later = Date.now() + 86_400_000;
    await store.prune(later, AbortSignal.abort());
    expect(await left()).toBe(501);
    await store.prune(later);
    expect(await left()).toBe(1);
    await store.close();
  });
});

describe.skipIf(!hasPostgres)("the way to a database", () => {
  test("that its own work has taken up is not told as a server that is away", async () => {
    const url = await newDatabase(server.url);
    const store = await openAt(url);
    await store.setEndpoints([endpointNamed("a")]);
    await using other = await otherClient(url);
    await other.say("BEGIN; LOCK TABLE meerkat.endpoint");
    const waiting = Array.from({ length: 4 }, () => store.endpoint("a"));
    const refused = store.endpoint("a").catch(String);
    expect(await refused).toMatch(/ has too much to do for 4 connections: none was free for 10 s\.$/);
    await other.say("COMMIT");
    await Promise.all(waiting);
    await store.close();
  }, 30_000);

  test("leads through a socket of this machine, too", async () => {
    const url = await newDatabase(server.url);
    const folder = await folderOf(server.url);
    const { port, pathname } = new URL(url);
    const encoded = `postgres://meerkat@${encodeURIComponent(folder)}:${port}${pathname}`;
    expect(await refusal(encoded)).toBe("opened");
  });

  test("is verified, by the CA that the person names", async () => {
    const folder = mkdtempSync(join(tmpdir(), "meerkat-store-tls-"));
    const url = await newDatabase(server.url);
    try {
      const files = mintAuthority(folder);
      const { uid, gid } = statSync(await folderOf(server.url));
      chmodSync(folder, 0o755);
      chmodSync(files.keyFile, 0o600);
      for (const file of [files.keyFile, files.chainFile]) chownSync(file, uid, gid);
      await setServer(server.url, { ssl_cert_file: files.chainFile, ssl_key_file: files.keyFile });
      await setServer(server.url, { ssl: "on" });
      const verified = (query: string): string => changed(url, (one) => void (one.search = query));
      for (const query of ["", "sslmode=require", "sslmode=verify-full"])
        expect(await refusal(verified(query))).toMatch(
          /^WatchError: The store .* does not answer: .*(?:root|issuer|trust)/i,
        );
      for (const mode of ["", "&sslmode=require", "&sslmode=verify-ca"])
        expect(await refusal(verified(`sslrootcert=${files.caFile}${mode}`))).toBe("opened");
      const store = await openAt(verified(`sslrootcert=${files.caFile}`));
      try {
        await store.setEndpoints([endpointNamed("a")]);
        expect(
          await said(
            url,
            "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'meerkat watch' AND datname = current_database()",
          ),
        ).toEqual([{ ssl: true }]);
      } finally {
        await store.close();
      }
    } finally {
      await setServer(server.url, { ssl: "off" });
      rmSync(folder, { recursive: true });
    }
  });
});
