/** What JSON looks like on a terminal, and that nothing of it is another. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createStyle } from "../frame/style.ts";
import { renderJson } from "./show-json.ts";

const plain = createStyle(false);

test("values stand on lines of their own, and empty lists and objects on one", () => {
  expect(renderJson('{"a":[1,{"b":null}],"c":{},"d":[ ],"e":"x:,[y"}', plain)).toBe(
    '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n  "c": {},\n  "d": [],\n  "e": "x:,[y"\n}',
  );
});

test("a number is shown with every digit that came, and a string with its escapes", () => {
  const text = String.raw`[12345678901234567890,1.0,-0,1E400,"\u00e9\"\\"]`;
  expect(renderJson(text, plain)?.replaceAll(/\s/g, "")).toBe(text);
});

test("names, texts, numbers and words have colours of their own", () => {
  expect(renderJson('{"a":["b",1,true]}', createStyle(true))).toBe(
    '{\n  \u001B[36m"a"\u001B[39m: [\n    \u001B[32m"b"\u001B[39m,\n    \u001B[33m1\u001B[39m,\n    \u001B[1mtrue\u001B[22m\n  ]\n}',
  );
});

test.each(["", "{", "<p>", "{a:1}", "[1,]", "NaN", '"a'])("%j is not JSON", (text) => {
  expect(renderJson(text, plain)).toBeUndefined();
});

test("brackets that would be indented without end are left as they came", () => {
  const brackets = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  expect(renderJson(brackets(1_000), plain)).toBe(JSON.stringify(JSON.parse(brackets(1_000)), null, 2));
  for (const depth of [6_000, 2_000_000]) expect(renderJson(brackets(depth), plain)).toBeUndefined();
});

test("any JSON is the same value when it is shown", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(renderJson(text, plain) ?? "")).toEqual(JSON.parse(text));
      expect(renderJson(text, plain)).toBe(JSON.stringify(JSON.parse(text), null, 2));
    }),
  );
});
