/** What a redirect says: RFC 9110 §15.4. */
import { describe, expect, it } from "vitest";
import { requireUrl } from "../core/index.ts";
import { fieldsFrom, isRedirect, readRedirect, type ResponseHead } from "./index.ts";
import { checkTrail } from "./redirect.ts";

const from = requireUrl("https://host/a");
const strict = { allowDowngrade: false };

function answer(status: number, ...locations: readonly string[]): ResponseHead {
  const fields = fieldsFrom(locations.map((location) => ["Location", location]));
  return { version: "1.1", status, reason: "", fields, ignoredLines: 0 };
}

describe("an answer asks to be followed", () => {
  it.each([301, 302, 303, 307, 308])("with status %d and a Location", (status) => {
    expect(isRedirect(answer(status, "/x"))).toBe(true);
    expect(isRedirect(answer(status))).toBe(false);
  });

  it.each([200, 201, 300, 304, 305, 306, 309, 399, 404])("not with status %d", (status) => {
    expect(isRedirect(answer(status, "/x"))).toBe(false);
  });
});

it("equal Locations are one", () => {
  expect(readRedirect(answer(302, "/x", "/x"), from, strict)).toMatchObject({
    ok: true,
    target: { href: "https://host/x" },
  });
});

it("https does not become http", () => {
  expect(readRedirect(answer(302, "http://other/"), from, strict)).toMatchObject({
    ok: false,
    error: { code: "redirect-downgrade", detail: { from: "https://host/a", to: "http://other/" } },
  });
});

it.each([
  ["https may become http where that is allowed", "https://host/", "http://other/", true],
  ["http may become https", "http://host/", "https://host/", false],
  ["http may stay http", "http://host/", "http://other/", false],
])("%s", (_law, asked, href, allowDowngrade) => {
  const reading = readRedirect(answer(302, href), requireUrl(asked), { allowDowngrade });
  expect(reading).toMatchObject({ ok: true, target: { href } });
});

it.each([
  [["https://user:SECRET@other/"], "https://***@other/"],
  [["//user:SECRET@other/"], "//***@other/"],
  [["https://user:SEC/SECRET@other/"], "https://***@other/"],
  [["ftp://user:SECRET@other/"], "ftp://***@other/"],
  [["https://user:SECRET@other/", "/elsewhere"], "https://***@other/, /elsewhere"],
])("the Location %j is refused, and told as %j", (locations, location) => {
  const reading = readRedirect(answer(302, ...locations), from, strict);
  if (reading.ok) throw new Error("it was not refused");
  const { error } = reading;
  expect(error).toMatchObject({ code: "redirect-invalid", detail: { location } });
  expect(error.message + error.hint + String(error.cause)).not.toContain("SECRET");
});

describe("a trail of redirects", () => {
  it.each<[string, readonly string[], number, readonly string[] | undefined]>([
    ["is as long as the limit", ["a", "b", "c"], 2, undefined],
    ["and no longer", ["a", "b", "c", "d"], 2, ["too-many-redirects", "a", "b", "c", "d"]],
    ["may come back: the next visit may be another", ["a", "b", "a"], 2, undefined],
    [
      "that comes back at its end went in a circle",
      ["x", "a", "b", "a"],
      2,
      ["redirect-loop", "a", "b", "a"],
    ],
    ["and so did one to itself", ["a", "a"], 0, ["redirect-loop", "a", "a"]],
  ])("%s", (_law, urls, limit, expected) => {
    const refusal = checkTrail(urls, limit);
    expect(refusal && [refusal.code, ...refusal.detail.urls]).toEqual(expected);
  });
});
