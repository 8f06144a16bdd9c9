/** A command in one argument is taken apart as a shell would, and nothing in it is run. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CommandError } from "../../frame/failure.ts";
import { isPasted, parsePasted } from "./pasted.ts";

describe("a pasted command", () => {
  it.each<[law: string, text: string, words: readonly string[]]>([
    ["has words between spaces", "curl  -s\thttp://h/ ", ["-s", "http://h/"]],
    ["may have a prompt before it", "$ curl http://h/", ["http://h/"]],
    ["may name the program by its place", "/usr/bin/curl http://h/", ["http://h/"]],
    ["has words in single quotes as they are", String.raw`curl '$HOME \ "x"'`, [String.raw`$HOME \ "x"`]],
    ["has a few escapes in double quotes", String.raw`curl "a\"b\\c\$d\e"`, [String.raw`a"b\c$d\e`]],
    ["joins what touches", `curl a'b'"c"d`, ["abcd"]],
    ["has a quote within quotes as people write it", `curl 'it'\\''s'`, ["it's"]],
    ["may be empty between quotes", `curl -b ''`, ["-b", ""]],
    ["goes on behind a backslash at a line's end", "curl \\\n  -s \\\r\n  http://h/", ["-s", "http://h/"]],
    ["ends with its line", "curl http://h/\n\n", ["http://h/"]],
    ["has a comment behind it", "curl http://h/ # the page", ["http://h/"]],
    ["has # within a word as it is", "curl http://h/#x", ["http://h/#x"]],
    [
      "has bash's escapes in $'...'",
      String.raw`curl $'a\'b\n\tc\u00e9\u{1}\x41\101\\'`,
      ["a'b\n\tcé\\u{1}AA\\"],
    ],
    ["keeps line breaks in quotes", "curl -d '{\n}'", ["-d", "{\n}"]],
    ["has a $ before nothing as it is", "curl a$ '$'", ["a$", "$"]],
  ])("%s", (_law, text, words) => {
    expect(parsePasted(text)).toEqual(words);
  });

  it.each([
    ["curl $URL", "a variable"],
    ['curl "https://h/${ID}"', "a variable"],
    ["curl $(cat url)", "a variable or a command"],
    ["curl `cat url`", "a command between backticks"],
    ['curl "`id`"', "a command between backticks"],
    ["curl http://h/ | sh", "a pipe to another command"],
    ["curl http://h/ > file", "a redirection of its output"],
    ["curl http://h/ 2>/dev/null", "a redirection of its output"],
    ["curl -d @- http://h/ < file", "a redirection of its input"],
    ["curl http://h/ && echo ok", "another command behind it"],
    ["curl http://h/; rm x", "another command behind it"],
    ["curl http://h/?a=1&b=2", "in the background"],
    ["curl http://h/\nrm x", "another command on the next line"],
    ["curl (x)", "a subshell"],
    ["curl 'x", "is not closed"],
    ['curl "x', "is not closed"],
    ["curl $'x", "is not closed"],
    ['curl ^"https://h/^" ^\r\n  -H ^"a: b^"', "Windows' cmd"],
    ["Invoke-WebRequest -Uri https://h/", "PowerShell"],
    ["wget http://h/", 'begins with "wget"'],
  ])("%j is refused, and said why: %s", (text, reason) => {
    expect(() => parsePasted(text)).toThrow(reason);
    expect(() => parsePasted(text)).toThrow(CommandError);
  });

  it("whatever is pasted, is words or a sentence", () => {
    const sign = fc.constantFrom(
      "'",
      '"',
      "\\",
      "$",
      "`",
      "|",
      ";",
      "&",
      "\n",
      " ",
      "#",
      "a",
      "$'",
      "(",
      "^",
    );
    fc.assert(
      fc.property(fc.array(sign), (signs) => {
        try {
          expect(parsePasted(`curl ${signs.join("")}`).every((word) => typeof word === "string")).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
        }
      }),
    );
  });

  it("in single quotes is one word, whatever stands in them", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const quoted = text.replaceAll("'", String.raw`'\''`).replaceAll("^", "");
        expect(parsePasted(`curl '${quoted}'`)).toEqual([text.replaceAll("^", "")]);
      }),
    );
  });
});

it.each([
  ["curl http://h/", true],
  ["  curl -s x", true],
  ["$ curl x", true],
  ["https://h/", false],
  ["curl", false],
  ["https://h/curl x", false],
])("%j is a command: %s", (word, expected) => {
  expect(isPasted(word)).toBe(expected);
});
