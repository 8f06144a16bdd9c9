/** `printf`: what it makes of formats, held against the C library's own where there is one. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

interface Call {
  readonly format: string;
  readonly value: Printable;
  /** The value as C has it. */
  readonly literal: string;
  readonly cast: string;
}

/** Flags, widths, precisions and sizes with each other; values at the borders of what they count. */
function everyCall(): readonly Call[] {
  const flags = ["", "-", "+", " ", "0", "#", "+0", "-0", "#0", "+#"];
  const widths = ["", "1", "12"];
  const precisions = ["", ".", ".0", ".1", ".9"];
  const wholes = [0n, 1n, -1n, 42n, -2_147_483_648n, 2_147_483_648n, 4_294_967_295n, 1_234_567_890_123n];
  const reals = [
    0,
    -0,
    0.5,
    1.5,
    2.5,
    -2.5,
    0.125,
    9.995,
    99_999.5,
    123_456_789,
    1e21,
    1e-5,
    1e-7,
    5e-324,
    1.7e308,
    Infinity,
    NaN,
  ];
  const spots = flags.flatMap((flag) =>
    widths.flatMap((width) => precisions.map((precision) => `%${flag}${width}${precision}`)),
  );
  const whole = spots.flatMap((spot, at) =>
    ["d", "i", "u", "x", "X", "o"].flatMap((kind, which) => {
      const size = ["", "l", "ll", "h", "hh", "j"][(at + which) % 6] ?? "";
      return wholes.map((value) => ({
        format: `${spot}${size}${kind}`,
        value,
        literal: `${value}LL`,
        cast: "",
      }));
    }),
  );
  const real = spots.flatMap((spot) =>
    ["f", "e", "g", "F", "E", "G"].flatMap((kind) =>
      reals.map((value) => ({
        format: `${spot}${kind}`,
        value,
        literal: Number.isFinite(value)
          ? Object.is(value, -0)
            ? "-0.0"
            : value.toExponential()
          : value > 0
            ? "__builtin_inf()"
            : '__builtin_nan("")',
        cast: "(double)",
      })),
    ),
  );
  const texts = ["-", ""].flatMap((flag) =>
    widths.flatMap((width) =>
      precisions.map((precision) => ({
        format: `%${flag}${width}${precision}s`,
        value: "text",
        literal: '"text"',
        cast: "",
      })),
    ),
  );
  return [...whole, ...real, ...texts];
}

describe("printf", () => {
  it.each(cases)("%s", (format, args, text) => {
    expect(formatText(format, args)).toBe(text);
  });

  it("agrees with the machine's own C library, whatever the flags", ({ skip }) => {
    if (spawnSync("gcc", ["--version"]).error !== undefined) skip("gcc is missing");
    const calls = everyCall();
    const lines = calls.map(({ format, literal, cast }) => `printf("${format}\\n", ${cast}${literal});`);
    const folder = mkdtempSync(join(tmpdir(), "printf-"));
    try {
      writeFileSync(
        join(folder, "a.c"),
        `#include <stdio.h>\nint main(void) {\n${lines.join("\n")}\nreturn 0; }\n`,
      );
      execFileSync("gcc", ["-w", "-o", join(folder, "a"), join(folder, "a.c")]);
      const theirs = execFileSync(join(folder, "a")).toString().split("\n");
      const ours = calls.map(({ format, value }) => formatText(format, [value]));
      expect(calls.map(({ format, literal }, at) => `${format} of ${literal}: ${ours[at]}`)).toEqual(
        calls.map(({ format, literal }, at) => `${format} of ${literal}: ${theirs[at]}`),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("width and precision of text count its bytes", () => {
    expect(formatText("%.*s", [2, mg_mk_str("éa")])).toBe("é");
    expect(formatText("%.2s|%3s", ["éa", "é"])).toBe("é| é");
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
