/** Text is broken at words, into a column of its own, for whatever width there is. */
import { describe, expect, it } from "vitest";
import { renderFacts, textWidth, wrapText } from "./layout.ts";

describe("the width of text", () => {
  it.each([
    ["is the terminal's", 72, 72],
    ["is never wider than is easy to read", 300, 96],
    ["nor narrower than a few words", 10, 40],
    ["is 80 where there is no terminal", undefined, 80],
    ["and where a terminal says 0", 0, 80],
  ])("%s", (_law, columns, width) => {
    expect(textWidth(columns)).toBe(width);
  });
});

describe("paragraphs", () => {
  it("are broken at words, each line behind its indent", () => {
    expect(wrapText("one two three four", { width: 10, indent: "  " })).toEqual([
      "  one two",
      "  three",
      "  four",
    ]);
  });

  it("leave a word whole that is longer than a line", () => {
    expect(wrapText("a bbbbbbbbbbbb c", { width: 6 })).toEqual(["a", "bbbbbbbbbbbb", "c"]);
  });
});

describe("facts", () => {
  it("stand in two columns, the second broken within itself", () => {
    const facts = [
      ["a", "one two three"],
      ["long", "four"],
    ] as const;
    expect(renderFacts(facts, { width: 14, indent: " " })).toEqual([
      " a     one two",
      "       three",
      " long  four",
    ]);
  });

  it("colour the label without moving the text", () => {
    const [line] = renderFacts([["a", "b"]], { width: 20, label: (text) => `<${text}>` });
    expect(line).toBe("<a>  b");
  });
});
