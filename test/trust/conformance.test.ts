/** The vectors nobody here wrote, where they lie beside the project; `npm run conformance` runs any others. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { answerByWebcrypto, answerCase, type LimboFile } from "../../tools/limbo.ts";

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

  test.skipIf(!existsSync(file))(
    "every case is decided by WebCrypto as by OpenSSL, for the same reason",
    async () => {
      const { testcases } = JSON.parse(readFileSync(file, "utf8")) as LimboFile;
      const now = Date.UTC(2026, 10, 22);
      const apart: unknown[] = [];
      for (const limbo of testcases) {
        const [here, later] = [answerCase(limbo, now), await answerByWebcrypto(limbo, now)];
        if (here.result !== later.result || here.why !== later.why) apart.push([limbo.id, here, later]);
      }
      // Curves that WebCrypto does not have: what the key is worth is not looked at where its signature cannot be.
      const unchecked = { result: "FAILURE", why: expect.stringMatching(/^signature-unchecked: /) as string };
      const weak = { result: "FAILURE", why: expect.stringMatching(/^weak-key: /) as string };
      const known = name === "limbo.json" ? ["webpki::explicit-curve", "webpki::forbidden-p192-root"] : [];
      expect(apart).toEqual(known.map((id) => [id, weak, unchecked]));
    },
  );
});
