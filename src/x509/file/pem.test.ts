/** PEM files as people make them: everything odd is said, with its line. */
import { describe, expect, test } from "vitest";
import { maxPemBytes } from "../limits.ts";
import { parsePem, writePem } from "./pem.ts";

const block = writePem("CERTIFICATE", Uint8Array.of(1, 2, 3));
const said = (text: string): readonly string[] =>
  parsePem(text).complaints.map(({ kind, line }) => `${kind} ${line}`);

describe("hyphens and PGP", () => {
  const pem = writePem("CERTIFICATE", new Uint8Array([0x30, 0x00]));
  const kinds = (text: string): string[] => parsePem(text).complaints.map(({ kind }) => kind);

  test.each([
    ["six on every side", pem.replaceAll("-----", "------"), 1, ["hyphens"]],
    ["six before BEGIN", pem.replace("-----BEGIN", "------BEGIN"), 1, ["hyphens"]],
    ["six behind END", pem.replace(/-----\n$/, "------\n"), 1, ["hyphens"]],
    ["small letters", pem.replaceAll(/-----.*-----/g, (line) => line.toLowerCase()), 1, ["small-letters"]],
    ["BEGIN in small letters", pem.replace("BEGIN", "begin"), 1, ["small-letters"]],
    ["the label in small letters", pem.replaceAll("CERTIFICATE", "Certificate"), 1, ["small-letters"]],
    ["four", pem.replaceAll("-----", "----"), 0, ["hyphens", "stray-text", "hyphens"]],
  ])("%s are named, and a certificate that can be read is read all the same", (_what, text, blocks, said) => {
    expect(parsePem(text).blocks).toHaveLength(blocks);
    expect(kinds(text)).toEqual(said);
  });

  const signature = "-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n";

  test("PGP's armour is named and not taken for a damaged block", () => {
    expect(kinds(signature + pem)).toEqual(["pgp"]);
  });

  test("what PGP has signed is read", () => {
    const text = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${pem}${signature}`;
    expect(parsePem(text).blocks).toHaveLength(1);
    expect(kinds(text)).toEqual(["pgp", "stray-text", "pgp"]);
  });
});

describe("files", () => {
  const rows: readonly (readonly [
    law: string,
    text: string,
    complaints: readonly string[],
    blocks: number,
  ])[] = [
    ["one block is read without complaint", block, [], 1],
    ["several blocks are read", block + block, [], 2],
    ["blank lines are nothing", `\n${block}\n\n${block}`, [], 2],
    ["carriage returns are said once", block.replaceAll("\n", "\r\n"), ["crlf 1"], 1],
    ["a missing final newline is said", block.trimEnd(), ["no-final-newline 3"], 1],
    [
      "text between blocks is said, with its first line",
      `${block}# one\n# two\n${block}more\n`,
      ["stray-text 4", "stray-text 9"],
      2,
    ],
    ["a private key is said", writePem("EC PRIVATE KEY", Uint8Array.of(1)), ["private-key 1"], 1],
    [
      "a label that was not expected is said",
      writePem("CERTIFICATE REQUEST", Uint8Array.of(1)),
      ["unexpected-label 1"],
      1,
    ],
    ["a block without an end is said", block + block.slice(0, 33), ["missing-end 5"], 1],
    ["a block that begins inside another is said", block.slice(0, 33) + block, ["missing-end 3"], 1],
    ["an end without a beginning is said", "-----END CERTIFICATE-----\n", ["missing-begin 1"], 0],
    [
      "another label at the end is said",
      block.replace("END CERTIFICATE", "END X509 CRL"),
      ["wrong-end 3"],
      1,
    ],
    ["what is not base64 is said", block.replace("AQID", "AQI!"), ["bad-base64 1"], 0],
    ["base64 of a wrong length is said", block.replace("AQID", "AQI"), ["bad-base64 1"], 0],
    ["headers are said", block.replace("AQID", "Proc-Type: 4,ENCRYPTED\n\nAQID"), ["header-lines 1"], 1],
    ["a byte order mark is said", `\uFEFF${block}`, ["byte-order-mark 1"], 1],
    ["an empty file holds nothing", "", [], 0],
    ["a file of other text holds nothing", "hello\n", ["stray-text 1"], 0],
    ["one blank behind a boundary is nothing", block.replaceAll("-----\n", "----- \n"), [], 1],
    [
      "more of them behind BEGIN are said",
      block.replaceAll("-----\n", "-----  \n"),
      ["blanks-behind-begin 1"],
      1,
    ],
    ["and so is a tab", block.replaceAll("-----\n", "-----\t\r\n"), ["crlf 1", "blanks-behind-begin 1"], 1],
    ["a blank line behind BEGIN is nothing", block.replace("-----\n", "-----\n\n"), [], 1],
    ["a second one is said", block.replace("-----\n", "-----\n\n\n"), ["blank-line 3"], 1],
    [
      "a blank line within base64 is said once",
      block.replace("AQID", "AQID\n \n\nAQID"),
      ["blank-line 3"],
      1,
    ],
    [
      "signs that nobody sees are passed over and said",
      block.replace("-----\n", "-----\u00a0\n"),
      ["invisible 1"],
      1,
    ],
    ["within base64 too", block.replace("AQID", "AQ\u200bID"), ["invisible 2"], 1],
    ["but not in the text around a block", `a\u00a0b\n${block}`, ["stray-text 1"], 1],
    ["before BEGIN they are text", `\n\u00ef\u00bb\u00bf${block}`, ["text-before-begin 2"], 1],
    [
      "an indented block is said once",
      block.replaceAll(/^/gm, "  "),
      ["indented 1", "indented-base64 2", "no-final-newline 4"],
      1,
    ],
    ["an indented line of base64 is said", block.replace("AQID", "\tAQID"), ["indented-base64 2"], 1],
    [
      "so is one behind text before BEGIN, as in a file of settings",
      `ca = ${block.replace("AQID", "\tAQID")}`,
      ["text-before-begin 1", "indented-base64 2"],
      1,
    ],
    [
      "one of them in place of the blank behind BEGIN is said, and the block is read",
      block.replace("BEGIN ", "BEGIN\u00a0"),
      ["invisible 1"],
      1,
    ],
    [
      "strings of Python with their prefix are read",
      block.replaceAll(/^(.+)\n/gm, '    b"$1\\n"\n'),
      ["text-before-begin 1", "escaped-newlines 1"],
      1,
    ],
    ["END and BEGIN on one line are told apart", block.trimEnd() + block, ["glued 3"], 2],
    [
      "text on the line of BEGIN, and of END, is said",
      `R"EOF(${block.trimEnd()})EOF";\n`,
      ["text-before-begin 1", "text-after-end 3"],
      1,
    ],
    [
      "line ends as escapes are undone",
      `CA="${block.replaceAll("\n", "\\n")}"\n`,
      ["text-before-begin 1", "escaped-newlines 1"],
      1,
    ],
    [
      "and so are they over several blocks",
      `${(block + block).replaceAll("\n", "\\r\\n")}\n`,
      ["escaped-newlines 1", "escaped-newlines 1"],
      2,
    ],
    ["lost line ends are said", `${block.trimEnd().replaceAll("\n", " ")}\n`, ["lost-newlines 1"], 1],
    [
      "strings of C, a line each, are read",
      block.trimEnd().replaceAll(/^(.*)$/gm, String.raw`  "$1\n" \\`) + "\n",
      ["text-before-begin 1", "escaped-newlines 1"],
      1,
    ],
    ["CR alone ends a line", block.replaceAll("\n", "\r"), ["cr-alone 1"], 1],
    ["a NUL at the end is nothing: mbedTLS wants it", `${block}\0`, [], 1],
    ["percent-encoding is undone", encodeURI(block), ["url-encoded 1"], 1],
    [
      "labels that OpenSSL alone reads are said",
      writePem("TRUSTED CERTIFICATE", Uint8Array.of(1)) + writePem("X509 CERTIFICATE", Uint8Array.of(1)),
      ["trusted-label 1", "openssl-label 4"],
      2,
    ],
    ["PKCS #7 is said", writePem("PKCS7", Uint8Array.of(1)), ["pkcs7 1"], 1],
  ];
  test.each(rows)("%s", (_, text, complaints, blocks) => {
    expect(said(text)).toEqual(complaints);
    expect(parsePem(text).blocks).toHaveLength(blocks);
  });
});

test("a block knows its lines and its bytes", () => {
  expect(parsePem(`# first\n${block}`).blocks).toEqual([
    { label: "CERTIFICATE", line: 2, endLine: 4, bytes: Uint8Array.of(1, 2, 3) },
  ]);
});

test("bytes read as the text does, a UTF-8 byte order mark too", () => {
  const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, ...new TextEncoder().encode(block));
  expect(parsePem(bytes).complaints).toEqual([{ kind: "byte-order-mark", line: 1, text: "" }]);
});

test.each(["utf-16le", "utf-16be"] as const)("UTF-16 is read with its mark and without: %s", (encoding) => {
  const bytes = Buffer.from(`\uFEFF${block}`, "utf16le");
  if (encoding === "utf-16be") bytes.swap16();
  for (const file of [bytes, bytes.subarray(2)]) {
    const { blocks, complaints } = parsePem(file);
    expect(blocks).toHaveLength(1);
    expect(complaints.map(({ kind }) => kind)).toContain("utf-16");
  }
});

test("a complaint never repeats what a key holds", () => {
  const file = parsePem(
    writePem(
      "PRIVATE KEY",
      Uint8Array.from({ length: 60 }, (_, i) => i),
    ),
  );
  expect(JSON.stringify(file.complaints)).not.toContain("AAECAwQ");
});

test("a file beyond the limit is not read", () => {
  expect(parsePem("x".repeat(maxPemBytes.value + 1)).complaints).toEqual([
    { kind: "too-long", line: 1, text: `${maxPemBytes.value + 1} bytes` },
  ]);
});

describe("a string of a programming language", () => {
  // Base64 of `+` alone, which also joins strings.
  const bytes = new Uint8Array(90).map((_, at) => [0xfb, 0xef, 0xbe][at % 3] ?? 0);
  const lines = writePem("CERTIFICATE", bytes).trimEnd().split("\n");
  const rows: readonly (readonly [language: string, text: string])[] = [
    ["C", lines.map((line) => String.raw`"${line}\n"`).join("\n")],
    ["JavaScript", lines.map((line) => String.raw`"${line}\n" +`).join("\n")],
    ["Java", lines.map((line) => String.raw`+ "${line}\n"`).join("\n")],
    ["PHP", lines.map((line) => String.raw`'${line}' . "\n" .`).join("\n")],
    ["one line", lines.map((line) => String.raw`"${line}\n"`).join(" + ")],
  ];
  test.each(rows)("keeps the + of Base64: %s", (_, text) => {
    expect(parsePem(text).blocks.map((block) => [...block.bytes])).toEqual([[...bytes]]);
  });
});
