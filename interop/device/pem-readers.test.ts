/** What the libraries themselves read of PEM that is not plain, held against the table by which ours are tested. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { pemReaders, type ReaderName } from "../../src/bundle/index.ts";
import { parseCertificate } from "../../src/x509/index.ts";
import { openWorkshop, type Workshop } from "../../test/device/harness/harness.ts";
import { cLibraries, whatIsMissing } from "../../test/device/harness/libraries.ts";
import { makeDamagedFiles } from "../../test/device/damaged-files.ts";
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

/** The table is of mbedTLS 3.6; 2.28 drops digits that do not come to four. */
const older = { "one digit too many": "abc" };

it.for([...cLibraries, "node"] as const)(
  "%s reads each of them as the table says",
  async (library, { skip }) => {
    const needed = library === "node" ? "openssl" : library;
    if (!workshop.libraries.has(needed)) skip(whatIsMissing(needed));
    const read: Record<string, string> = {};
    for (const { what, apply } of oddities) {
      const names = await workshop.readPem(library, pemOf(before) + apply(pemOf(within)) + pemOf(behind));
      read[what] = names.map((name) => name.charAt(0)).join("");
    }
    const column = library === "mbedtls-3.6" ? "mbedtls" : library;
    const expected = Object.fromEntries(oddities.map((oddity) => [oddity.what, oddity[column]]));
    expect(read).toEqual(library === "mbedtls" ? { ...expected, ...older } : expected);
  },
);

/** What the reader that stands for the library reads. */
function readHere(reader: ReaderName, bytes: Uint8Array): readonly string[] {
  return pemReaders[reader](bytes).blocks.flatMap(({ der }) => {
    const parsed = parseCertificate(der);
    return parsed.ok ? [parsed.certificate.subject.display] : [];
  });
}

it.for([...cLibraries, "node"] as const)(
  "%s reads every damaged file as its reader here",
  async (library, { skip }) => {
    const needed = library === "node" ? "openssl" : library;
    if (!workshop.libraries.has(needed)) skip(whatIsMissing(needed));
    const reader = library === "mbedtls-3.6" ? "mbedtls" : library;
    const differences: string[] = [];
    for (const { what, bytes } of makeDamagedFiles().files) {
      // DER has no reader of PEM, and 2.28 is told of above.
      if (bytes[0] === 0x30 || (library === "mbedtls" && what.includes("one digit too many"))) continue;
      const real = (await workshop.readPem(library, bytes)).join(" ");
      const ours = readHere(reader, bytes).join(" ");
      if (real !== ours) differences.push(`${what}: ${ours} / ${real}`);
    }
    expect(differences).toEqual([]);
  },
);
