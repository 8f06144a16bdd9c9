/** What each library reads of a PEM file that is not plain; `interop/` holds the same rows against the libraries. */
import { describe, expect, it } from "vitest";
import { mintPadded, oddities } from "../../../test/device/pem-oddities.ts";
import { pemOf } from "../../../test/pki/index.ts";
import { mintRoot } from "../../../test/pki/today.ts";
import { equalBytes } from "../../core/index.ts";
import { parseCertificate } from "../../x509/index.ts";
import { pemReaders, type ReaderName } from "./readers.ts";

const [before, behind] = [mintRoot("a"), mintRoot("c")];
const within = mintPadded("b", 2);
const encoder = new TextEncoder();

/** Letters of the certificates that the reader gives. */
function lettersOf(library: ReaderName, text: string): string {
  return pemReaders[library](encoder.encode(text))
    .blocks.flatMap(({ der }) => {
      const parsed = parseCertificate(der);
      return parsed.ok ? [parsed.certificate.subject.display.charAt(0)] : [];
    })
    .join("");
}

describe("a block between two others", () => {
  it.each(oddities)("with $what", ({ what: _what, apply, ...wanted }) => {
    const text = pemOf(before) + apply(pemOf(within)) + pemOf(behind);
    // What its 127 octets make of a longer line hangs on the certificate's length.
    const hasLongLine = /[^\n]{127}/.test(text);
    expect({
      mbedtls: lettersOf("mbedtls", text),
      openssl: lettersOf("openssl", text),
      bearssl: lettersOf("bearssl", text),
      node: lettersOf("node", text),
      generator: lettersOf("esp-generator", text),
      mongooseOs: hasLongLine ? wanted.mongooseOs : lettersOf("mongoose-os", text),
      builtin: lettersOf("mongoose-builtin", text),
    }).toEqual(wanted);
  });

  it.each(oddities)(
    "with $what, what is lost has a place and a reason, where the reader knows one",
    ({ apply }) => {
      const text = encoder.encode(pemOf(before) + apply(pemOf(within)) + pemOf(behind));
      for (const reader of Object.values(pemReaders)) {
        const { blocks, faults, broken } = reader(text);
        expect(broken).toBeLessThanOrEqual(faults.length);
        // What comes behind it is not passed over in silence.
        if (!blocks.some(({ der }) => equalBytes(der, behind.der))) expect(faults).not.toEqual([]);
        for (const { line, why } of faults) expect([line > 0, why.length > 10]).toEqual([true, true]);
      }
    },
  );

  it("Node reads up to the one that is bad, and no further", () => {
    const bad = pemOf(within).replace("MII", "M*I");
    expect(lettersOf("node", pemOf(before) + bad + pemOf(behind))).toBe("a");
    expect(lettersOf("openssl", pemOf(before) + bad + pemOf(behind))).toBe("");
  });

  it("padding that no digit is short of breaks the block", () => {
    const text = pemOf(mintPadded("b", 0)).replace("\n-----END", "\n==\n-----END");
    expect([lettersOf("mbedtls", text), lettersOf("openssl", text), lettersOf("bearssl", text)]).toEqual([
      "",
      "",
      "",
    ]);
  });

  it.each<[law: string, behind: string, reads: string]>([
    ["bytes that are no settings", "AAAA", "a abc abc"],
    ["settings that are empty", "MAAA", "abc abc abc"],
    ["an alias", "MAMMAWEA", "abc abc abc"],
    ["a number", "MAMCAQEA", "a abc abc"],
  ])("behind the certificate in its block, %s: Node takes what is trust in it", (_law, more, reads) => {
    const text =
      pemOf(before) + pemOf(mintPadded("b", 0)).replace("\n-----END", `\n${more}\n-----END`) + pemOf(behind);
    expect([lettersOf("node", text), lettersOf("openssl", text), lettersOf("mbedtls", text)].join(" ")).toBe(
      reads,
    );
    const trusted = text.replaceAll(" CERTIFICATE", " TRUSTED CERTIFICATE");
    expect(lettersOf("openssl", trusted)).toBe(reads.startsWith("abc") ? "abc" : "");
  });

  it("begins on the line that is told", () => {
    const text = `# first\n${pemOf(before)}\n\n${pemOf(behind)}`;
    for (const [name, reader] of Object.entries(pemReaders)) {
      if (name === "mongoose-7-mbedtls") continue;
      expect(reader(encoder.encode(text)).blocks.map(({ line }) => line)).toEqual([
        2,
        text.slice(0, text.lastIndexOf("-----BEGIN")).split("\n").length,
      ]);
    }
  });
});
