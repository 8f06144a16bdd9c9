/** Certificate files that are damaged: the complaint that matters comes first. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { forever } from "../../../test/cli/forever.ts";
import { pemOf } from "../../../test/pki/index.ts";
import { mintRoot } from "../../../test/pki/today.ts";
import { readCertificates } from "./read.ts";

test("of a PEM file that was cut, the missing end is told first", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meerkat-read-"));
  try {
    const file = join(folder, "cut.pem");
    await writeFile(file, `a note\r\n${pemOf(mintRoot("Cut Root")).slice(0, 300)}`);
    await expect(readCertificates(file, { signal: forever })).rejects.toMatchObject({
      hint: expect.stringContaining("without its END line") as string,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
