/** Nothing that stands on `Object.prototype` is an option: in no door, and in none of the objects behind it. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { identityOf, pemOf } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { openHttp, rootPem, type Origin } from "../client/origin.ts";
import type { Outcomes } from "./doors.ts";

const run = promisify(execFile);
const cwd = fileURLToPath(new URL("../../", import.meta.url));

interface Told {
  readonly outcomes: Outcomes;
  readonly readers: readonly string[];
  readonly names: number;
}

describe("a polluted Object.prototype", () => {
  let good: Origin;
  let foreign: Origin;
  let folder: string;
  let clean: Told;
  const ask = async (mode: string): Promise<Told> => {
    const files = [join(folder, "root.pem"), join(folder, "foreign.pem")];
    const program = ["--import", "tsx", "test/own-options/polluted-program.ts"];
    const { stdout } = await run(
      process.execPath,
      [...program, mode, `${good.url}/`, `${foreign.url}/`, ...files],
      { cwd, maxBuffer: 1e8 },
    );
    return JSON.parse(stdout) as Told;
  };
  beforeAll(async () => {
    const stranger = mintRoot("Somebody Else");
    const leaf = mintLeaf("localhost", stranger, { names: ["dns:localhost"] });
    folder = mkdtempSync(join(tmpdir(), "meerkat-own-"));
    writeFileSync(join(folder, "root.pem"), rootPem);
    writeFileSync(join(folder, "foreign.pem"), pemOf(stranger));
    good = await openHttp((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const fields = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}`);
        response.end(
          [request.method, request.url, ...fields.toSorted(), Buffer.concat(chunks).toString()].join("|"),
        );
      });
    });
    foreign = await openHttp((_, response) => response.end("never"), { tls: identityOf(leaf, stranger) });
    clean = await ask("clean");
  }, 120_000);
  afterAll(async () => {
    await good.close();
    await foreign.close();
    rmSync(folder, { recursive: true });
  });

  test("is told apart by doors that let the one server in and not the other", () => {
    const servers = (suffix: string): string[] =>
      Object.entries(clean.outcomes).flatMap(([door, came]) => (door.endsWith(suffix) ? came : []));
    expect(servers(": foreign").length).toBeGreaterThan(12);
    for (const came of servers(": foreign")) expect(came).toMatch(/^(?:untrusted-root|not-trusted)$/);
    for (const came of servers(": good"))
      expect(came).toMatch(/200|GET|PUT|verified|connected|trusted|accepted/);
  });

  test("with every option in it changes nothing", async () => {
    const poisoned = await ask("poisoned");
    expect(poisoned.names).toBeGreaterThan(100);
    expect(poisoned.outcomes).toEqual(clean.outcomes);
  }, 120_000);

  test("is not read for any property that may be left out", async () => {
    const watched = await ask("watched");
    expect(watched.names).toBeGreaterThan(100);
    expect(watched.readers).toEqual([]);
    expect(watched.outcomes).toEqual(clean.outcomes);
  }, 120_000);

  test("with a property that nobody knows changes nothing", async () => {
    expect((await ask("littered")).outcomes).toEqual(clean.outcomes);
  }, 120_000);
});
