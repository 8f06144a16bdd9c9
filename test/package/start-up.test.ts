/**
 * What it costs to begin: to import the package, and to ask the program for its version. In CPU time, since a clock would tell
 * of what else the machine does, and the least of several runs, since the first ones read the files.
 */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAtLeast } from "../runtime.ts";
import { type Installed, installPackage, succeed } from "./installed.ts";

const runs = 10;

let installed: Installed;

beforeAll(async () => {
  installed = await installPackage();
});

afterAll(() => installed?.[Symbol.asyncDispose]());

/** The CPU milliseconds that a program says it took, on the last line that it prints; the least of its runs. */
async function leastCpuMs(args: readonly string[]): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < runs; i++) {
    took.push(Number((await succeed(process.execPath, args, installed.folder)).trim().split("\n").at(-1)));
  }
  return Math.min(...took);
}

/** The CPU milliseconds of these imports, in a process of their own. */
function importing(...modules: readonly string[]): Promise<number> {
  const program = `
    const before = process.cpuUsage();
    Promise.all(${JSON.stringify(modules)}.map((name) => import(name))).then(() => {
      const { user, system } = process.cpuUsage(before);
      console.log((user + system) / 1000);
    });`;
  return leastCpuMs(["-e", program]);
}

test('`import "meerkat"` takes less than 60 ms', async () => {
  const tookMs = await importing("meerkat");
  // Since Node 22, with another OpenSSL, `import "node:tls"` alone takes half of that: what is ours is held there.
  const nodesOwnMs = isAtLeast(process.versions.node, 22)
    ? await importing("node:https", "node:crypto", "node:zlib")
    : 0;
  expect(tookMs - nodesOwnMs).toBeLessThan(60);
});

test("`meerkat --version` takes less than 120 ms, with the start of Node", async () => {
  const meter = `process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1000);
  });`;
  const preload = `data:text/javascript,${encodeURIComponent(meter)}`;
  const program = join(installed.folder, "node_modules", "meerkat", "dist", "cli", "main.js");
  expect(await leastCpuMs(["--import", preload, program, "--version"])).toBeLessThan(120);
});

/** The rooms whose code is in the files that these import, in whole or in part. */
function roomsLoadedBy(entry: string): readonly string[] {
  const rooms = new Set<string>();
  const wanted = [join(installed.folder, "node_modules", "meerkat", "dist", entry)];
  const seen = new Set<string>();
  for (let file = wanted.pop(); file !== undefined; file = wanted.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, room = ""] of text.matchAll(/^\/\/ src\/([\w-]+)\//gm)) rooms.add(room);
    for (const [, path = ""] of text.matchAll(/^(?:import|\} from) "(\.[^"]+)";$/gm)) {
      wanted.push(resolve(dirname(file), path));
    }
  }
  return [...rooms].toSorted((a, b) => (a < b ? -1 : 1));
}

test("what is not asked for is not loaded: the diagnosis, the tap, the devices, the lab, the program", () => {
  expect(roomsLoadedBy("index.js")).toEqual([
    "admission",
    "client",
    "coding",
    "core",
    "der",
    "http1",
    "manifest",
    "net",
    "runtime",
    "starttls",
    "trust",
    "x509",
  ]);
  // `--version` needs none of them.
  expect(roomsLoadedBy("cli/main.js")).toEqual(["cli", "manifest"]);
});
