/** `meerkat survey` as a program of its own, killed and stopped at moments that a seed chooses: nothing is lost, and nothing is there twice. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { killSurveys } from "../../test/cli/killed-surveys.ts";
import { manyMoments } from "../../test/watch/many-moments.ts";

it.each([
  ["SIGKILL", manyMoments(12), 2_026],
  ["SIGTERM", manyMoments(4), 2_027],
] as const)(
  "a survey has each endpoint once that %s ended %i times",
  async (signal, kills, seed) => {
    const folder = await mkdtemp(join(tmpdir(), "meerkat-killed-"));
    try {
      const { moments, faults } = await killSurveys({ seed, kills, signal, folder });
      console.log(`seed ${seed}, ${signal}\n${moments.join("\n")}`);
      expect(faults).toEqual([]);
      expect(moments).toHaveLength(kills);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  1_200_000,
);
