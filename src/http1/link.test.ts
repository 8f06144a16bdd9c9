/** Link fields as they come: RFC 8288. */
import { expect, test } from "vitest";
import fc from "fast-check";
import { parseLinks } from "./link.ts";

const link = (href: string, ...rels: readonly string[]): object => ({ href, rels, anchor: undefined });

test.each<[string, string, readonly object[]]>([
  ["one link", '<https://a.example/2>; rel="next"', [link("https://a.example/2", "next")]],
  ["a relation without quotes", "</2>;rel=next", [link("/2", "next")]],
  ["several relations in one", '</2>; rel="Next  last"', [link("/2", "next", "last")]],
  ["a comma and a semicolon in a URL", '</2?a=1,2;3>; rel="next"', [link("/2?a=1,2;3", "next")]],
  ["a comma in a quoted value", '</1>; title="a, <b>; rel=next"; rel=prev', [link("/1", "prev")]],
  ["escapes in a quoted value", '</1>; title="a\\", b"; rel=prev', [link("/1", "prev")]],
  ["several links", "</1>; rel=prev, </3>; rel=next", [link("/1", "prev"), link("/3", "next")]],
  ["empty members of the list", ", </3>; rel=next,,</4>", [link("/3", "next"), link("/4")]],
  ["the first of a repeated rel", "</3>; rel=next; rel=prev", [link("/3", "next")]],
  ["a parameter without a value", "</3>; crossorigin; rel=next", [link("/3", "next")]],
  ["a relation that is a URL", "</3>; rel=https://a.example/rel", [link("/3", "https://a.example/rel")]],
  ["an anchor", '</3>; rel=next; anchor="#x"', [{ href: "/3", rels: ["next"], anchor: "#x" }]],
  ["nothing", "", []],
  ["a target without its end", "</3; rel=next", []],
  ["a quoted value without its end", '</3>; rel="next', [link("/3")]],
])("%s", (_what, value, expected) => {
  expect(parseLinks(value)).toEqual(expected);
});

test("no input makes it throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'<>;=", a\\'.split("")) }), (value) => {
      parseLinks(value);
    }),
  );
});
