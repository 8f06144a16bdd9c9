/** Text from outside cannot move a terminal's cursor, hide, or turn its direction. */
import { expect, it } from "vitest";
import { createStyle, printable, wantsColour } from "./style.ts";

it.each([
  ["an escape sequence", "\u001B[2Jgone", "\\x1b[2Jgone"],
  ["a line end, which would begin a line of its own", "a\r\nerror: b", "a\\x0d\\x0aerror: b"],
  ["a C1 control", "a\u009Bb", "a\\x9bb"],
  ["a reversal of direction", "a\u202Eb", "a\\u202eb"],
  ["an isolate", "a\u2066b", "a\\u2066b"],
  ["letters of any script, as they are", "bücher 本", "bücher 本"],
])("%s", (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
});

it("style is nothing where it is off, and undone where it is on", () => {
  expect(createStyle(false).red("a")).toBe("a");
  expect(createStyle(true).red("a")).toBe("\u001B[31ma\u001B[39m");
  expect(createStyle(true).red("")).toBe("");
});

it("a terminal wants colour unless NO_COLOR or a dumb terminal says otherwise", () => {
  expect([
    wantsColour(true, {}),
    wantsColour(false, {}),
    wantsColour(true, { NO_COLOR: "1" }),
    wantsColour(true, { TERM: "dumb" }),
  ]).toEqual([true, false, false, false]);
});
