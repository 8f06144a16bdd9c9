/** Words as curl reads them: letters together, what is switched, files of flags, and what stands between two --next. */
import { describe, expect, it } from "vitest";
import { getFlags } from "../flags/table.ts";
import { parseFlagFile, type FlagLine } from "./flag-file.ts";
import { readWords, type Words } from "./read-words.ts";

const files: Readonly<Record<string, readonly FlagLine[]>> = {
  file: [["--silent"], ["--url", "http://c/"], ["-H", "a: b"]],
  loop: [["-K", "loop"]],
  extra: [["--silent", "true"]],
};

function read(...words: readonly string[]): Promise<Words> {
  return readWords(words, {
    flags: getFlags,
    linesOf: async (name) => files[name] ?? [],
    complain: async (word) => new Error(`unknown ${word}`),
  });
}

async function values(...words: readonly string[]): Promise<object> {
  const { groups } = await read(...words);
  return groups[0]?.values ?? {};
}

describe("words", () => {
  it.each<[law: string, words: readonly string[], values: object]>([
    ["may be letters together", ["-fsSL"], { fail: true, silent: true, showError: true, location: true }],
    ["may end in a letter with a value", ["-sofile"], { silent: true, output: ["file"] }],
    ["may have the value behind them", ["-so", "file"], { silent: true, output: ["file"] }],
    ["have a value that looks like a flag", ["-X", "-s"], { request: "-s" }],
    ["have a value behind =", ["--request=PUT"], { request: "PUT" }],
    ["are switched off again", ["-s", "--no-silent"], { silent: false }],
    ["are switched on again", ["--no-buffer", "--buffer"], { buffer: true }],
    ["have the last of two values", ["-X", "A", "-X", "B"], { request: "B" }],
    ["may be read from a file", ["-K", "file"], { silent: true, header: ["a: b"], url: ["http://c/"] }],
  ])("%s", async (_law, words, expected) => {
    expect(await values(...words)).toEqual(expected);
  });

  it("have their order among different flags, and URLs where they stand", async () => {
    const { groups } = await read(
      "-d",
      "1",
      "http://a/",
      "--data-raw",
      "2",
      "--url",
      "http://b/",
      "-",
      "--",
      "-x",
    );
    expect(groups[0]?.given.map(({ name, text }) => `${name} ${text}`)).toEqual([
      "data 1",
      "url http://a/",
      "dataRaw 2",
      "url http://b/",
      "url -",
      "url -x",
    ]);
  });

  it.each(["--next", "-:"])("have flags of their own behind %s", async (next) => {
    const { groups } = await read("-s", "http://a/", next, "-L", "http://b/");
    expect(groups.map((group) => group.values)).toEqual([{ silent: true }, { location: true }]);
  });

  it.each([
    ["-h", "help"],
    ["-sh", "help"],
    ["--version", "version"],
  ])("%s ends the reading", async (word, asked) => {
    expect((await read(word, "--nonesuch")).asked).toBe(asked);
  });

  it.each([
    [["--nonesuch"], "unknown --nonesuch"],
    [["-sy"], "needs a value"],
    [["--no-request", "x"], "unknown --no-request"],
    [["--silent=x"], "takes no value"],
    [["-K", "loop"], "more than 8 deep"],
    [["-K", "extra"], "takes no value, and has one"],
  ])("%j are refused", async (words, reason) => {
    await expect(read(...words)).rejects.toThrow(reason);
  });
});

describe("a file of flags", () => {
  it.each<[law: string, text: string, lines: readonly FlagLine[]]>([
    ["has a flag a line", "silent\n\n-f\n", [["--silent"], ["-f"]]],
    ["has comments", "# x\n  # y\nsilent", [["--silent"]]],
    [
      "has a value behind a space, = or :",
      "url a\nurl=b\nurl : c",
      [
        ["--url", "a"],
        ["--url", "b"],
        ["--url", "c"],
      ],
    ],
    ["has values in quotes", String.raw`-H "a: \"b\"\t\\\n"`, [["-H", 'a: "b"\t\\\n']]],
    ["has an empty value in quotes", 'user-agent ""', [["--user-agent", ""]]],
    ["has no more than a word without quotes", "output a b", [["--output", "a"]]],
    ["may have been written on Windows", "silent\r\nfail\r\n", [["--silent"], ["--fail"]]],
  ])("%s", (_law, text, lines) => {
    expect(parseFlagFile(text)).toEqual(lines);
  });
});
