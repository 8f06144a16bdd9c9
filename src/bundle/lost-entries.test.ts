/** What the form of a file costs a device, certificate by certificate. */
import { describe, expect, it } from "vitest";
import { pemOf } from "../../test/pki/index.ts";
import { mintRoot } from "../../test/pki/today.ts";
import type { FileRules } from "./file-rules.ts";
import type { Bundle } from "./bundle.ts";
import { formats } from "./formats/formats.ts";
import { readBundle } from "./formats/read-bundle.ts";
import { entriesFound, entriesSeen } from "./lost-entries.ts";
import { pemReaders } from "./readers/readers.ts";

const [first, second, third] = [mintRoot("First"), mintRoot("Second"), mintRoot("Third")];
const pems = [first, second, third].map((root) => pemOf(root));
const onOneLine = (pem = ""): string =>
  pem.replaceAll("\n", "").replace("-----BEGIN CERTIFICATE-----", "$&\n").replace("-----END", "\n$&") + "\n";

/** Subjects that a device with these losses gets from a file. */
function seen(text: string, loses: FileRules["loses"] = {}): readonly string[] {
  const entries = entriesSeen(readBundle(new TextEncoder().encode(text)), { loses });
  return entries.flatMap((entry) =>
    entry.kind === "certificate" ? [entry.certificate.subject.display] : [],
  );
}

describe("entriesSeen", () => {
  it.each<readonly [law: string, text: string, loses: FileRules["loses"], left: string[]]>([
    [
      "a regular file costs nothing",
      pems.join(""),
      { "long-line": "block", "no-final-newline": "last", crlf: "all" },
      ["First", "Second", "Third"],
    ],
    [
      "no newline at the end costs the last",
      pems.join("").trimEnd(),
      { "no-final-newline": "last" },
      ["First", "Second"],
    ],
    [
      "a device that does not mind loses nothing",
      pems.join("").trimEnd(),
      { crlf: "all" },
      ["First", "Second", "Third"],
    ],
    [
      "a long line costs the certificate it stands in",
      `${pems[0]}${onOneLine(pems[1])}${pems[2]}`,
      { "long-line": "block" },
      ["First", "Third"],
    ],
    ["each long line costs its own", pems.map(onOneLine).join(""), { "long-line": "block" }, []],
    ["CR LF costs all", pems.join("").replaceAll("\n", "\r\n"), { crlf: "all" }, []],
    [
      "where END and BEGIN share a line, both are lost, and what follows, and what came before is not",
      `${pems[0]}${pems[1]?.trimEnd()}${pems[2]}`,
      { glued: "from" },
      ["First"],
    ],
    [
      "a device that goes on at the end of the line loses the one whose BEGIN stands there",
      `${pems[0]}${pems[1]?.trimEnd()}${pems[2]}`,
      { glued: "next" },
      ["First", "Second"],
    ],
    [
      "a device that takes the line for base64 loses both",
      `${pems[0]}${pems[1]?.trimEnd()}${pems[2]}`,
      { glued: "pair" },
      ["First"],
    ],
    [
      "an END that is not seen costs the next",
      `${pems[0]?.trimEnd()} and more\n${pems[1]}${pems[2]}`,
      { "text-after-end": "next" },
      ["First", "Third"],
    ],
    [
      "an END that is not seen costs the last where none is next",
      `${pems[0]}${pems[1]?.trimEnd()} and more\n`,
      { "text-after-end": "next" },
      ["First"],
    ],
    [
      "an END of another name costs the next as well, where it is taken for text",
      `${pems[0]?.replace("END CERTIFICATE", "END CERTIFICAT")}${pems[1]}${pems[2]}`,
      { "wrong-end": "pair" },
      ["Third"],
    ],
    [
      "an END that is missing costs the next",
      `${pems[0]?.replace(/-----END.*\n/, "")}${pems[1]}${pems[2]}`,
      { "missing-end": "following" },
      ["Third"],
    ],
    [
      "an END that is missing at the end of the file costs none of those that came before",
      `${pems[0]}${pems[1]}${pems[2]?.slice(0, 300)}`,
      { "missing-end": "following" },
      ["First", "Second"],
    ],
    [
      "what is damaged costs what follows",
      `${pems[0]}${pems[1]?.replace("MII", "M*I")}${pems[2]}`,
      { "bad-base64": "after" },
      ["First"],
    ],
  ])("%s", (_law, text, loses, left) => {
    expect(seen(text, loses)).toEqual(left);
  });

  it("of several files, only the one with the oddity loses", () => {
    const files = [pems[0]?.trimEnd() ?? "", pems[1] ?? ""].map((text, i) => ({
      path: `ca-${i}.pem`,
      bytes: new TextEncoder().encode(text),
    }));
    const entries = entriesSeen(readBundle(files), { loses: { "no-final-newline": "last" } });
    expect(entries.map(({ place }) => place)).toEqual(["ca-1.pem, line 1"]);
  });

  it("the strings of a C source are joined by the compiler: their lines are none of a file that a device reads", () => {
    const lines = (pems[0] ?? "").trimEnd().split("\n");
    const source = `const char ca[] =\n${lines.map((line) => `"${line}"`).join(' "\\n"\n')};\n`;
    const bundle = readBundle(new TextEncoder().encode(source));
    expect(bundle.remarks).toEqual([]);
    expect(seen(source, { "no-final-newline": "last" })).toEqual(["First"]);
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
    ["as many as the device takes", 3, 3],
    ["more than it takes, and then none", 2, 0],
  ])("finds %s", (_law, maxAnchors, found) => {
    expect(names(reordered(0, 1, 2), { maxAnchors })).toHaveLength(found);
  });
});
