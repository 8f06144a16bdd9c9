/** `meerkat watch worker`, and a watch with a queue: what is checked before anything is opened, each with a sentence and a number. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { meerkat, type Transcript } from "../cli/transcript.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-worker-"));
  await writeFile(join(folder, "list.txt"), "https://a.example/\n");
  await writeFile(join(folder, "redis"), "redis://user:S3CRET@127.0.0.1:1");
  await writeFile(join(folder, "postgres"), "postgres://user:S3CRET@127.0.0.1:1/a?sslmode=disable");
  await writeFile(join(folder, "far"), "redis://user:S3CRET@192.0.2.1");
});
afterAll(() => rm(folder, { recursive: true }));

const whole = {
  endpoints: ["list.txt"],
  store: { file: "postgres" },
  queue: { redis: { file: "redis" } },
  places: ["berlin-dmz", "office"],
};

async function configured(config: object): Promise<string> {
  const file = join(folder, "watch.json");
  await writeFile(file, JSON.stringify(config));
  return file;
}

async function worker(config: object, ...args: readonly string[]): Promise<Transcript> {
  return meerkat(["watch", "worker", "--config", await configured(config), ...args]);
}

describe("a worker", () => {
  it("says that it has what it needs", async () => {
    const { exitCode, stdout } = await worker(whole, "--place", "office", "--check");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "A worker in office has what it needs.\n" });
  });

  const without = (name: keyof typeof whole): object =>
    Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
  const cases: readonly (readonly [what: string, config: () => object, place: string, says: RegExp])[] = [
    [
      "no queue",
      () => ({ ...without("queue"), places: undefined }),
      "office",
      /takes its work from a queue, and the configuration names none/,
    ],
    ["places and no queue", () => without("queue"), "office", /has places and no queue/],
    ["a queue and no places", () => without("places"), "office", /has a queue and no places/],
    [
      "a place that is not one of them",
      () => whole,
      "offce",
      /"offce" is not one of the configuration's places: berlin-dmz, office/,
    ],
    ["a place twice", () => ({ ...whole, places: ["a", "a"] }), "a", /places names a place twice/],
    ["a place of one machine", () => ({ ...whole, place: "office" }), "office", /`place` is for one machine/],
    [
      "an SQLite file",
      () => ({ ...whole, store: "watch.db" }),
      "office",
      /a store that all of them reach: PostgreSQL/,
    ],
    ["no store", () => without("store"), "office", /a store that all of them reach: PostgreSQL/],
    [
      "a URL of another kind",
      () => ({ ...whole, queue: { postgres: { file: "redis" } } }),
      "office",
      /The queue's URL is not one of PostgreSQL/,
    ],
    [
      "a URL that is none",
      () => ({ ...whole, queue: { redis: { file: "list.txt" } } }),
      "office",
      /not a URL of PostgreSQL or Redis/,
    ],
    [
      "a queue in plain text on another machine",
      () => ({ ...whole, queue: { redis: { file: "far" } } }),
      "office",
      /redis:\/\/192\.0\.2\.1 would be spoken to in plain text/,
    ],
    [
      "a variable that is not there",
      () => ({ ...whole, queue: { redis: { env: "NOT_THERE" } } }),
      "office",
      /The variable NOT_THERE.* is empty or not there/,
    ],
    [
      "both kinds of queue",
      () => ({ ...whole, queue: { redis: { file: "redis" }, postgres: { file: "postgres" } } }),
      "office",
      /has 1 fault: .*queue/,
    ],
  ];

  it.each(cases)("refuses %s", async (_what, config, place, says) => {
    const { exitCode, stdout, stderr } = await worker(config(), "--place", place, "--check");
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(says);
    expect(stderr).toMatch(/^error: /m);
    expect(stdout + stderr).not.toContain("S3CRET");
    expect(exitCode).toBe(2);
  });

  it.each([
    [
      ["--place", "office"],
      /^error: Option "-c, --config <file>" has to be given\.\nhint: `meerkat watch worker --help`/,
    ],
    [["--config", "watch.json"], /^error: Option "--place <name>" has to be given\./],
    [["--config", "watch.json", "--place", ""], /cannot be ""|is not one of|cannot be read/],
    [["--config", "watch.json", "--place", "a", "--listen", "x"], /Unknown option "--listen"/],
    [
      ["--config", "watch.json", "--place", "a", "office"],
      /"meerkat watch worker" takes no argument; "office" is too many/,
    ],
  ] as const)("refuses the command line %j", async (args, says) => {
    const { exitCode, stderr } = await meerkat(["watch", "worker", ...args]);
    expect(stderr.replaceAll(/\s+$/g, "")).toMatch(says);
    expect([2, 26]).toContain(exitCode);
  });

  it.each([
    ["bullmq", "redis", "A queue of work needs the package bullmq, which is not installed."],
    ["ioredis", "redis", "A queue of work needs the package ioredis, which is not installed."],
    ["pg", "postgres", "A queue of work needs the package pg, which is not installed."],
  ] as const)("where %s is not installed says how to get it", async (name, kind, sentence) => {
    const file = await configured({ ...whole, queue: { [kind]: { file: kind } } });
    // Node looks for the package under a name that nobody has, as if it were not installed.
    const hide = `export const resolve = (name, context, next) => next(name === "${name}" ? "${name}-not-installed" : name, context);`;
    const register = `import { register } from "node:module"; register("data:text/javascript," + ${JSON.stringify(encodeURIComponent(hide))});`;
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        "--no-deprecation",
        "--import",
        "tsx",
        "--import",
        `data:text/javascript,${encodeURIComponent(register)}`,
      ].concat(["src/cli/main.ts", "watch", "worker", "--place", "office", "--config", file, "--check"]),
      { cwd: fileURLToPath(new URL("../../", import.meta.url)), encoding: "utf8" },
    );
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      `error: ${sentence} hint: Install it beside meerkat: npm install ${name}.`,
    );
    expect(status).toBe(4);
  });
});

describe("a watch with a queue", () => {
  it("is checked with its places", async () => {
    const { exitCode, stdout } = await meerkat(["watch", "--check", "--config", await configured(whole)]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "1 endpoint.\n" });
  });

  it("visits nobody by itself, once or at all", async () => {
    const { exitCode, stderr } = await meerkat(["watch", "--once", "--config", await configured(whole)]);
    expect([exitCode, stderr]).toEqual([
      2,
      "error: With a queue, the workers visit: --once is for one machine.\n",
    ]);
  });
});
