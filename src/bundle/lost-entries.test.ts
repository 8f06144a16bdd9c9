/** What the form of a file costs a device, certificate by certificate. */
import { describe, expect, it } from "vitest";
import { pemOf } from "../../test/pki/index.ts";
import { mintRoot } from "../../test/pki/today.ts";
import { concatBytes, renderHex } from "../core/index.ts";
import type { Bundle, BundleEntry } from "./bundle.ts";
import { formats } from "./formats/formats.ts";
import { readBundle } from "./formats/read-bundle.ts";
import { entriesFound, entriesSeen } from "./lost-entries.ts";
import { pemReaders } from "./readers/readers.ts";

const [first, second, third] = [mintRoot("First"), mintRoot("Second"), mintRoot("Third")];
const pems = [first, second, third].map((root) => pemOf(root));
const encoder = new TextEncoder();

const subjectsOf = (entries: readonly BundleEntry[]): readonly string[] =>
  entries.flatMap((entry) => (entry.kind === "certificate" ? [entry.certificate.subject.display] : []));

describe("entriesSeen", () => {
  it("without a reader gives all that is read here", () => {
    expect(subjectsOf(entriesSeen(readBundle(encoder.encode(pems.join("").trimEnd())), {}))).toEqual([
      "First",
      "Second",
      "Third",
    ]);
  });

  it("of several files, only the one with the oddity loses", () => {
    const files = [pems[0]?.trimEnd() ?? "", pems[1] ?? ""].map((text, i) => ({
      path: `ca-${i}.pem`,
      bytes: encoder.encode(text),
    }));
    const entries = entriesSeen(readBundle(files), { pemReader: pemReaders["mongoose-os"] });
    expect(entries.map(({ place }) => place)).toEqual(["ca-1.pem, line 1"]);
  });

  it("the strings of a C source are joined by the compiler: their lines are none of a file that a device reads", () => {
    const lines = (pems[0] ?? "").trimEnd().split("\n");
    const source = `const char ca[] =\n${lines.map((line) => `"${line}"`).join(' "\\n"\n')};\n`;
    const bundle = readBundle(encoder.encode(source));
    expect(bundle.remarks).toEqual([]);
    expect(subjectsOf(entriesSeen(bundle, { pemReader: pemReaders.mbedtls }))).toEqual(["First"]);
  });
});

describe("DER", () => {
  const [a, b] = [first.der, second.der];
  const read = (...parts: readonly Uint8Array[]): Bundle => readBundle(concatBytes(parts));

  it.each<[law: string, bundle: Bundle, first: string[], whole: string[]]>([
    ["of one certificate is read by everybody", read(a), ["First"], ["First"]],
    ["of two gives the first, or none where it has to be one", read(a, b), ["First"], []],
    ["with bytes behind it is read by its length, or not", read(a, Uint8Array.of(0, 0)), ["First"], []],
  ])("%s", (_law, bundle, ofFirst, ofWhole) => {
    expect(subjectsOf(entriesSeen(bundle, { derReader: "first" }))).toEqual(ofFirst);
    expect(subjectsOf(entriesSeen(bundle, { derReader: "whole" }))).toEqual(ofWhole);
  });

  it("in C arrays counts array by array", () => {
    const list = (bytes: Uint8Array): string => [...bytes].map(String).join(", ");
    const source = `uint8_t x[] = { ${list(concatBytes([a, b]))} };\nuint8_t y[] = { ${list(third.der)} };\n`;
    const bundle = readBundle(encoder.encode(source));
    expect(subjectsOf(entriesSeen(bundle, { derReader: "first" }))).toEqual(["First", "Third"]);
    expect(subjectsOf(entriesSeen(bundle, { derReader: "whole" }))).toEqual(["Third"]);
  });
});

describe("PEM in an array of bytes, as xxd -i writes a file", () => {
  const pem = new TextEncoder().encode(pems[0] ?? "");
  const list = (bytes: Uint8Array): string => [...bytes].map((octet) => `0x${octet.toString(16)}`).join(", ");
  const given = (...octets: readonly number[]): Bundle =>
    readBundle(
      new TextEncoder().encode(`unsigned char ca_pem[] = {\n${list(Uint8Array.of(...pem, ...octets))}\n};\n`),
    );

  it("is read, with or without a NUL; without one it is said", () => {
    expect(given().entries).toMatchObject([{ kind: "certificate", place: "ca_pem, line 1" }]);
    expect(given(0).entries).toMatchObject([{ kind: "certificate" }]);
    expect(given().remarks.map(({ kind }) => kind)).toEqual(["no-nul"]);
    expect(given(0).remarks).toEqual([]);
  });

  it("is lost without a NUL to a reader that needs one, and to no other", () => {
    const rules = { pemReader: pemReaders.mbedtls };
    expect(entriesSeen(given(), { ...rules, needsNul: true })).toEqual([]);
    expect(entriesSeen(given(0), { ...rules, needsNul: true })).toHaveLength(1);
    expect(entriesSeen(given(), rules)).toHaveLength(1);
  });
});

describe("entriesFound", () => {
  const names = (bundle: Bundle, rules: Parameters<typeof entriesFound>[1]): readonly string[] =>
    entriesFound(bundle, rules).flatMap((entry) =>
      entry.kind === "name-and-key" ? [entry.subject.display] : [],
    );
  const roots = ["A", "B", "C"].map((name) => mintRoot(name));
  const sorted =
    formats["esp-bundle-5.3"].write(roots.map(({ certificate }) => certificate)).files[0]?.bytes ??
    new Uint8Array();
  /** The entries have one length each, so that they can be put in another order. */
  const size = (sorted.length - 2) / 3;
  const reordered = (...order: readonly number[]): Bundle =>
    readBundle(
      Buffer.concat([
        sorted.subarray(0, 2),
        ...order.map((i) => sorted.subarray(2 + i * size, 2 + (i + 1) * size)),
      ]),
    );

  it.each([
    ["in order, every entry", [0, 1, 2], ["A", "B", "C"]],
    ["in reverse, the one in the middle", [2, 1, 0], ["B"]],
    ["with the last two exchanged, what the halves still lead to", [0, 2, 1], ["A", "C"]],
  ])("finds %s", (_law, order, found) => {
    expect(names(reordered(...order), { searchesByHalves: true })).toEqual(found);
    expect(names(reordered(...order), {})).toHaveLength(3);
  });

  it.each([
    ["of three, the second of a name where it stands in the middle", ["Twin", "Twin", "Zeta"], [1, 2]],
    [
      "of four, the first of a name where it stands in the middle",
      ["Alfa", "Twin", "Twin", "Zeta"],
      [0, 1, 3],
    ],
  ])("finds %s, in the bundle and in what it is made of", (_law, subjects, found) => {
    const given = subjects.map((name) => mintRoot(name));
    const certificates = given.map(({ certificate }) => certificate);
    const [file] = formats["esp-bundle"].write(certificates).files;
    const keysOf = (bundle: Bundle): readonly string[] =>
      entriesFound(bundle, { searchesByHalves: true }).flatMap((entry) => {
        if (entry.kind === "unreadable") return [];
        return [renderHex((entry.kind === "certificate" ? entry.certificate.spki : entry.key).der)];
      });
    const wanted = found.map((i) => renderHex(certificates[i]?.spki.der ?? new Uint8Array()));
    expect(keysOf(readBundle(file?.bytes ?? new Uint8Array()))).toEqual(wanted);
    expect(keysOf(readBundle(encoder.encode(pemOf(...given))))).toEqual(wanted);
  });

  it.each([
    ["as many as the device takes", 3, 3],
    ["more than it takes, and then none", 2, 0],
  ])("finds %s", (_law, maxAnchors, found) => {
    expect(names(reordered(0, 1, 2), { maxAnchors })).toHaveLength(found);
  });

  it("finds nothing where a block cannot be decoded, for a program that forgives none", () => {
    const text = `${pems[0]}${pems[1]?.replace("MII", "M*I")}${pems[2]}`;
    const bundle = readBundle(encoder.encode(text));
    const rules = { pemReader: pemReaders.mbedtls };
    expect(entriesFound(bundle, rules)).toHaveLength(2);
    expect(entriesFound(bundle, { ...rules, takesAllOrNone: "it takes none" })).toEqual([]);
  });
});
