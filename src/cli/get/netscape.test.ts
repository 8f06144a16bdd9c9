/** Cookie files: what is written is read again, and what is not a cookie is named by its line. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCookieFile, renderCookieFile, type FileCookie } from "./netscape.ts";

const plain: FileCookie = {
  domain: "a.example",
  withSubdomains: false,
  path: "/",
  secure: false,
  httpOnly: false,
  expiresAt: undefined,
  name: "n",
  value: "v",
};

const word = fc.string({ unit: fc.constantFrom(...Array.from("abcXYZ019-_=%.")), minLength: 1 });

const cookies: fc.Arbitrary<FileCookie> = fc.record({
  domain: word.map((text) => `d${text.toLowerCase()}`),
  withSubdomains: fc.boolean(),
  path: word.map((text) => `/${text}`),
  secure: fc.boolean(),
  httpOnly: fc.boolean(),
  expiresAt: fc.option(
    fc.integer({ min: 1, max: 2 ** 40 }).map((seconds) => seconds * 1000),
    { nil: undefined },
  ),
  name: word,
  value: word,
});

describe("a cookie file", () => {
  it("that was written is read as the same cookies", () => {
    fc.assert(
      fc.property(fc.array(cookies), (given) => {
        expect(parseCookieFile(renderCookieFile(given))).toEqual({ ok: true, cookies: given });
      }),
    );
  });

  it("is read or refused whatever it holds, and nothing throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from("\t\n\r#.TRUEFALS/0a")) }), (text) => {
        expect(typeof parseCookieFile(text).ok).toBe("boolean");
      }),
    );
  });

  it.each([
    ["a tab in the value", { value: "a\tb" }],
    ["a line feed in the name", { name: "a\nb" }],
    ["a control character in the path", { path: "/\u0001" }],
  ])("leaves out a cookie that would break its line: %s", (_what, change) => {
    expect(renderCookieFile([{ ...plain, ...change }])).not.toContain("a.example");
  });

  it.each([
    ["six fields are a cookie without a value", "a.example\tFALSE\t/\tFALSE\t0\tn", { value: "" }],
    [
      "a dot before the domain says no more than the second field",
      ".a.example\tTRUE\t/\tFALSE\t0\tn\tv",
      { withSubdomains: true },
    ],
    ["a path without a slash is the root", "a.example\tFALSE\tx\tFALSE\t0\tn\tv", {}],
    [
      "an HttpOnly mark is not a comment",
      "#HttpOnly_a.example\tFALSE\t/\tFALSE\t0\tn\tv",
      { httpOnly: true },
    ],
  ])("%s", (_law, line, change) => {
    expect(parseCookieFile(line)).toEqual({ ok: true, cookies: [{ ...plain, ...change }] });
  });

  it.each([
    ["\n\na b", 3, /1 fields/],
    ["\tFALSE\t/\tFALSE\t0\tn\tv", 1, /domain, is empty/],
    ["a.example\tyes\t/\tFALSE\t0\tn\tv", 1, /"yes" is neither/],
    ["a.example\tFALSE\t/\tno\t0\tn\tv", 1, /"no" is neither/],
    ["a.example\tFALSE\t/\tFALSE\tsoon\tn\tv", 1, /"soon" is not a time/],
  ])("refuses %j by its line", (text, line, reason) => {
    expect(parseCookieFile(text)).toEqual({
      ok: false,
      line,
      reason: expect.stringMatching(reason) as string,
    });
  });
});
