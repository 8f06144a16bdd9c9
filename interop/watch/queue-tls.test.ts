/** The way to a queue is verified, whichever database it is, and what cannot be used is said in one sentence without a secret. */
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Client } from "../../src/client/index.ts";
import { beginRun, openWork } from "../../src/watch/index.ts";
import { mintAuthority } from "../servers/authority.ts";
import { type Database, hasPostgres, hasRedis, startPostgres, startRedis } from "./databases.ts";
import { addHostRule, folderOf, newDatabase, said, setServer } from "./postgres.ts";

const client = new Client();
let folder: string;
let files: ReturnType<typeof mintAuthority>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-queue-tls-"));
  chmodSync(folder, 0o755);
  files = mintAuthority(folder);
});
afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true });
});

/** What comes of an address: the run that was begun, or what is said of it. */
async function begun(url: string): Promise<string> {
  const lines: string[] = [];
  try {
    const work = await openWork({
      url: () => Promise.resolve(url),
      client,
      place: "berlin-dmz",
      log: ({ sentence }) => lines.push(sentence),
    });
    await beginRun(work, 0);
    const [plan] = await work.plans.getJobs();
    await work.close();
    return plan?.data.kind === "plan" ? `begun: ${plan.data.run}` : "nothing";
  } catch (error) {
    return `${String(error)} ${lines.join(" ")}`;
  }
}

/** Opened while it is away, and lost once more while somebody waits for work. */
async function expectWaitedFor(database: Database, url: string): Promise<void> {
  let lines: string[] = [];
  const heard = (sentence: RegExp): Promise<void> =>
    vi.waitFor(() => expect(lines.join(" ")).toMatch(sentence), { timeout: 20_000, interval: 20 });
  await database.kill();
  const opening = openWork({
    url: () => Promise.resolve(url),
    client,
    place: "waited-for",
    log: ({ sentence }) => lines.push(sentence),
  });
  opening.catch(() => undefined); // It is awaited below.
  await Promise.race([heard(/The queue does not answer: .* It is tried again\./), opening]);
  await database.start();
  const work = await opening;
  await heard(/The queue answers again\./);

  const runs: string[] = [];
  const worker = work.visitor(({ data }) => Promise.resolve(runs.push(data.run)), 1);
  void worker.run();
  await worker.waitUntilReady();
  lines = [];
  await database.kill();
  await heard(/The queue does not answer: .* It is tried again\./);
  await database.start();
  // A PostgreSQL that is starting lets nobody in yet.
  const shard = { run: "later", endpoints: [], networks: null };
  await vi.waitFor(() => work.shards.add("shard", shard, { jobId: "later" }), { timeout: 20_000 });
  await vi.waitFor(() => expect(runs).toEqual(["later"]), { timeout: 20_000, interval: 20 });
  await heard(/The queue answers again\./);
  await worker.close();
  await work.close();
}

const isBegun = "begun: berlin-dmz 1970-01-01T00:00:00.000Z";

describe.skipIf(!hasRedis)("a queue on Redis", () => {
  let redis: Database;
  beforeAll(async () => {
    redis = await startRedis({ tls: files, password: "S3CRET" });
  });
  afterAll(() => redis.stop());
  const at = (password: string, query = ""): string => {
    const url = new URL(redis.url);
    url.password = password;
    url.search = query;
    return url.href;
  };

  it("is spoken to over TLS, and believed by the CA that its URL names alone", async () => {
    expect(await begun(at("S3CRET", `sslrootcert=${files.caFile}`))).toBe(isBegun);
    const refused = await begun(at("S3CRET"));
    expect(refused).toMatch(
      /^WatchError: The queue at rediss:\/\/localhost:\d+ cannot be used: .*(?:root|issuer|trust)/i,
    );
    expect(refused).not.toContain("S3CRET");
    expect(refused).not.toContain("It is tried again");
  });

  it("is not spoken to by another name than its certificate's", async () => {
    const other = at("S3CRET", `sslrootcert=${files.caFile}`).replace("localhost", "redis.localhost");
    expect(await begun(other)).toMatch(/cannot be used: .*redis\.localhost/);
  });

  it("is waited for, at the start and later", async () => {
    await expectWaitedFor(redis, at("S3CRET", `sslrootcert=${files.caFile}`));
  });

  it("that does not let somebody in is not asked for ever", async () => {
    const wrong = await begun(at("hunter2", `sslrootcert=${files.caFile}`));
    expect(wrong).toMatch(/^WatchError: The queue at rediss:.* cannot be used: .*(?:WRONGPASS|NOAUTH)/);
    expect(wrong).not.toContain("hunter2");
  });
});

describe.skipIf(!hasPostgres)("a queue on PostgreSQL", () => {
  let server: Database;
  let plain: string;
  beforeAll(async () => {
    server = await startPostgres();
    plain = await newDatabase(server.url);
    const { uid, gid } = statSync(await folderOf(server.url));
    chmodSync(files.keyFile, 0o600);
    for (const file of [files.keyFile, files.chainFile]) chownSync(file, uid, gid);
    await setServer(server.url, { ssl_cert_file: files.chainFile, ssl_key_file: files.keyFile });
    await setServer(server.url, { ssl: "on" });
  });
  afterAll(() => server.stop());
  const at = (query: string, host = "localhost"): string => {
    const url = new URL(plain);
    url.hostname = host;
    url.search = query;
    return url.href;
  };

  it("is spoken to over TLS, and believed by the CA that its URL names alone", async () => {
    expect(await begun(at(`sslrootcert=${files.caFile}`))).toBe(isBegun);
    expect(await said(plain, "SELECT count(*) > 0 AS there FROM bullmq.job")).toEqual([{ there: true }]);
    for (const query of ["", "sslmode=require", "sslmode=verify-full"])
      expect(await begun(at(query))).toMatch(
        /^WatchError: The queue at postgres:\/\/localhost:\d+ cannot be used: .*(?:root|issuer|trust)/i,
      );
  });

  it("is waited for, at the start and later", async () => {
    await expectWaitedFor(server, at(`sslrootcert=${files.caFile}`));
  });

  it("that does not let somebody in is not asked for ever", async () => {
    await said(plain, "CREATE ROLE watcher LOGIN PASSWORD 'S3CRET'");
    await addHostRule(server.url, "host all watcher 127.0.0.1/32 scram-sha-256");
    const url = new URL(at("sslmode=disable", "127.0.0.1"));
    url.username = "watcher";
    url.password = "hunter2";
    const wrong = await begun(url.href);
    expect(wrong).toMatch(
      /^WatchError: The queue at postgres:.* cannot be used: password authentication failed/,
    );
    expect(wrong).not.toContain("hunter2");
  });
});

it("is never spoken to in plain text on another machine", async () => {
  expect(await begun("redis://user:S3CRET@192.0.2.1")).toMatch(
    /^WatchError: redis:\/\/192\.0\.2\.1 would be spoken to in plain text\. $/,
  );
  expect(await begun("postgres://user:S3CRET@192.0.2.1/a?sslmode=disable")).toMatch(
    /would be spoken to in plain text\. $/,
  );
});
