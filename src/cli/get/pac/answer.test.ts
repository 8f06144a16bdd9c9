/** What a PAC file may answer, and how its patterns match. */
import { describe, expect, test } from "vitest";
import { parsePacAnswer } from "./answer.ts";
import { matchesShell } from "./lookups.ts";

describe("an answer's ways are taken in its order", () => {
  test.each([
    ["DIRECT", [null]],
    ["PROXY a:1", ["http://a:1"]],
    ["PROXY a:1; SOCKS5 b:2; HTTPS c:3; DIRECT", ["http://a:1", "socks5://b:2", "https://c:3", null]],
    ["proxy a:1;;direct ;", ["http://a:1", null]],
    ["HTTP a.example", ["http://a.example"]],
    ["SOCKS a", ["socks5://a"]],
    ["PROXY [2001:db8::1]:8080", ["http://[2001:db8::1]:8080"]],
  ])("%s", (answer, expected) => {
    expect(parsePacAnswer(answer)).toEqual({ ways: expected.map((proxy) => ({ proxy })), skipped: [] });
  });
});

describe("what cannot be used is passed over by name", () => {
  test.each([
    ["SOCKS4 a:1", /^SOCKS4 a:1 \(SOCKS is spoken in version 5 alone\)$/],
    ["QUIC a:1", /^QUIC a:1 \(it is not a way to a server\)$/],
    ["PROXY", /^PROXY \(it names no host and port\)$/],
    ["PROXY a:0", /no host and port/],
    ["PROXY a:65536", /no host and port/],
    ["PROXY a:1/path", /no host and port/],
    ["PROXY user:word@a:1", /no host and port/],
    ["PROXY http://a:1", /no host and port/],
    ["PROXY a:1 b:2", /not a way to a server/],
    ["DIRECT a:1", /not a way to a server/],
    [`PROXY ${"a".repeat(1000)}/`, /^PROXY a{194}\.\.\. /],
  ])("%s", (answer, reason) => {
    const { ways, skipped } = parsePacAnswer(`${answer}; PROXY last:1`);
    expect(ways).toEqual([{ proxy: "http://last:1" }]);
    expect(skipped).toEqual([expect.stringMatching(reason)]);
  });
});

test.each([
  ["www.example.com", "*.example.com", true],
  ["example.com", "*.example.com", false],
  ["a.b", "a?b", true],
  ["ab", "a?b", false],
  ["axb", "a.b", false],
  ["abab", "*ab", true],
  ["aab", "a*b*", true],
  ["", "", true],
  ["", "*", true],
  ["a+b(c", "a+b(*", true],
])("shExpMatch(%j, %j) is %s", (text, pattern, expected) => {
  expect(matchesShell(text, pattern)).toBe(expected);
});

test("a pattern that a regular expression would be at for years is decided at once", () => {
  expect(matchesShell("a".repeat(5000), `${"*a".repeat(40)}*b`)).toBe(false);
});
