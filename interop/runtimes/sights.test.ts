/** The table of facts (`src/runtime/facts.ts`) and the runtimes themselves: neither may say what the other does not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { node } from "../../src/runtime/index.ts";
import { binaries, run } from "./binaries.ts";
import type { Given, Seen } from "./sights-program.ts";

const sites = [
  "good",
  "misordered",
  "tls-1-2",
  "stapled",
  "expired",
  "handshake-reset",
  "client-certificate-required",
];
const here = { runtime: node, command: [process.execPath, "--import", "tsx"] };

describe("what a runtime shows", () => {
  let lab: Lab;
  let folder: string;
  let given: string;
  beforeAll(async () => {
    lab = await openLab({ sites });
    folder = mkdtempSync(join(tmpdir(), "meerkat-sights-"));
    given = join(folder, "given.json");
    const ports = Object.fromEntries(sites.map((site) => [site, Number(new URL(lab.url(site)).port)]));
    writeFileSync(given, JSON.stringify({ ca: lab.caPem, ports } satisfies Given));
  });
  afterAll(async () => {
    await lab.close();
    rmSync(folder, { recursive: true });
  });

  for (const { runtime, command } of [here, ...binaries]) {
    const { name, shows, ciphers, offersForOthers, run: ran } = runtime;
    test.skipIf(command === undefined)(
      `is what the table says of ${name} (skipped without ${name})`,
      async () => {
        const { stdout, stderr } = await run(command, ["interop/runtimes/sights-program.ts", given]);
        expect(stderr).toBe("");
        const { version, ...seen } = JSON.parse(stdout) as Seen;
        expect(seen).toEqual({ shows, ciphers, offersForOthers });
        // Where the tests decide, the version is one that the table names.
        if (process.env["CI"] !== undefined && version !== undefined) expect(ran.versions).toContain(version);
      },
    );
  }
});
