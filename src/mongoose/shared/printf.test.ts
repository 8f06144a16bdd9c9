/** `printf`: what it makes of formats, held against the C library's own where there is one. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { mongooseLimits } from "../limits.ts";
import { formatText, type Printable } from "./printf.ts";
import { mg_mk_str } from "./str.ts";

const cases: readonly (readonly [format: string, args: readonly Printable[], text: string])[] = [
  ["plain", [], "plain"],
  ["%d %i %u", [1, -2, 3], "1 -2 3"],
  ["[%5d] [%-5d] [%05d] [%+d]", [42, 42, 42, 42], "[   42] [42   ] [00042] [+42]"],
  ["%x %X %#x %o", [255, 255, 255, 8], "ff FF 0xff 10"],
  ["%s|%10s|%-10s|%.2s", ["ab", "ab", "ab", "abc"], "ab|        ab|ab        |ab"],
  ["%c%c", ["a", 98], "ab"],
  ["%f %.1f %08.3f %e", [1.5, 2.26, 3.25, 12345.678], "1.500000 2.3 0003.250 1.234568e+04"],
  ["%%", [], "%"],
  ["%llu %zu %ld", [1n, 2, 3], "1 2 3"],
  ["%*d %.*s", [4, 7, 2, "abc"], "   7 ab"],
];

describe("printf", () => {
  it.each(cases)("%s", (format, args, text) => {
    expect(formatText(format, args)).toBe(text);
  });

  it("agrees with the machine's own printf(1)", () => {
    const portable: readonly (readonly [string, readonly (string | number)[]])[] = [
      ["[%5d] [%-5d] [%05d] [%+d]", [42, -42, 42, 42]],
      ["%x %X %o", [255, 255, 8]],
      ["%s|%10s|%-10s|%.2s", ["ab", "ab", "ab", "abc"]],
      ["%f %.1f %08.3f %.2e", [1.5, 2.26, 3.25, 7]],
    ];
    for (const [format, args] of portable) {
      expect(formatText(format, args)).toBe(execFileSync("printf", [format, ...args.map(String)]).toString());
    }
  });

  it("a precision counts bytes where bytes are given", () => {
    expect(formatText("%.*s", [2, mg_mk_str("éa")])).toBe("é");
    expect(formatText("%s", [null])).toBe("(null)");
  });

  it.each([
    ["too few arguments", "%d %d", [1]],
    ["too many", "%d", [1, 2]],
    ["a conversion that is none", "%q", [1]],
    ["a lone %", "100%", []],
  ])("%s: refused, where C's behaviour is undefined", (_what, format, args) => {
    expect(() => formatText(format, args)).toThrow(/The option "fmt"/);
  });

  it("a field is as wide as the limit and no wider", () => {
    const { value } = mongooseLimits.printfWidth;
    expect(formatText("%*d", [value, 1]).length).toBe(value);
    expect(formatText("%*d", [value + 1, 1]).length).toBe(value);
    expect(formatText("%*d", [1e9, 1]).length).toBe(value);
  });
});
