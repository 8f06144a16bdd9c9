/** A watch that is killed at any moment goes on when it is started again. More moments: `interop/watch`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { endWatches } from "./killed-watches.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-killed-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("visits nobody twice and leaves nobody out, and tells each alert under one key", async () => {
  const { faults, told } = await endWatches({ seed: 5, times: 3, signal: "SIGKILL", folder });
  expect(faults).toEqual([]);
  expect(told.deliveries).toBeGreaterThanOrEqual(told.keys);
});
