/** What `why` says of the roots where a private CA's is missing: that they are public ones only where all of them are. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compilePolicy } from "../../src/admission/index.ts";
import { requireUrl } from "../../src/core/index.ts";
import { runWhy } from "../../src/why/index.ts";
import { mintIdentity, openHttp, rootPem, type Origin } from "../client/origin.ts";
import { mintRoot } from "../pki/today.ts";

let folder: string;
let origin: Origin;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-private-ca-"));
  writeFileSync(join(folder, "own.pem"), rootPem);
  origin = await openHttp((_, response) => response.end(), {
    tls: mintIdentity({}, mintRoot("Somebody Else")),
  });
});
afterAll(async () => {
  await origin.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ["Mozilla's roots alone", "", "is not among the roots, which are public ones, and the certificate"],
  ["a root of NODE_EXTRA_CA_CERTS beside them", "own.pem", "is not among the roots, and the certificate"],
])("%s", async (_roots, extra, says) => {
  const environment = extra === "" ? {} : { NODE_EXTRA_CA_CERTS: join(folder, extra) };
  const policy = compilePolicy({}, environment);
  const target = requireUrl(`${origin.url}/`);
  const { diagnosis } = await runWhy({ target, fields: [], policy, ownRoots: false, environment });
  expect(diagnosis.headline.sentence).toContain(
    `Likely a private CA made this certificate: its issuer "Somebody Else" ${says}`,
  );
});
