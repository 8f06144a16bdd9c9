/** The fields a request goes out with: their order, their names, and what stands in place of a default. */
import { describe, expect, test } from "vitest";
import type { Field } from "../../http1/index.ts";
import type { FieldsInput } from "../options/options.ts";
import { listFields, putField, putFields, withHost } from "./request-fields.ts";

const defaults: readonly Field[] = [
  ["Accept", "*/*"],
  ["User-Agent", "meerkat"],
];

/** What is sent where the caller's fields come after the defaults. */
const sent = (input: FieldsInput | undefined): readonly Field[] =>
  listFields(putFields(putFields(new Map(), defaults), input));

describe("a field of the caller's", () => {
  test.each<[law: string, input: FieldsInput | undefined, fields: readonly Field[]]>([
    ["none at all leaves the defaults", undefined, defaults],
    ["a further one comes last", { "X-A": "1" }, [...defaults, ["X-A", "1"]]],
    [
      "one of the same name stands in the default's place, written as the caller does (RFC 9110 §5.1)",
      { ACCEPT: "text/html" },
      [
        ["ACCEPT", "text/html"],
        ["User-Agent", "meerkat"],
      ],
    ],
    ["null takes the default out", { accept: null }, [["User-Agent", "meerkat"]]],
    ["false takes it out too", { accept: false }, [["User-Agent", "meerkat"]]],
    ["undefined says nothing", { accept: undefined }, defaults],
    [
      "an empty text is a value",
      { accept: "" },
      [
        ["accept", ""],
        ["User-Agent", "meerkat"],
      ],
    ],
    [
      "a list is a line for each (RFC 9110 §5.3)",
      { accept: ["a/b", "c/d"] },
      [
        ["accept", "a/b"],
        ["accept", "c/d"],
        ["User-Agent", "meerkat"],
      ],
    ],
    ["an empty list takes it out", { accept: [] }, [["User-Agent", "meerkat"]]],
    [
      "a number is written in decimal digits",
      { "Max-Forwards": 10, "X-Zero": 0 },
      [...defaults, ["Max-Forwards", "10"], ["X-Zero", "0"]],
    ],
    [
      "pairs may repeat a name, whatever its case, and stand together",
      [
        ["X-A", "1"],
        ["Accept", "a/b"],
        ["x-a", "2"],
        ["X-A", "3"],
      ],
      [
        ["Accept", "a/b"],
        ["User-Agent", "meerkat"],
        ["X-A", "1"],
        ["x-a", "2"],
        ["X-A", "3"],
      ],
    ],
    [
      "pairs may come from anything that lists them",
      new Map([["ACCEPT", "a/b"]]),
      [
        ["ACCEPT", "a/b"],
        ["User-Agent", "meerkat"],
      ],
    ],
  ])("%s", (_law, input, fields) => {
    expect(sent(input)).toEqual(fields);
  });

  const expected =
    "fields by name, or pairs of name and value; a value is a text, a number, or a list of texts";

  test.each<[what: string, input: unknown, option: string, value: string]>([
    ["NaN", { "X-A": NaN }, "headers[X-A]", "NaN"],
    ["a number without end", { "X-A": -Infinity }, "headers[X-A]", "-Infinity"],
    ["a list of texts", ["ab"], "headers", "a list of something other than pairs"],
    ["a list of nothing", [null], "headers", "a list of something other than pairs"],
    ["a pair whose name is a number", [[1, "x"]], "headers", "a list of something other than pairs"],
    ["a pair without a name", [[]], "headers", "a list of something other than pairs"],
  ])("is refused where it is %s", (_what, input, option, value) => {
    expect(() => sent(input as FieldsInput)).toThrow(
      expect.objectContaining({ code: "option-invalid", detail: { option, value, expected } }) as Error,
    );
  });
});

test("a field that is put takes every line of its name away", () => {
  const table = putFields(new Map(), { "X-A": ["1", "2"] });
  putField(table, "x-A", "3");
  expect(listFields(table)).toEqual([["x-A", "3"]]);
});

test("the Host field comes first, and the table it is taken from stays (RFC 9110 §7.2)", () => {
  const table = putFields(new Map(), defaults);
  expect(listFields(withHost(table, "a.example"))).toEqual([["Host", "a.example"], ...defaults]);
  expect(listFields(table)).toEqual(defaults);
});
