/** What a Content-Encoding field says: RFC 9110 §8.4. */
import { expect, it } from "vitest";
import { fieldsFrom } from "../http1/index.ts";
import { contentCodings } from "./content-encoding.ts";
import { codingLimits } from "./limits.ts";

const codingsOf = (...lines: readonly string[]): readonly string[] =>
  contentCodings(fieldsFrom(lines.map((line) => ["Content-Encoding", line] as const)));

it.each<[string, readonly string[], readonly string[]]>([
  ["no field is not a coding", [], []],
  ["the codings come in the order they were applied", ["gzip, br"], ["gzip", "br"]],
  ["several lines are one list", ["gzip", "br"], ["gzip", "br"]],
  ["names are in any case", ["GZip"], ["gzip"]],
  ["x-gzip is gzip", ["X-GZIP"], ["gzip"]],
  ["x-compress is compress", ["x-compress"], ["compress"]],
  ["identity is not a coding", ["identity, gzip, IDENTITY"], ["gzip"]],
  ["empty members are passed over", [",, gzip ,\t,"], ["gzip"]],
  ["an empty field is not a coding", [""], []],
  ["a name that nobody knows stays", ["constructor"], ["constructor"]],
  ["one coding may be applied twice", ["gzip, gzip"], ["gzip", "gzip"]],
])("%s", (_law, lines, codings) => {
  expect(codingsOf(...lines)).toEqual(codings);
});

it("as many codings as the limit are taken, and one more is refused", () => {
  const most = codingLimits.codingCount.value;
  const list = (count: number): string => Array.from({ length: count }, () => "gzip").join(", ");
  expect(codingsOf(list(most))).toHaveLength(most);
  expect(codingsOf(`identity, ${list(most - 1)}`)).toHaveLength(most - 1);
  expect(() => codingsOf(`identity, ${list(most)}`)).toThrow();
  expect(() => codingsOf(list(most + 1))).toThrow(
    expect.objectContaining({ code: "too-many-codings", detail: expect.objectContaining({ value: most }) }),
  );
});
