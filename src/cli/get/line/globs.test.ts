/** Which URLs a pattern stands for, and what `#1` is in the name of a file. */
import { describe, expect, it } from "vitest";
import { expandGlobs, fillName } from "./globs.ts";

const urls = (pattern: string): readonly string[] => expandGlobs(pattern).map(({ url }) => url);

describe("a pattern", () => {
  it.each<[law: string, pattern: string, urls: readonly string[]]>([
    ["without braces is itself", "http://h/a?b#c", ["http://h/a?b#c"]],
    ["stands for each of a set", "http://{a,b}/", ["http://a/", "http://b/"]],
    ["may have an empty one among them", "x{,b}", ["x", "xb"]],
    ["counts its last part fastest", "{a,b}[1-2]", ["a1", "a2", "b1", "b2"]],
    ["keeps the zeros of a range", "[08-11]", ["08", "09", "10", "11"]],
    ["may count in steps", "[1-7:3]", ["1", "4", "7"]],
    ["may count letters", "[a-e:2]", ["a", "c", "e"]],
    ["may count capitals", "[X-Z]", ["X", "Y", "Z"]],
    ["has its signs behind a backslash", String.raw`\{a\}\[1\]`, ["{a}[1]"]],
    ["has a comma in a set behind a backslash", String.raw`{a\,b,c}`, ["a,b", "c"]],
    ["leaves an IPv6 address as it is", "http://[::1]:80/[1-2]", ["http://[::1]:80/1", "http://[::1]:80/2"]],
    ["leaves [] as it is, as curl does", "http://h/?ids[]=1", ["http://h/?ids[]=1"]],
  ])("%s", (_law, pattern, expected) => {
    expect(urls(pattern)).toEqual(expected);
  });

  it.each([
    ["a{b", "a brace is not closed"],
    ["a[1-", "a bracket is not closed"],
    ["a}b", '"}" closes nothing'],
    ["{}", "nothing between two braces"],
    ["[1]", '"[1]" is not a range'],
    ["[2-1]", "ends before it begins"],
    ["[a-C]", "ends before it begins"],
    ["[1-10001]", "more than 10000"],
    ["[1-9999][1-9]", "more than 10000"],
  ])("%s is refused, with curl's 3 and the reason", (pattern, reason) => {
    expect(() => urls(pattern)).toThrow(reason);
    expect(() => urls(pattern)).toThrow(expect.objectContaining({ exitCode: 3 }) as Error);
  });

  it("as large as may be is taken", () => {
    expect(urls("[1-10000]")).toHaveLength(10_000);
  });
});

it.each([
  ["part_#1.bin", ["7"], "part_7.bin"],
  ["#2-#1", ["a", "b"], "b-a"],
  ["#3#", ["a"], "#3#"],
  ["plain", ["a"], "plain"],
])("the name %s with %j is %s", (name, parts, expected) => {
  expect(fillName(name, parts)).toBe(expected);
});
