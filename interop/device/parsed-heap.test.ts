/** What a parsed CA certificate takes of the heap: mbedTLS's own requests for memory, held against the figures. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openRoots } from "../../src/admission/index.ts";
import { parsedHeapOf } from "../../src/device/index.ts";
import { compile, run, whatIsMissing } from "../../test/device/harness/libraries.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-heap-"));
});
afterAll(() => rm(folder, { recursive: true }));

it.for(["mbedtls", "mbedtls-3.6"] as const)(
  "%s asks for no more than is said, for each of Mozilla's roots, and for hardly less with some of each kind",
  async (library, { skip }) => {
    const program = join(folder, library);
    if (!(await compile({ library, source: "parsed-heap" }, program))) skip(whatIsMissing(library));
    const roots = openRoots("mozilla", {}).roots.map(({ certificate }) => certificate);
    const file = join(folder, "roots.der");
    await writeFile(file, Buffer.concat(roots.map(({ der }) => der)));
    const { stdout } = await run(program, [file]);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(roots.length);
    const spare = new Map<string, number>();
    for (const [i, { der, spki }] of roots.entries()) {
      const [length, heap] = (lines[i] ?? "").split(" ").map(Number);
      expect(length).toBe(der.length);
      const said = parsedHeapOf(roots[i] ?? expect.unreachable());
      if (said === undefined) continue;
      expect(heap).toBeLessThanOrEqual(said);
      spare.set(spki.text, Math.min(spare.get(spki.text) ?? Infinity, said - (heap ?? 0)));
    }
    expect([...spare.keys()].toSorted()).toEqual(["EC P-256", "EC P-384", "RSA 2048", "RSA 4096"]);
    for (const bytes of spare.values()) expect(bytes).toBeLessThanOrEqual(64);
  },
);
