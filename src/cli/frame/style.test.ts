/** Colour where it is wanted, and nothing else that a terminal obeys. */
import { expect, it } from "vitest";
import { createStyle, showControlsBesideColours, wantsColour } from "./style.ts";

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

it("whatever a line holds, a terminal is given our own colours alone to obey", () => {
  const { red } = createStyle(true);
  expect(showControlsBesideColours(`${red("a\u009B1mb")}\u001B[8mc\n\u001B]8;;x\u0007`)).toBe(
    `${red("a\\x9b1mb")}\\x1b[8mc\n\\x1b]8;;x\\x07`,
  );
});
