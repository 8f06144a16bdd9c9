/** Octets to text and back. */
import { describe, expect, test } from "vitest";
import { decodeLatin1, octetClasses, renderOctets, splitTokenList, trimOws, TEXT, TOKEN } from "./octets.ts";

describe("text of octets", () => {
  test("is made of those that are named, and of no others", () => {
    const bytes = Uint8Array.from([0x61, 0x62, 0xff, 0x63]);
    expect(decodeLatin1(bytes, 1, 3)).toBe("b\xff");
    expect(decodeLatin1(bytes, 2, 2)).toBe("");
  });

  test.each([4_095, 4_096, 4_097, 10_000])("%d octets are as many characters", (count) => {
    const bytes = new Uint8Array(count + 8).map((_, at) => at % 251);
    expect(decodeLatin1(bytes, 3, count)).toBe(Buffer.from(bytes.subarray(3, count)).toString("latin1"));
  });
});

test.each([
  ["a ~", "a ~"],
  ["\r\n\t", String.raw`\r\n\t`],
  ["\0\x1f\x7f\x80\xff", String.raw`\x00\x1f\x7f\x80\xff`],
])("%j is shown as %s", (text, shown) => {
  expect(renderOctets(Buffer.from(text, "latin1"))).toBe(shown);
});

test.each([
  ["", ""],
  [" \t ", ""],
  [" a \t", "a"],
  ["a b", "a b"],
  ["\na\x0b", "\na\x0b"],
])("%j without optional white space is %j", (text, trimmed) => {
  expect(trimOws(text)).toBe(trimmed);
});

test("the elements of a list are trimmed, and empty ones passed over", () => {
  expect(splitTokenList(" a ,, \t,b")).toEqual(["a", "b"]);
});

test("the octets above ASCII are text, and of no token (RFC 9110 §5.5, §5.6.2)", () => {
  const classes = octetClasses.subarray(0x80);
  expect([...new Set(classes)]).toEqual([TEXT]);
  for (const octet of Buffer.from("azAZ09!~")) expect(octetClasses[octet]).toBe(TEXT | TOKEN);
});
