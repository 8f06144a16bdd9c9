/** The vectors nobody here wrote, where they lie beside the project; `npm run conformance` runs any others. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { answerCase, type LimboFile } from "../../tools/limbo.ts";

const folder = new URL("../../../shared/vectors/pki/", import.meta.url);

describe.each(["limbo.json", "bettertls.json"])("%s", (name) => {
  const file = new URL(name, folder);
  test.skipIf(!existsSync(file))("every case is decided as its authors expect", () => {
    const { testcases } = JSON.parse(readFileSync(file, "utf8")) as LimboFile;
    const now = Date.UTC(2026, 10, 22);
    const wrong = testcases.filter((limbo) => answerCase(limbo, now).result !== limbo.expected_result);
    expect(wrong.map(({ id }) => id)).toEqual([]);
    expect(testcases.length).toBeGreaterThan(100);
  });
});
