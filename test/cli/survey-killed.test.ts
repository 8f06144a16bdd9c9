/** A survey that is killed goes on with `--resume`: nothing is lost, and nothing is there twice. More kills: `interop/watch`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSqliteStore } from "../../src/watch/index.ts";
import { killSurveys } from "./killed-surveys.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-killed-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Why the tests of stores cannot run here. */
const noSqlite = await openSqliteStore({ path: ":memory:" }).then(
  (store) => store.close().then(() => undefined),
  (error: Error) => error.message,
);

describe.skipIf(noSqlite !== undefined)(`a store${noSqlite === undefined ? "" : ` (${noSqlite})`}`, () => {
  it("has each endpoint of a run once, however often that was killed", async () => {
    const { moments, faults } = await killSurveys({ seed: 11, kills: 4, signal: "SIGKILL", folder });
    expect(faults).toEqual([]);
    expect(moments).toHaveLength(4);
  });
});
