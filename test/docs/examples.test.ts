/** Every example, run as the program it is, against servers on this machine. */
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { firmware, openWorld } from "./world.ts";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const read = (name: string): string => readFileSync(join(examples, name), "utf8");
const hasGcc = spawnSync("gcc", ["--version"], { stdio: "ignore" }).status === 0;

const world = await openWorld();
afterAll(() => world[Symbol.asyncDispose]());

/** What each program writes: a pattern each for its two outputs, hosts as in the documents. */
const outcomes: Readonly<
  Record<string, { readonly stdout: RegExp; readonly stderr: RegExp; readonly downloads?: true }>
> = {
  "mongoose/snippet.ts": {
    stdout: /Access Denied/,
    stderr: /^\S+:\d+ +Connecting to https:\/\/api\.weather\.gov\/\n\S+:\d+ +HTTP 403\n$/,
  },
  "mongoose/get.ts": { stdout: /"station": "LAB1"/, stderr: /HTTP 200\n$/ },
  "mongoose/download.ts": { stdout: /^$/, stderr: /HTTP 200\n$/, downloads: true },
  "mongoose/post-json.ts": { stdout: /^\{"temperature":21\.5\}$/, stderr: /HTTP 200\n$/ },
  "mongoose/client-certificate.ts": { stdout: /Hello/, stderr: /HTTP 200\n$/ },
  "mongoose/websocket-echo.ts": { stdout: /^hello$/, stderr: /HTTP 101\n$/ },
  "mongoose/fetch.ts": {
    stdout: /^$/,
    stderr: new RegExp(`Finished fetching\\n\\S+ +status 200 bytes ${firmware.length}\\n$`),
    downloads: true,
  },
  "request/get.ts": { stdout: /"station": "LAB1"/, stderr: /^HTTP 200\n.*was verified: .* vouches for it/ },
  "request/download.ts": { stdout: /^$/, stderr: /^HTTP 200\n/, downloads: true },
  "request/post-json.ts": { stdout: /^\{"temperature":21\.5\}$/, stderr: /^HTTP 200\n/ },
  "request/client-certificate.ts": { stdout: /Hello/, stderr: /^HTTP 200\n/ },
  "request/websocket-echo.ts": { stdout: /^hello$/, stderr: /^$/ },
  "trust/node.ts": { stdout: /^shop\.example was vouched for by Issuing CA\.\n/, stderr: /^$/ },
  "trust/webcrypto.ts": { stdout: /^shop\.example was vouched for by Issuing CA\.\n/, stderr: /^$/ },
};

describe("examples", () => {
  it("are all run here", () => {
    const found = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    expect(found.toSorted()).toEqual(Object.keys(outcomes).toSorted());
  });

  it.each(Object.entries(outcomes))("%s does what it says", async (name, { stdout, stderr, downloads }) => {
    const outcome = await world.run(read(name));
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(world.fromWorld(outcome.stdout)).toMatch(stdout);
    expect(world.fromWorld(outcome.stderr)).toMatch(stderr);
    if (downloads === true)
      expect(readFileSync(join(world.folder, "firmware.bin")).equals(firmware)).toBe(true);
  });

  it("say why where it fails", async () => {
    const broken = read("mongoose/get.ts").replace("api.weather.gov", "expired.example");
    const { stderr, exitCode } = await world.run(broken);
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/status -3: The certificate of .* expired on/),
    ]);
  });
});

describe("the examples in C", () => {
  it.skipIf(!hasGcc).each(["mongoose/snippet.c", "mongoose/fetch.c"])(
    "%s compiles without a warning",
    (name) => {
      const stubs = fileURLToPath(new URL("./stubs/", import.meta.url));
      const flags = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", `-I${stubs}`];
      expect(execFileSync("gcc", [...flags, join(examples, name)]).toString()).toBe("");
    },
  );

  it.skipIf(!hasGcc).each(["mongoose-os", "mongoose-7", "esp-idf"])(
    "c/%s.c compiles without a warning, against stubs",
    (platform) => {
      const stubs = fileURLToPath(new URL(`../device/stubs/${platform}/`, import.meta.url));
      const flags = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", `-I${stubs}`];
      expect(execFileSync("gcc", [...flags, join(examples, `c/${platform}.c`)]).toString()).toBe("");
    },
  );

  /** The library's names, in the order in which a program uses them. */
  const calls = (text: string): string[] =>
    [
      ...text
        .replace(/^import[^]*?from "meerkat\/mongoose";$/m, "")
        .replaceAll(/\/\*[^]*?\*\//g, "")
        .matchAll(/\b(?:mg_(?!connection|mgr\b|event_handler)\w+|mgos_get_\w+|MG_\w+|LOG|LL_\w+)\b/g),
    ]
      .map(([name]) => name)
      .filter((name) => !name.startsWith("MGOS"));

  it("fetch.ts makes the calls of fetch.c, one by one and in their order", () => {
    expect(calls(read("mongoose/fetch.ts"))).toEqual(calls(read("mongoose/fetch.c")));
  });

  it("snippet.ts makes those of snippet.c, but for the two lines that say why", () => {
    const more = calls(read("mongoose/snippet.ts"));
    const less = calls(read("mongoose/snippet.c"));
    expect(more.join(" ").replace("MG_EV_CLOSE LOG LL_ERROR", "MG_EV_CLOSE")).toBe(less.join(" "));
  });
});
