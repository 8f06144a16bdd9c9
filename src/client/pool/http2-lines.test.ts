/** The lines of HTTP/2 that a head of HTTP/1.1 is made into. */
import { expect, test } from "vitest";
import { writeRequestHead, type RequestHead } from "../../http1/index.ts";
import { Http2Heads } from "./http2-lines.ts";

const head = (fields: RequestHead["fields"], changes: Partial<RequestHead> = {}): string =>
  writeRequestHead({
    method: "GET",
    target: "/a?b=c d".replace(" ", "%20"),
    fields,
    content: { kind: "none" },
    ...changes,
  });

const fields: RequestHead["fields"] = [
  ["Host", "example.com:8443"],
  ["User-Agent", "a b"],
  ["Connection", "keep-alive, X-Hop"],
  ["X-Hop", "1"],
  ["TE", "trailers"],
  ["X-Empty", ""],
  ["X-Colon", "a: b"],
  ["X-Twice", "1"],
  ["X-Twice", "2"],
];

test("pseudo-fields of the request line and Host come first; names are in lower case; nothing is of the connection", () => {
  const lines = new Http2Heads("https").linesOf(head(fields), undefined);
  expect(lines.map(([name, value]) => [name, value])).toEqual([
    [":method", "GET"],
    [":scheme", "https"],
    [":authority", "example.com:8443"],
    [":path", "/a?b=c%20d"],
    ["user-agent", "a b"],
    ["te", "trailers"],
    ["x-empty", ""],
    ["x-colon", "a: b"],
    ["x-twice", "1"],
    ["x-twice", "2"],
  ]);
});

test("chunked is no more, a length stays", () => {
  const host = [["Host", "h"]] as const;
  const names = (content: RequestHead["content"]): readonly string[] =>
    new Http2Heads("http").linesOf(head(host, { content }), undefined).map(([name]) => name);
  expect(names({ kind: "chunked" })).toEqual([":method", ":scheme", ":authority", ":path"]);
  expect(names({ kind: "length", bytes: 5 })).toContain("content-length");
});

test("what the caller calls secret is told so, in whatever letters, and nothing else is", () => {
  const lines = new Http2Heads("https").linesOf(
    head([
      ["Host", "h"],
      ["X-Secret", "s"],
      ["X-Open", "o"],
    ]),
    ["x-SECRET"],
  );
  expect(lines.filter(([, , sensitive]) => sensitive === true).map(([name]) => name)).toEqual(["x-secret"]);
});

test("lines are made again for another head, and for other secrets", () => {
  const heads = new Http2Heads("https");
  const [one, other] = [
    head([
      ["Host", "h"],
      ["X", "1"],
    ]),
    head([
      ["Host", "h"],
      ["X", "2"],
    ]),
  ];
  const first = heads.linesOf(one, undefined);
  expect(heads.linesOf(one, undefined)).toBe(first);
  expect(heads.linesOf(other, undefined).at(-1)).toEqual(["x", "2", false]);
  expect(heads.linesOf(one, ["x"]).at(-1)).toEqual(["x", "1", true]);
});
