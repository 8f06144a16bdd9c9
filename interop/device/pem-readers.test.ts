/** What the libraries themselves read of PEM that is not plain, held against the table by which ours are tested. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { openWorkshop, type Workshop } from "../../test/device/harness/harness.ts";
import { mintPadded, oddities } from "../../test/device/pem-oddities.ts";
import { pemOf } from "../../test/pki/index.ts";
import { mintRoot } from "../../test/pki/today.ts";

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const [before, behind] = [mintRoot("a"), mintRoot("c")];
const within = mintPadded("b", 2);

it.for(["mbedtls", "openssl", "bearssl"] as const)(
  "%s reads each of them as the table says",
  async (library, { skip }) => {
    if (!workshop.libraries.has(library)) skip(`gcc or the headers of ${library} are missing`);
    const read: Record<string, string> = {};
    for (const { what, apply } of oddities) {
      const names = await workshop.readPem(library, pemOf(before) + apply(pemOf(within)) + pemOf(behind));
      read[what] = names.map((name) => name.charAt(0)).join("");
    }
    expect(read).toEqual(Object.fromEntries(oddities.map((oddity) => [oddity.what, oddity[library]])));
  },
);
