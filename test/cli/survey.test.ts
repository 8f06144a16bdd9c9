/** `meerkat survey`: every endpoint of the lists once, what breaks next, and a run that goes on where it was interrupted. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AddressInfo } from "node:net";
import { createSecureContext, createServer, type TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Lab, openLab } from "../../src/lab/index.ts";
import { type EndpointRow, openSqliteStore, parseLists } from "../../src/watch/index.ts";
import { identityOf, pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { meerkat } from "./transcript.ts";

let lab: Lab;
let folder: string;
const root = mintRoot("Survey Root");
const stranger = mintRoot("Another Root");
beforeAll(async () => {
  lab = await openLab({ sites: ["good", "expired"] });
  folder = await mkdtemp(join(tmpdir(), "meerkat-survey-"));
  await writeFile(join(folder, "root.pem"), pemOf(root));
  await writeFile(join(folder, "stranger.pem"), pemOf(stranger));
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);
const flat = (text: string): string => text.replaceAll(/\s+/g, " ");
const namesOf = (lines: string): readonly string[] =>
  lines
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { readonly endpoint: string }).endpoint);

/** Why the tests of stores cannot run here. */
const noSqlite = await openSqliteStore({ path: ":memory:" }).then(
  (store) => store.close().then(() => undefined),
  (error: Error) => error.message,
);

describe("a list", () => {
  it("is visited, bad lines are named and left out, and what failed stands there with its sentence", async () => {
    const good = lab.url("good");
    const stdin = `# ours\n${good} prod\n10.0.0.0/24\n${lab.url("expired")}\n`;
    const { exitCode, stdout, stderr } = await meerkat(["survey", "-", "--roots", lab.caFile], { stdin });
    expect(exitCode).toBe(60);
    expect(stderr).toMatch(/^left out: \(stdin\), line 3: 10\.0\.0\.0\/24 is a range of addresses\./);
    const text = flat(stdout);
    const { host } = new URL(lab.url("expired"));
    expect(text).toContain(
      `Failed https://${host} expired The certificate of expired.lab.localhost expired on`,
    );
    expect(text).toContain(`https://${new URL(good).host}, with its own certificate`);
    expect(text).toContain(
      "2 endpoints visited: 1 answered over HTTP, 0 verified without a request, 1 failed.",
    );
    expect(text).toContain("1 line of the lists left out.");
  });

  it("in which all is well ends with 0, and says what was looked at", async () => {
    const { exitCode, stdout } = await meerkat(["survey", "-", "--roots", lab.caFile], {
      stdin: lab.url("good"),
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Nothing failed, and nothing that was looked at is about to break.");
    expect(flat(stdout)).toContain("no redirect was followed");
  });

  it("is written in several forms at a time, and no path or query stands in any", async () => {
    const { exitCode, stdout, stderr } = await meerkat(
      ["survey", "-", "--roots", lab.caFile, "--json", "-", "--csv", at("o.csv"), "--html", at("o.html")],
      { stdin: `${lab.url("good")}SECRET?key=SECRET team=web prod\n` },
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const name = `https://${new URL(lab.url("good")).host}`;
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      endpoint: name,
      tags: ["team=web", "prod"],
      answer: { kind: "answered" },
      pathEnd: { ends: "leaf" },
      forecasts: [],
    });
    const csv = await readFile(at("o.csv"), "utf8");
    expect(csv).toMatch(/^endpoint,tags,visited,state,answer,path_end,[^\r\n]*\r\n[^\r\n]*\r\n$/);
    expect(csv).toContain(`\r\n${name},team=web prod,`);
    const page = await readFile(at("o.html"), "utf8");
    expect(page).toContain("When paths end, and bundles break");
    expect(page).not.toMatch(/<script|src=|href=/);
    for (const text of [stdout, csv, page]) expect(text).not.toContain("SECRET");
  });

  it("is told of on a terminal while it is visited, and nowhere else", async () => {
    const argv = ["survey", "-", "--roots", lab.caFile];
    const stdin = lab.url("good");
    expect((await meerkat(argv, { stdin, terminal: true })).stderr).toContain("Visiting endpoints: 1 of 1");
    expect((await meerkat(argv, { stdin })).stderr).toBe("");
  });
});

it("a bundle without the root is refused now, and the root that it lacks is a matter of the report", async () => {
  const bundle = `${at("stranger.pem")}@mongoose-os`;
  const argv = ["survey", "-", "--roots", lab.caFile, "--bundle", bundle];
  const stdin = lab.url("good");
  const { exitCode, stdout } = await meerkat(argv, { stdin });
  expect(exitCode).toBe(1);
  expect(flat(stdout)).toMatch(/^What breaks next now https:\/\/good\.lab\.localhost:\d+ Mongoose OS/);
  expect(flat(stdout)).toContain("to the hello of Mongoose OS");
  const json = await meerkat([...argv, "--json", "-"], { stdin });
  expect(JSON.parse(json.stdout)).toMatchObject({
    forecasts: [{ bundle: at("stranger.pem"), device: "mongoose-os", kind: "refused" }],
  });
});

it("what to do stands in the text and in a column of the CSV, for what failed and for what a bundle lacks", async () => {
  const stdin = `${lab.url("expired")}\n127.0.0.1:9\n`;
  const argv = ["survey", "-", "--roots", lab.caFile];
  const { stdout } = await meerkat(argv, { stdin });
  const why = '"meerkat why" on 127.0.0.1:9 names the cause and what to do.';
  expect(flat(stdout)).toMatch(/ Renew [^"]*(?= 127\.0\.0\.1:9 )/);
  expect(flat(stdout)).toContain(why);
  const bundle = ["--bundle", `${at("stranger.pem")}@mongoose-os`, "--csv", "-"];
  const csv = await meerkat([...argv, ...bundle], { stdin: `${lab.url("good")}\n127.0.0.1:9\n` });
  const [head = "", good = "", failed = ""] = csv.stdout.split("\r\n");
  expect(head).toMatch(/,sentence,remedy$/);
  expect(good).toMatch(/,"No known CA certificate would serve: [^"]*"$/);
  expect(failed).toContain('""meerkat why"" on 127.0.0.1:9 names the cause');
});

it("an address that does not connect, of an endpoint that connects at another, is kept as such", async () => {
  const { host, hostname, port } = new URL(lab.url("good"));
  const resolved = ["--resolve", `${hostname}:${port}:127.0.0.1,127.0.0.2`];
  const argv = ["survey", "-", "--roots", lab.caFile, ...resolved];
  const json = await meerkat([...argv, "--json", "-"], { stdin: host });
  expect(JSON.parse(json.stdout)).toMatchObject({
    state: "well",
    answer: { kind: "verified" },
    unreached: [{ address: "127.0.0.2", code: "connection-refused" }],
  });
  const { exitCode, stdout } = await meerkat(argv, { stdin: host });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("No connection to 1 address of endpoints that connect at others.");
});

it("each line of what failed says so, and one of an error says that", async () => {
  const failed = await meerkat(["survey", "-", "--roots", lab.caFile, "--json", "-"], {
    stdin: `${lab.url("expired")}\n127.0.0.1:9\n`,
  });
  expect(failed.stdout.trimEnd().split("\n")).toHaveLength(2);
  const none = await meerkat(["survey", "-", "--json", "-"], { stdin: "" });
  expect(JSON.parse(none.stdout)).toMatchObject({ error: { code: "failed" } });
});

it("text of a stranger's certificate is neither a formula nor markup", async () => {
  const name = "=cmd|' /C calc'!A0 <b>";
  const served = await serve(mintLeaf("odd.example", mintRoot(name)));
  const argv = ["survey", "-", ...served.resolved(["odd.example"]), "--cacert", at("root.pem")];
  const { exitCode } = await meerkat([...argv, "--csv", at("odd.csv"), "--html", at("odd.html")], {
    stdin: `odd.example:${served.port}`,
  });
  expect(exitCode).toBe(60);
  expect(await readFile(at("odd.csv"), "utf8")).not.toMatch(/(?:^|,)"?=/m);
  expect(await readFile(at("odd.html"), "utf8")).not.toContain("<b>");
});

const list = "127.0.0.1:1";
it.each<[law: string, argv: readonly string[], stdin: string, exitCode: number, says: RegExp]>([
  ["a list that is not there", ["/nowhere/list"], "", 26, /"\/nowhere\/list" cannot be read/],
  ["a list without a line", ["-"], "# none\n", 26, /There is no endpoint in \(stdin\)\./],
  ["a list of nonsense", ["-"], "a\nb\n", 26, /Not one of the 2 lines in \(stdin\) is an endpoint\./],
  ["stdin twice", ["-", "-"], list, 2, /Stdin is named twice/],
  ["two forms on stdout", ["-", "--json", "-", "--csv", "-"], list, 2, /both be written to stdout/],
  ["one file for two forms", ["-", "--json", "./x", "--csv", "./x"], list, 2, /named for two forms/],
  ["a bundle without a device", ["-", "--bundle", "ca.pem"], list, 2, /does not say which device holds it/],
  ["a device that is not known", ["-", "--bundle", "ca.pem@toaster"], list, 2, /"toaster"/],
  ["a bundle that is not there", ["-", "--bundle", "/nowhere@node"], list, 26, /"\/nowhere" cannot be read/],
  ["--resume without a file", ["-", "--resume"], list, 2, /-o names none/],
  ["a contact that would break the field", ["-", "--contact", "a) b"], list, 2, /--contact/],
])("%s is told with a sentence, and nothing is visited", async (...[, argv, stdin, exitCode, says]) => {
  const outcome = await meerkat(["survey", ...argv], { stdin });
  expect(outcome.exitCode).toBe(exitCode);
  expect(outcome.stderr + outcome.stdout).toMatch(says);
});

it("an error goes to stdout as JSON only where the report would have gone there", async () => {
  const toFile = await meerkat(["survey", "/nowhere/list", "--json", at("none.jsonl")]);
  expect(toFile.stdout).toBe("");
  const toStdout = await meerkat(["survey", "/nowhere/list", "--json", "-"]);
  expect(JSON.parse(toStdout.stdout)).toMatchObject({ ok: false, exitCode: 26 });
});

it("a list is not written over by its own survey", async () => {
  await writeFile(at("list.txt"), list);
  const { exitCode, stderr } = await meerkat(["survey", at("list.txt"), "--csv", at("list.txt"), "--force"]);
  expect(exitCode).toBe(23);
  expect(stderr).toContain("would be written over");
});

describe.skipIf(noSqlite !== undefined)(`a store${noSqlite === undefined ? "" : ` (${noSqlite})`}`, () => {
  const names = Array.from({ length: 24 }, (_, i) => `name-${i}.fleet.example`);

  it("goes on with a run that was killed: nothing is lost, and nothing is visited twice that was kept", async () => {
    const served = await serve(mintLeaf("*.fleet.example", root));
    const argv = [...argvFor(served, "killed"), "--json", at("killed.jsonl")];
    await writeFile(at("killed.txt"), names.map((name) => `${name}:${served.port}\n`).join(""));
    served.holdAfter(10);
    const child = fork(programFile, argv, { execArgv: ["--import", "tsx"], stdio: "ignore" });
    await served.held;
    await keptAtLeast(at("killed.db"), 1);
    child.kill("SIGKILL");
    await once(child, "exit");
    const before = await keptIn(at("killed.db"));
    expect(before.length).toBeLessThan(names.length);
    served.release();
    const met = served.met.length;
    const { exitCode, stderr } = await meerkat([...argv, "--resume"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining("Going on with") });
    const again = served.met.slice(met);
    expect(again.filter((name) => before.includes(name))).toEqual([]);
    expect([...again, ...before].toSorted()).toEqual(names.toSorted());
    const lines = await readFile(at("killed.jsonl"), "utf8");
    expect(namesOf(lines)).toEqual(names.map((name) => `${name}:${served.port}`));
  }, 120_000);

  it("keeps what was visited when it is interrupted, and says how it goes on", async () => {
    const served = await serve(mintLeaf("*.fleet.example", root));
    await writeFile(at("stopped.txt"), names.map((name) => `${name}:${served.port}\n`).join(""));
    served.holdAfter(5);
    const controller = new AbortController();
    void served.held.then(() => controller.abort(130));
    const argv = argvFor(served, "stopped");
    const { exitCode, stdout, stderr } = await meerkat(argv, { signal: controller.signal });
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
    expect(stderr).toContain("--resume goes on with the rest");
    served.release();
    const resumed = await meerkat([...argv, "--resume", "--json", "-"]);
    expect(namesOf(resumed.stdout)).toHaveLength(names.length);
  });

  it("does not go on where there is no run, or with other bundles", async () => {
    const served = await serve(mintLeaf("*.fleet.example", root));
    await writeFile(at("few.txt"), `${names[0]}:${served.port}\n`);
    const argv = argvFor(served, "few");
    const none = await meerkat([...argv, "--resume"]);
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toMatch(/There is no run in .*few\.db to go on with/);
    expect((await meerkat(argv)).exitCode).toBe(0);
    const other = await meerkat([...argv, "--resume", "--bundle", `${at("root.pem")}@node`]);
    expect(other.exitCode).toBe(2);
    expect(flat(other.stderr)).toMatch(/The survey 2\S+ in \S+few\.db was begun with other bundles\. hint: /);
  });

  it("does not go on with another list or other roots, and the same ones may come from another file", async () => {
    const served = await serve(mintLeaf("*.fleet.example", root));
    const line = `${names[0]}:${served.port}\n`;
    await writeFile(at("own.txt"), line);
    await writeFile(at("longer.txt"), `${line}${names[1]}:${served.port}\n`);
    await writeFile(at("copy.txt"), `# the same\n${line}`);
    const argv = argvFor(served, "own");
    expect((await meerkat(argv)).exitCode).toBe(0);
    const resume = (list: string, ...more: readonly string[]): ReturnType<typeof meerkat> =>
      meerkat([argv[0] ?? "", at(list), ...argv.slice(2), "--resume", ...more]);
    const wrong = await resume("longer.txt", "--cacert", at("stranger.pem"));
    expect([wrong.exitCode, flat(wrong.stderr)]).toEqual([
      2,
      expect.stringContaining("was begun with another list and other roots."),
    ]);
    expect((await resume("copy.txt")).stderr).toContain("1 of 1 are visited");
  });

  it("is begun before the first visit: a run that kept nothing yet is gone on with, and not the one before", async () => {
    const served = await serve(mintLeaf("*.fleet.example", root));
    await writeFile(at("begun.txt"), names.map((name) => `${name}:${served.port}\n`).join(""));
    const argv = argvFor(served, "begun");
    const first = await meerkat([...argv, "--json", "-"]);
    const met = served.met.length;
    served.holdAfter(met);
    const child = fork(programFile, argv, { execArgv: ["--import", "tsx"], stdio: "ignore" });
    await served.held;
    child.kill("SIGKILL");
    await once(child, "exit");
    served.release();
    const resumed = await meerkat([...argv, "--resume", "--json", "-"]);
    expect(resumed.stderr).toMatch(/^Going on with the survey 2\S+: 0 of 24 are visited\.$/m);
    const runs = [first, resumed].map(({ stdout }) => new Set(stdout.match(/"run":"[^"]+"/g)));
    expect(runs.map(({ size }) => size)).toEqual([1, 1]);
    expect(runs[1]).not.toEqual(runs[0]);
    expect(namesOf(resumed.stdout)).toHaveLength(names.length);
  }, 120_000);

  it("whose list another survey replaced meanwhile is not told as whole", async () => {
    const served = await serve(mintLeaf("*.fleet.example", root));
    const [first = "", ...others] = names;
    await writeFile(at("twice.txt"), others.map((name) => `${name}:${served.port}\n`).join(""));
    await writeFile(at("other.txt"), `${first}:${served.port}\n`);
    served.holdAfter(0);
    const argv = argvFor(served, "twice");
    const one = meerkat([...argv, "--json", at("twice.jsonl")]);
    await served.held;
    const other = meerkat([argv[0] ?? "", at("other.txt"), ...argv.slice(2)]);
    while (!(await listedIn(at("twice.db"))).includes(first))
      await new Promise((resolve) => setImmediate(resolve));
    served.release();
    expect((await other).exitCode).toBe(0);
    const { exitCode, stderr, stdout } = await one;
    expect({ exitCode, stdout }).toEqual({ exitCode: 23, stdout: "" });
    expect(stderr).toContain("another survey wrote to the same file");
    const resumed = await meerkat([...argv, "--resume"]);
    expect([resumed.exitCode, flat(resumed.stderr)]).toEqual([
      2,
      expect.stringContaining("was begun with another list"),
    ]);
  });

  it("of a watch is left as it is, and so is that of a survey by a watch", async () => {
    const store = await openSqliteStore({ path: at("watched.db") });
    await store.beginRun({ name: "here 2026-01-15T12:00:00.000Z", by: "watch", asked: "" });
    await store.close();
    await writeFile(at("one.txt"), list);
    const { exitCode, stderr } = await meerkat(["survey", at("one.txt"), "-o", at("watched.db")]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/watched\.db is the store of a watch, whose list a survey would replace\./);
    await meerkat(["survey", at("one.txt"), "-o", at("surveyed.db")]);
    const watch = ["watch", "--once", "--list", at("one.txt"), "--listen", "127.0.0.1:0"];
    const watched = await meerkat([...watch, "--store", at("surveyed.db")]);
    expect(watched.exitCode).toBe(2);
    expect(watched.stderr).toContain("The store is that of a survey");
    expect(await listedIn(at("surveyed.db"))).toEqual(["127.0.0.1"]);
  });

  it("of a watch of an earlier version, which tells of no run, is known by its list", async () => {
    const store = await openSqliteStore({ path: at("earlier.db") });
    await store.setEndpoints(parseLists([{ file: "", text: list }]).endpoints);
    await store.close();
    await writeFile(at("one.txt"), list);
    const { stderr } = await meerkat(["survey", at("one.txt"), "-o", at("earlier.db")]);
    expect(stderr).toContain("is the store of a watch");
  });

  it("that is another file is left as it is", async () => {
    await writeFile(at("notes.db"), "mine, and long enough to be looked at as a database".repeat(40));
    await writeFile(at("one.txt"), list);
    const { exitCode, stderr } = await meerkat(["survey", at("one.txt"), "-o", at("notes.db")]);
    expect(exitCode).toBe(23);
    expect(stderr).toContain("is not an SQLite database");
    expect(await readFile(at("notes.db"), "utf8")).toMatch(/^mine/);
  });

  const argvFor = (served: Served, name: string): readonly string[] => [
    "survey",
    at(`${name}.txt`),
    "-o",
    at(`${name}.db`),
    ...served.resolved(names),
    "--cacert",
    at("root.pem"),
  ];
});

const programFile = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

interface Served {
  readonly port: number;
  /** The names that were asked for, in their order. */
  readonly met: readonly string[];
  /** From the connection after so many on, none is answered until `release`. */
  readonly holdAfter: (count: number) => void;
  readonly held: Promise<void>;
  readonly release: () => void;
  /** Flags by which each name is at an address of a network of its own. */
  readonly resolved: (names: readonly string[]) => readonly string[];
}

/** A server of TLS at every loopback address. */
async function serve(leaf: ReturnType<typeof mintLeaf>): Promise<Served> {
  const met: string[] = [];
  const waiting: (() => void)[] = [];
  let most = Infinity;
  let tellHeld = (): void => {};
  const held = new Promise<void>((resolve) => (tellHeld = resolve));
  const context = createSecureContext(identityOf(leaf));
  const server = createServer({
    SNICallback: (name, done) => {
      if (met.length < most) {
        met.push(name);
        done(null, context);
        return;
      }
      waiting.push(() => done(null, context));
      tellHeld();
    },
  });
  const sockets = new Set<TLSSocket>();
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  await once(server.listen(0, "0.0.0.0"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    met,
    held,
    holdAfter: (count) => void (most = count),
    release: () => {
      most = Infinity;
      for (const go of waiting.splice(0)) go();
    },
    resolved: (all) => all.flatMap((name, i) => ["--resolve", `${name}:${port}:127.0.${i + 1}.1`]),
  };
}

/** The hosts whose visit a store has. */
async function keptIn(path: string): Promise<readonly string[]> {
  const rows = await rowsIn(path);
  return rows.flatMap(({ endpoint, visitedAt }) => (visitedAt === undefined ? [] : [endpoint.host]));
}

async function listedIn(path: string): Promise<readonly string[]> {
  return (await rowsIn(path)).map(({ endpoint }) => endpoint.host);
}

async function rowsIn(path: string): Promise<readonly EndpointRow[]> {
  const store = await openSqliteStore({ path });
  try {
    return (await store.endpoints({ sort: "name", limit: 1_000 })).rows;
  } finally {
    await store.close();
  }
}

/** The store tells nobody when something is written: it is asked again as soon as it has answered. */
async function keptAtLeast(path: string, count: number): Promise<void> {
  while ((await keptIn(path)).length < count) await new Promise((resolve) => setImmediate(resolve));
}
