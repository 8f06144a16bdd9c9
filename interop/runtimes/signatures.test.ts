/**
 * Every key with every hash, by both doors of the engine's cryptography: what holds is believed or cannot be checked, and is
 * never called bad; what does not hold is never believed. docs/runtimes.md has what each runtime cannot check.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { node } from "../../src/runtime/index.ts";
import { binaries, run } from "./binaries.ts";
import type { Answers } from "./signatures-program.ts";
import { uncheckedSignatures } from "./ledger.ts";
import { makeVectors } from "./vectors.ts";

const here = { runtime: node, command: [process.execPath, "--no-warnings", "--import", "tsx"] };

describe("signatures", () => {
  const vectors = makeVectors();
  let folder: string;
  let given: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "meerkat-signatures-"));
    given = join(folder, "vectors.json");
    writeFileSync(given, JSON.stringify(vectors));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  for (const { runtime, command } of [here, ...binaries]) {
    const { name } = runtime;
    test.skipIf(command === undefined)(
      `are believed where they hold, and never called bad, on ${name} (skipped without ${name})`,
      async () => {
        const { stdout, stderr } = await run(command, ["interop/runtimes/signatures-program.ts", given]);
        expect(stderr).toBe("");
        const all = Object.entries(JSON.parse(stdout) as Readonly<Record<string, Answers>>);
        expect(all.length).toBeGreaterThan(80);
        const wrong = all.filter(
          ([
            ,
            {
              node: [good, bad],
              webcrypto: [also, alsoBad],
            },
          ]) => [good, also].includes(false) || [bad, alsoBad].includes(true),
        );
        expect(wrong).toEqual([]);
        const { always, sometimes } = uncheckedSignatures[name];
        for (const [
          vector,
          {
            node: [good],
          },
        ] of all) {
          if (sometimes?.test(vector) === true) continue;
          expect([vector, good]).toEqual([vector, always?.test(vector) === true ? null : true]);
        }
      },
      60_000,
    );
  }
});
