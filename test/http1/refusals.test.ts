/** What a refusal says: the rule, where it was broken, the octets up to there, and what would let it pass. */
import { describe, expect, test } from "vitest";
import { readEveryWay } from "./transcript.ts";
import type { Tolerance } from "../../src/http1/index.ts";

const statusLine = "HTTP/1.1 200 OK\r\n";
const chunkedHead = `${statusLine}Transfer-Encoding: chunked\r\n\r\n`;
const b40 = "b".repeat(40);

const tolerances: readonly Tolerance[] = [
  "bare-lf-head",
  "space-before-colon",
  "ctl-in-value",
  "te-and-cl",
  "space-after-chunk-size",
  "ignore-invalid-field-lines",
];

/** Octets as an excerpt has them; of controls, those that are in the tables below. */
function shown(text: string): string {
  return text
    .replaceAll("\r", String.raw`\r`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\0", String.raw`\x00`)
    .replaceAll("\x01", String.raw`\x01`);
}

interface Refusal {
  /** What came earlier in the section or body, if anything did. */
  readonly before?: string;
  /** Up to the octet that breaks the rule, and with it. */
  readonly line: string;
  /** What shows only with the next octet. */
  readonly behind?: string;
  readonly rule: string;
  /** What would let it pass. */
  readonly tolerance?: Tolerance;
}

type Refusals = Readonly<Record<string, Refusal>>;

const lineEnd = "a line ends with CRLF";
const reason = "a reason phrase holds no control characters";
const version = "a version is a digit, a dot and a digit";
const statusCode = "a status code has three digits, and is 100 or more";
const codeEnd = "a space or the line's end follows the three digits of a status code";
const statusLines: Refusals = {
  "LF alone": { line: "HTTP/1.1 204 x\n", rule: lineEnd, tolerance: "bare-lf-head" },
  "LF alone behind the code": { line: "HTTP/1.1 204\n", rule: lineEnd, tolerance: "bare-lf-head" },
  "CR alone": { line: "HTTP/1.1 204 x\rA", rule: lineEnd },
  "a control character": { line: "HTTP/1.1 204 \x01", rule: reason, tolerance: "ctl-in-value" },
  NUL: { line: "HTTP/1.1 204 \0", rule: reason },
  "a version of letters": { line: "HTTP/x", rule: version },
  "a minor version of letters": { line: "HTTP/1.x", rule: version },
  "no dot": { line: "HTTP/1:", rule: version },
  "a version that goes on": { line: "HTTP/1.10", rule: "one space follows the version" },
  "a code below 100": { line: "HTTP/1.1 0", rule: statusCode },
  "a code of letters": { line: "HTTP/1.1 2x", rule: statusCode },
  "a code of four digits": { line: "HTTP/1.1 2000", rule: codeEnd },
};

const name = "a field line is a token directly followed by a colon";
const value = "a field value holds no control characters";
const first = "no white space precedes the first field";
const skipped = "ignore-invalid-field-lines";
const fieldLines: Refusals = {
  "LF alone": { line: "A: b\n", rule: lineEnd, tolerance: "bare-lf-head" },
  "CR alone": { line: "A: b\rc", rule: lineEnd, tolerance: skipped },
  "a space before the colon": { line: "A ", behind: ": b", rule: name, tolerance: "space-before-colon" },
  "a space within the name": { line: "A ", behind: "b: c", rule: name, tolerance: skipped },
  "no name": { line: ":", rule: name, tolerance: skipped },
  "what is not of a token": { line: "A(", behind: ": b", rule: name, tolerance: skipped },
  "a control character in a name": { line: "A\x01", behind: ": b", rule: name, tolerance: skipped },
  "a control character": { line: "A: b\x01", rule: value, tolerance: "ctl-in-value" },
  NUL: { line: "A: b\0", rule: value, tolerance: skipped },
  "white space before any": { line: " ", behind: "A: b", rule: first, tolerance: skipped },
  "more than an excerpt": { line: `A: ${b40}\0`, rule: value, tolerance: skipped },
};

const size = "CRLF or an extension follows a chunk size";
const data = "CRLF follows a chunk's data";
const extension = "a chunk extension is a name, or a name and its value";
const padded = "space-after-chunk-size";
const chunkLines: Refusals = {
  "no size": { line: "x", rule: "a chunk begins with its size in hexadecimal digits" },
  "a size of 17 digits": { line: "0".repeat(17), rule: "a chunk size has at most 16 digits" },
  "a size of 2^53": { line: "20000000000000", rule: "a chunk size is below 2^53" },
  "LF alone": { line: "2\n", rule: size },
  "CR alone": { line: "2\ro", rule: "a chunk's line ends with CRLF" },
  "LF alone behind data": { before: "2\r\nok", line: "\n", rule: data },
  "CR alone behind data": { before: "2\r\nok", line: "\r\r", rule: data },
  "a fault in a second line": { before: "2\r\nok\r\n", line: "3-", rule: size },
  padding: { line: "2 \r", behind: "\nok\r\n", rule: extension, tolerance: padded },
  "what is not padding": { line: "2 x", rule: extension },
  "an extension without a name": { line: "2;\r", rule: extension },
  "space behind an extension's name": { line: "2;a \r", rule: extension },
  "more than an excerpt": { line: `2;${b40}\n`, rule: extension },
};

describe.each([
  { of: "a status line", opening: "", refusals: statusLines, code: "status-line-malformed" },
  { of: "a field line", opening: statusLine, refusals: fieldLines, code: "field-malformed", section: "head" },
  {
    of: "a trailer",
    opening: `${chunkedHead}0\r\n`,
    refusals: fieldLines,
    code: "field-malformed",
    section: "trailers",
  },
  { of: "a chunk's line", opening: chunkedHead, refusals: chunkLines, code: "chunk-malformed" },
])("the refusal of $of", ({ opening, refusals, code, section }) => {
  test.each(Object.entries(refusals))("with %s says where, why, and what lets it pass", (_what, refusal) => {
    const { before = "", line, behind = "", rule, tolerance } = refusal;
    const upTo = opening + before + line;
    const excerpt = shown((section === "head" ? upTo : line).slice(-32));
    const { failure } = readEveryWay(upTo + behind);
    const detail = { rule, offset: upTo.length - 1, excerpt, tolerance, section };
    expect(failure).toEqual({ code, detail });

    const others = tolerances.filter((other) => other !== tolerance);
    const allow = others.filter((other) => tolerance === undefined || other !== skipped);
    const still = readEveryWay(upTo + behind, { options: { allow } });
    expect(still.failure).toMatchObject({ code, detail: { rule, tolerance } });

    if (tolerance === undefined) return;
    const allowed = readEveryWay(upTo + behind, { options: { allow: [tolerance] } });
    expect(allowed.failure).toBeUndefined();
  });
});
