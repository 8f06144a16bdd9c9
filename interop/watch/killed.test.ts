/** `meerkat watch` as a program of its own, killed and stopped at moments that a seed chooses while servers change and a receiver fails. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { manyMoments } from "../../test/watch/many-moments.ts";
import { endWatches } from "../../test/watch/killed-watches.ts";

it.each([
  ["SIGKILL", manyMoments(10), 4_711],
  ["SIGTERM", manyMoments(5), 4_712],
] as const)(
  "no endpoint is visited twice or left out, no alert is lost or doubled, where %s ends it %i times",
  async (signal, times, seed) => {
    const folder = await mkdtemp(join(tmpdir(), "meerkat-killed-"));
    try {
      const { moments, faults, told } = await endWatches({ seed, times, signal, folder });
      console.log(`seed ${seed}, ${signal}\n${moments.join("\n")}`);
      console.log(`${told.deliveries} deliveries of ${told.keys} tellings, by their keys`);
      expect(faults).toEqual([]);
      expect(moments).toHaveLength(times);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  1_800_000,
);
