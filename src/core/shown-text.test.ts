/** Text from outside cannot move a terminal's cursor, hide, turn its direction, or fill the page. */
import { expect, it } from "vitest";
import { HttpsError, showControls, showControlsInJson, showControlsInLines } from "./index.ts";

it.each([
  ["an escape sequence", "\u001B[2Jgone", "\\x1b[2Jgone"],
  ["a line end, which would begin a line of its own", "a\r\nerror: b", "a\\x0d\\x0aerror: b"],
  ["a C1 control", "a\u009Bb", "a\\x9bb"],
  ["a reversal of direction", "a\u202Eb", "a\\u202eb"],
  ["an isolate", "a\u2066b", "a\\u2066b"],
  ["the mark of an Arabic letter", "a\u061Cb", "a\\u061cb"],
  ["what has no width", "a\u200Bb\uFEFFc\u2060d\u3164e", "a\\u200bb\\ufeffc\\u2060d\\u3164e"],
  ["a mark beyond the first plane", "a\u{E0001}b", "a\\u{e0001}b"],
  ["half a character", "a\uD800b", "a\\ud800b"],
  ["a hyperlink", "\u001B]8;;https://a\u0007b", "\\x1b]8;;https://a\\x07b"],
  ["letters of any script, as they are", "bücher 本", "bücher 本"],
])("%s", (_what, text, shown) => {
  expect(showControls(text)).toBe(shown);
});

it("text of several lines keeps them", () => {
  expect(showControlsInLines("a\n\tb\r\u2028c")).toBe("a\n\tb\\x0d\\u2028c");
});

it("JSON says the same with nothing left in it to obey", () => {
  const value = { "a\u202E": ["\u009B\u007F\u061C", "\u{E0001}\uD800", "\u001B\n"] };
  const json = showControlsInJson(JSON.stringify(value, null, 2));
  expect(json).toMatch(/^[\x20-\x7e\n]*$/);
  expect(JSON.parse(json)).toEqual(value);
});

it.each([90_000, 1_000_000])("no name of a peer's makes a message of %i characters", (length) => {
  const host = `a${"b".repeat(length)}z`;
  const { message, hint, detail } = new HttpsError("dns-timeout", { host, limitMs: 5, asked: "resolver" });
  expect(message).toMatch(/ab+\.\.\.b+z/);
  expect(message.length + hint.length).toBeLessThan(2_000);
  expect(detail.host).toBe(host);
});

it("no list of a peer's does either", () => {
  const urls = Array.from({ length: 5_000 }, (_, i) => `https://a.example/${i}`);
  expect(new HttpsError("redirect-loop", { urls }).message.length).toBeLessThanOrEqual(4_096);
});

it("no message holds what a terminal obeys, whoever wrote it", () => {
  const { message, hint } = new HttpsError("name-not-found", {
    host: "a\u001B[2J\u009B\u202E\u061C\u200B",
    resolverCode: "x\r\ny",
  });
  expect(message + hint).toMatch(/^[\x20-\x7e]*$/);
});
