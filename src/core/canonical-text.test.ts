/** Equal text for equal values, and for no others: JSON is not enough for a key. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalText } from "./canonical-text.ts";

test.each<[unknown, unknown]>([
  [undefined, null],
  [Number.NaN, null],
  [Number.NaN, undefined],
  [0, -0],
  [Infinity, null],
  [1, "1"],
  [true, "true"],
  [null, "null"],
  [[], {}],
  [[undefined], [null]],
  [["a,b"], ["a", "b"]],
  [{ a: undefined }, {}],
  [{ a: { b: 1 } }, { a: "{b:1}" }],
  [{ "a:b": 1 }, { a: { b: 1 } }],
])("%o and %o are told apart", (a, b) => {
  expect(canonicalText(a)).not.toBe(canonicalText(b));
  expect([canonicalText(a), canonicalText(b)]).not.toContain(undefined);
});

test.each<[string, unknown]>([
  ["a Map", new Map([["a", 1]])],
  ["a Set", new Set()],
  ["bytes", new Uint8Array(1)],
  ["a Date", new Date(0)],
  ["an object of a class", new URL("https://a/")],
  ["a function", () => 1],
  ["a symbol", Symbol("a")],
  ["a number of any size", 1n],
])("%s has none, wherever it stands", (_, value) => {
  expect(canonicalText(value)).toBe(undefined);
  expect(canonicalText([value])).toBe(undefined);
  expect(canonicalText({ a: { b: value } })).toBe(undefined);
});

test("the order of names does not matter, and a toJSON is nobody's word", () => {
  expect(canonicalText({ a: 1, b: 2 })).toBe(canonicalText({ b: 2, a: 1 }));
  expect(canonicalText({ a: 1, toJSON: "x" })).toBe('{"a":1,"toJSON":"x"}');
});

test("values of JSON have the same text just when they are the same", () => {
  const plain = fc.jsonValue();
  fc.assert(
    fc.property(plain, plain, (a, b) => {
      expect(canonicalText(a)).toBe(canonicalText(structuredClone(a)));
      const same = sorted(a) === sorted(b);
      expect(canonicalText(a) === canonicalText(b)).toBe(same);
    }),
  );
});

/** JSON with its names in order; it tells no -0 from 0, which is left out. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (Object.is(inner, -0)) return "minus zero";
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
