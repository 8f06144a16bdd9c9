/** `meerkat watch`: from lists and bundles to what is kept, told and shown; what it does at signals, and with bad input. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSqliteStore, type Store } from "../../src/watch/index.ts";
import { openSites, type Sites } from "../cli/device-sites.ts";
import { meerkat, type Transcript } from "../cli/transcript.ts";
import { pemOf } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now } from "../pki/today.ts";
import { RunningWatch } from "./running.ts";

const root = mintRoot("Root");
const other = mintRoot("Other root");
const issuing = mint({ name: "Issuing", ca: true }, root);

let folder: string;
let sites: Sites;
let visits = 0;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-watch-"));
  sites = await openSites(
    {
      "good.localhost": { chain: [mintLeaf("good.localhost", issuing), issuing] },
      "expired.localhost": {
        chain: [
          mintLeaf("expired.localhost", issuing, { notBeforeAt: now - 90 * dayMs, notAfterAt: now - dayMs }),
          issuing,
        ],
      },
    },
    () => {
      visits++;
      return Promise.resolve();
    },
  );
  await writeFile(file("ca.pem"), pemOf(root));
  await writeFile(file("other.pem"), pemOf(other));
  await writeFile(file("good.txt"), `${sites.url("good.localhost")}secret?token=hidden shop\n`);
  await writeFile(file("both.txt"), `${sites.url("good.localhost")}\n${sites.url("expired.localhost")}\n`);
});
afterAll(async () => {
  await sites.close();
  await rm(folder, { recursive: true });
});

const watch = (store: string, ...args: readonly string[]): Promise<Transcript> =>
  meerkat(
    ["watch", "--once", "--listen", "127.0.0.1:0", "--log", "json"].concat(
      ["--cacert", file("ca.pem"), "--store", file(store)],
      args,
    ),
  );
async function look<T>(store: string, read: (store: Store) => Promise<T>): Promise<T> {
  const opened = await openSqliteStore({ path: file(store) });
  try {
    return await read(opened);
  } finally {
    await opened.close();
  }
}

describe("meerkat watch --once", () => {
  it("visits what is due, and keeps what it saw", async () => {
    const { exitCode, stdout } = await watch("once.db", "--list", file("both.txt"));
    expect({ exitCode, first: stdout.split("\n")[0] }).toEqual({ exitCode: 0, first: "2 endpoints." });
    const { rows } = await look("once.db", (store) => store.endpoints({ sort: "name", limit: 10 }));
    expect(rows.map(({ endpoint, summary }) => [endpoint.host, summary?.code])).toEqual([
      ["expired.localhost", "expired"],
      ["good.localhost", "http-200"],
    ]);
  });

  it.each<[what: string, config: object, expected: string]>([
    ["beside Mozilla's", {}, "http-200"],
    ["beside those of the configuration", { roots: ["other.pem"] }, "http-200"],
  ])("--add-cacert trusts a CA %s", async (what, config, expected) => {
    const name = what.replaceAll(/\W/g, "");
    await writeFile(file(`${name}.yaml`), JSON.stringify({ endpoints: ["good.txt"], ...config }));
    const argv = ["watch", "--once", "--listen", "127.0.0.1:0", "--config", file(`${name}.yaml`)];
    await meerkat([...argv, "--add-cacert", file("ca.pem"), "--store", file(`${name}.db`)]);
    const { rows } = await look(`${name}.db`, (store) => store.endpoints({ sort: "name", limit: 10 }));
    expect(rows.map(({ summary }) => summary?.code)).toEqual([expected]);
  });

  it("visits nothing that is not due yet", async () => {
    await watch("due.db", "--list", file("good.txt"));
    const before = visits;
    await watch("due.db", "--list", file("good.txt"));
    expect(visits).toBe(before);
  });

  it("asks why on the first failure, and keeps what it was told", async () => {
    await watch("why.db", "--list", file("both.txt"));
    const views = await look("why.db", async (store) => {
      const { rows } = await store.endpoints({ sort: "name", limit: 10 });
      return Promise.all(rows.map(({ endpoint }) => store.endpoint(endpoint.id)));
    });
    const whys = views.map((view) => view?.whys.map(({ code }) => code));
    expect(whys).toEqual([["expired"], []]);
    expect(views[0]?.whys[0]?.text).toContain("expired on 2");
  });

  it("joins endpoints with bundles: what breaks is an alert, with what to do", async () => {
    const bundles = ["--bundle", `${file("other.pem")}@openssl`, "--bundle", `${file("ca.pem")}@openssl`];
    const { stderr } = await watch("bundles.db", "--list", file("good.txt"), ...bundles);
    expect(stderr).toContain('"rule":"bundle-breaks"');
    const sums = await look("bundles.db", (store) => store.bundleSums());
    expect(sums.map(({ endpoints, refused }) => [endpoints, refused])).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  it("has a bundle once that is named twice", async () => {
    const bundle = ["--bundle", `${file("ca.pem")}@openssl`];
    const { exitCode } = await watch("twice.db", "--list", file("good.txt"), ...bundle, ...bundle);
    expect(exitCode).toBe(0);
    expect(await look("twice.db", (store) => store.bundleSums())).toHaveLength(1);
  });

  it("tells an alert once, however often it is run, and that it closed", async () => {
    const told: string[] = [];
    const manager = createServer((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        told.push(Buffer.concat(chunks).toString());
        response.end();
      });
    });
    await once(manager.listen(0, "127.0.0.1"), "listening");
    const { port } = manager.address() as AddressInfo;
    const config = {
      endpoints: ["both.txt"],
      store: "told.db",
      roots: ["ca.pem"],
      alerts: { alertmanager: [{ urls: [`http://127.0.0.1:${port}`] }] },
    };
    await writeFile(file("told.json"), JSON.stringify(config));
    const run = (): Promise<Transcript> =>
      meerkat(["watch", "--once", "--listen", "127.0.0.1:0", "--log", "json", "--config", file("told.json")]);
    await run();
    const first = told.length;
    expect(told.join("")).toContain("expired.localhost");
    await run();
    expect(told.length).toBe(first);
    await writeFile(file("told.json"), JSON.stringify({ ...config, endpoints: ["good.txt"] }));
    await run();
    expect(told.slice(first).join("")).toContain("expired.localhost");
    await new Promise((resolve) => manager.close(resolve));
  });

  it("says nothing of a path or a query: they may be secrets", async () => {
    const { stdout, stderr } = await watch(
      "secret.db",
      "--list",
      file("good.txt"),
      "--bundle",
      `${file("other.pem")}@node`,
    );
    expect(stderr).toContain("good.localhost");
    expect(stdout + stderr).not.toMatch(/secret\?|hidden/);
  });
});

describe("a store", () => {
  const listed = async (store: string): Promise<readonly string[]> => {
    const { rows } = await look(store, (opened) => opened.endpoints({ sort: "name", limit: 10 }));
    return rows.map(({ endpoint }) => endpoint.host);
  };
  const write = async (name: string, ...hosts: readonly string[]): Promise<readonly string[]> => {
    await writeFile(file(name), hosts.map((host) => `${sites.url(host)}\n`).join(""));
    return ["--list", file(name)];
  };

  it("with another watch's list is left as it is, and it is said whose it is", async () => {
    await watch("whose.db", ...(await write("theirs.txt", "expired.localhost")));
    const { exitCode, stderr } = await watch("whose.db", ...(await write("mine.txt", "good.localhost")));
    expect(exitCode).toBe(2);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(
      /that of another watch, whose list this one would replace: 1 endpoint of \S+theirs\.txt\. hint: Name another store/,
    );
    expect(await listed("whose.db")).toEqual(["expired.localhost"]);
  });

  it("is that of two watches by one configuration beside which other lists are typed for one of them alone", async () => {
    const list = await write("of-config.txt", "expired.localhost");
    await writeFile(file("whose.json"), JSON.stringify({ endpoints: ["of-config.txt"], roots: ["ca.pem"] }));
    const args = ["--config", file("whose.json")];
    expect((await watch("config.db", ...args)).exitCode).toBe(0);
    expect((await watch("config.db", ...list)).exitCode).toBe(0);
    const typed = await watch("config.db", ...args, ...(await write("typed.txt", "good.localhost")));
    expect([typed.exitCode, await listed("config.db")]).toEqual([2, ["expired.localhost"]]);
  });

  it.each<readonly [change: string, again: () => Promise<readonly string[]>]>([
    ["was edited", () => write("own.txt", "good.localhost")],
    [
      "is one of two now",
      async () => [...(await write("own.txt", "expired.localhost")), "--list", file("good.txt")],
    ],
    ["is the same at another place", () => write("moved.txt", "expired.localhost")],
  ])("is its watch's own where the list %s", async (change, again) => {
    const store = `${change.replaceAll(" ", "-")}.db`;
    await watch(store, ...(await write("own.txt", "expired.localhost")));
    expect((await watch(store, ...(await again()))).exitCode).toBe(0);
  });

  it("stays a running watch's own when its list is edited and read again", async () => {
    const running = new RunningWatch(
      [...(await write("live.txt", "expired.localhost"))].concat("--store", file("live.db")),
    );
    await running.url();
    await write("live.txt", "good.localhost");
    running.hangUp();
    await running.logged("reloaded");
    expect(await running.stop()).toBe(0);
    expect(await listed("live.db")).toEqual(["good.localhost"]);
  });
});

describe("a running watch", () => {
  const args = (store: string, config: string): readonly string[] => [
    "--config",
    file(config),
    "--store",
    file(store),
  ];
  const configure = (name: string, config: object): Promise<void> =>
    writeFile(file(name), JSON.stringify({ roots: ["ca.pem"], ...config }));

  it("shows its page, and ends at a signal with everything written that was visited", async () => {
    await configure("page.json", { endpoints: ["both.txt"] });
    const running = new RunningWatch(args("page.db", "page.json"));
    const url = await running.url();
    await running.logged("alert-opened");
    const page = await fetch(url, { headers: { accept: "application/json" } });
    expect(page.status).toBe(200);
    expect((await fetch(`${url}healthz`)).status).toBe(200);
    expect(await (await fetch(`${url}metrics`)).text()).toContain("meerkat_path_end_timestamp_seconds");
    expect(await running.stop()).toBe(0);
    const overview = await look("page.db", (store) => store.overview({ now }));
    expect(overview.states.failing + overview.states.critical).toBe(1);
    await expect(fetch(url)).rejects.toThrow();
  });

  it("reads its configuration again at SIGHUP; a fault in it changes nothing, and is said", async () => {
    await configure("again.json", { endpoints: ["good.txt"] });
    const running = new RunningWatch(args("again.db", "again.json"));
    const url = await running.url();
    await configure("again.json", { endpoints: ["good.txt"], evry: "1h" });
    running.hangUp();
    expect((await running.logged("reload-failed")).message).toContain("evry is not known");
    await configure("again.json", { endpoints: ["both.txt"] });
    running.hangUp();
    expect((await running.logged("reloaded")).message).toContain("2 endpoints");
    expect(running.entries.filter(({ event }) => event === "reload-needs-restart")).toEqual([]);
    expect((await running.logged("alert-opened")).message).toContain("expired.localhost");
    expect((await fetch(url)).status).toBe(200);
    await running.stop();
  });
});

it("a watch whose database is away when it starts waits for it, says so, and is alive and not ready", async () => {
  const taken = createServer();
  await once(taken.listen(0, "127.0.0.1"), "listening");
  const { port } = taken.address() as AddressInfo;
  await new Promise((resolve) => taken.close(resolve));
  const store = "postgres://u@127.0.0.1:1/db?sslmode=disable";
  const args = ["--list", file("good.txt"), "--store", store, "--listen", `127.0.0.1:${port}`];
  const running = new RunningWatch(args);
  expect((await running.logged("store-away")).message).toMatch(/ does not answer: .* It is waited for/);
  const statusOf = async (path: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}/${path}`)).status;
  expect([await statusOf("healthz"), await statusOf("readyz")]).toEqual([200, 503]);
  expect(await running.stop()).toBe(0);
});

describe("a running watch that reads its configuration again", () => {
  const usual = { endpoints: ["good.txt"], roots: ["ca.pem"], publicUrl: "https://watch.example/" };
  const configure = (config: object): Promise<void> =>
    writeFile(file("changed.json"), JSON.stringify({ ...usual, ...config }));

  it("says of roots and the public URL that they count from the next start on, and refuses those of no use", async () => {
    await configure({});
    const running = new RunningWatch(["--config", file("changed.json"), "--store", file("changed.db")]);
    await running.url();
    for (const [i, [config, sentence]] of (
      [
        [{ roots: ["none.pem"] }, /none\.pem/],
        [{ publicUrl: "watch.example" }, /publicUrl is not a URL of a web site/],
      ] as const
    ).entries()) {
      await configure(config);
      running.hangUp();
      expect((await running.logged("reload-failed", i + 1)).message).toMatch(sentence);
    }
    await configure({ roots: ["other.pem"], publicUrl: "https://other.example/", endpoints: ["both.txt"] });
    running.hangUp();
    expect((await running.logged("reload-needs-restart")).message).toContain("publicUrl, roots counts from");
    await running.stop();
  });
});

describe("what cannot be used is refused with a sentence, and an exit code of 2:", () => {
  const cases: readonly (readonly [what: string, args: () => readonly string[], sentence: RegExp])[] = [
    ["no list", () => [], /No endpoint is named\./],
    ["a list that is not there", () => ["--list", file("none.txt")], /The list .+none\.txt cannot be read/],
    [
      "a bundle without a device",
      () => ["--list", file("good.txt"), "--bundle", file("ca.pem")],
      /does not say which device/,
    ],
    [
      "a device that is unknown",
      () => ["--list", file("good.txt"), "--bundle", `${file("ca.pem")}@toaster`],
      /"toaster", which is not a device/,
    ],
    [
      "a bundle that holds none",
      () => ["--list", file("good.txt"), "--bundle", `${file("good.txt")}@node`],
      /holds no CA certificate/,
    ],
    [
      "an address beyond loopback that asks nobody",
      () => ["--list", file("good.txt"), "--listen", "0.0.0.0:0"],
      /could be seen by everybody/,
    ],
    [
      "a store that is not a database",
      () => ["--list", file("good.txt"), "--store", file("good.txt")],
      /is not an SQLite database/,
    ],
    [
      "a store's password where everybody sees it",
      () => ["--list", file("good.txt"), "--store", "postgres://u:hunter2@127.0.0.1/db?sslmode=disable"],
      /^error: The address of postgres:\/\/127\.0\.0\.1 holds a password where many can read it\. hint: (?!.*hunter2)/,
    ],
    [
      "a store in a database that is not there",
      () => ["--list", file("good.txt"), "--store", "postgres://u@127.0.0.1:1/db?sslmode=disable"],
      /The store postgres:\/\/127\.0\.0\.1:1 does not answer/,
    ],
    [
      "a store in a database that would be spoken to in plain text",
      () => ["--list", file("good.txt"), "--store", "postgres://u@192.0.2.1/db?sslmode=disable"],
      /would be spoken to in plain text/,
    ],
    [
      "a store in a folder that is not there",
      () => ["--list", file("good.txt"), "--store", file("none/a.db")],
      /cannot be opened/,
    ],
  ];

  it.each(cases)("%s", async (_what, args, sentence) => {
    const usual = ["--store", file("refused.db"), "--listen", "127.0.0.1:0"];
    const { exitCode, stderr } = await meerkat(["watch", "--once", ...usual, ...args()]);
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(sentence);
    expect(stderr).toMatch(/^error: /m);
    expect(exitCode).toBe(2);
  });

  it("a file that is not a list, of which the first lines are told", async () => {
    await writeFile(file("binary"), "\0\x01\n".repeat(5_000) + `${"x".repeat(100_000)}\n`);
    const { exitCode, stderr } = await meerkat(["survey", file("binary")]);
    expect(exitCode).toBe(26);
    expect(stderr).toContain("binary, line 100: It holds a NUL character");
    expect(stderr).toContain("left out: 4,901 more lines that are not endpoints.");
    expect(stderr).toContain("Not one of the 5001 lines");
    expect(stderr.length).toBeLessThan(20_000);
  });

  it("a list of bad lines alone", async () => {
    await writeFile(file("bad.txt"), "10.0.0.0/8\n*.example.com:443\n");
    const { exitCode, stderr } = await meerkat([
      "watch",
      "--once",
      "--list",
      file("bad.txt"),
      "--store",
      file("refused.db"),
    ]);
    expect([exitCode, stderr.includes("error: ")]).toEqual([2, true]);
  });

  it("a port that is in use", async () => {
    const taken = createServer();
    await once(taken.listen(0, "127.0.0.1"), "listening");
    const { port } = taken.address() as AddressInfo;
    const { exitCode, stderr } = await watch(
      "port.db",
      "--list",
      file("good.txt"),
      "--listen",
      `127.0.0.1:${port}`,
    );
    expect([exitCode, /Another program listens at 127\.0\.0\.1/.test(stderr)]).toEqual([2, true]);
    await new Promise((resolve) => taken.close(resolve));
  });
});

describe("meerkat watch, without watching,", () => {
  it.each([[["watch"]], [["watch", "worker"]]])(
    "lists in the help of %s what it ends with",
    async (command) => {
      const { stdout } = await meerkat([...command, "--help"]);
      expect(stdout).toMatch(/^Exit codes .*\n {2}0 +it was stopped, .*\n(?: .*\n)* {2}2 +usage/m);
    },
  );

  it("counts the characters of a token", async () => {
    await writeFile(file("short-token"), "x");
    const args = ["--check", "--list", file("good.txt"), "--token-file", file("short-token")];
    expect((await meerkat(["watch", ...args])).stderr).toContain("The token has 1 character, and needs 16.");
  });

  it("checks a configuration with all its files", async () => {
    await writeFile(file("mixed.txt"), `${sites.url("good.localhost")}\nnot a line\n`);
    const { exitCode, stdout, stderr } = await meerkat(["watch", "--check", "--list", file("mixed.txt")]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "1 endpoint; 1 line left out.\n" });
    expect(stderr).toMatch(/^left out: .*mixed\.txt, line 2: /);
  });

  it("refuses a page that everybody who reaches the machine could see, and a token that is not there", async () => {
    const list = ["--list", file("good.txt")];
    const open = await meerkat(["watch", "--check", ...list, "--listen", "0.0.0.0:0"]);
    expect([open.exitCode, open.stderr]).toEqual([2, expect.stringContaining("could be seen by everybody")]);
    const tokenless = await meerkat(["watch", "--check", ...list, "--token-file", file("no-token")]);
    expect([tokenless.exitCode, tokenless.stdout]).toEqual([2, ""]);
  });

  it.each<readonly [law: string, more: object, says: RegExp]>([
    [
      "a secret that is not there",
      { alerts: { webhook: [{ url: { env: "MEERKAT_NO_SUCH" }, secrets: [{ env: "MEERKAT_NO_SUCH" }] }] } },
      /MEERKAT_NO_SUCH, which should hold a secret, is empty or not there/,
    ],
    [
      "a receiver without an address",
      { alerts: { alertmanager: [{ urls: ["foo"] }] } },
      /The address of a receiver is not one of https:/,
    ],
    ["a store of another kind", { store: "mysql://db.example/watch" }, /The address of a database is not/],
    [
      "a store whose address is not there",
      { store: { env: "MEERKAT_NO_SUCH" } },
      /MEERKAT_NO_SUCH, which should hold a secret/,
    ],
    ["a proxy that cannot be one", { proxy: "htp://user:hidden@proxy.example" }, /proxy/i],
  ])("refuses %s, and so does the start", async (_law, more, says) => {
    await writeFile(file("checked.json"), JSON.stringify({ endpoints: ["good.txt"], ...more }));
    for (const flags of [["--check"], ["--listen", "127.0.0.1:0", "--once"]]) {
      const { exitCode, stdout, stderr } = await meerkat([
        "watch",
        "--config",
        file("checked.json"),
        ...flags,
      ]);
      expect({ exitCode, stdout }).toEqual({ exitCode: "proxy" in more ? 5 : 2, stdout: "" });
      expect(stderr).toMatch(says);
      expect(stderr).not.toContain("hidden");
    }
  });

  it("prints the configuration's JSON Schema", async () => {
    const { stdout } = await meerkat(["watch", "--print-schema"]);
    expect(JSON.parse(stdout)).toMatchObject({ properties: { endpoints: { type: "array" } } });
  });
});
