/** What a trailer section may not carry: RFC 9110 §6.5.1, by the reason why. */
import { describe, expect, test } from "vitest";
import { fieldsFrom } from "./fields.ts";
import { filterTrailers } from "./trailers.ts";

describe.each<[what: string, names: readonly string[]]>([
  ["framing", ["Transfer-Encoding", "Content-Length"]],
  ["routing", ["Host"]],
  ["the connection", ["Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Upgrade"]],
  ["who is asking", ["Cookie", "Set-Cookie", "Authorization", "Proxy-Authorization"]],
  ["who may ask", ["WWW-Authenticate", "Proxy-Authenticate"]],
  ["what is done with a message", ["Cache-Control", "Expect", "Location", "Retry-After"]],
  ["how content is read", ["Content-Encoding", "Content-Range", "Content-Type"]],
])("a trailer does not decide %s", (_what, names) => {
  test.each(names)("by %s", (name) => {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
      const { fields, dropped } = filterTrailers(
        fieldsFrom([
          ["A", "1"],
          [written, "x"],
          ["B", "2"],
        ]),
      );
      expect(dropped).toEqual([written]);
      expect([...fields]).toEqual([
        ["A", "1"],
        ["B", "2"],
      ]);
    }
  });
});

test("a trailer may say anything else, with its lines in their order", () => {
  const section = fieldsFrom([
    ["ETag", "1"],
    ["Content-MD5", "2"],
    ["etag", "3"],
  ]);
  const { fields, dropped } = filterTrailers(section);
  expect(dropped).toEqual([]);
  expect([...fields]).toEqual([...section]);
});
