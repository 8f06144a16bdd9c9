/** Each limit of the reader: just under, just over, and bytes that would exhaust it. */
import { describe, expect, test } from "vitest";
import { ResponseReader, readerLimits, type ReaderLimits } from "../../src/http1/index.ts";
import { octets, readEveryWay, readPieces, Transcript } from "./transcript.ts";
import { cpuMsOf } from "../cost.ts";

const start = "HTTP/1.1 200 OK\r\n";
const chunkedStart = `${start}Transfer-Encoding: chunked\r\n\r\n`;

interface LimitRow {
  readonly limit: keyof ReaderLimits;
  readonly value: number;
  readonly under: string;
  readonly over: string;
  readonly code: string;
  /** What the failure says besides the value, of `over`. */
  readonly says: { readonly limit?: string; readonly offset?: number; readonly [fact: string]: unknown };
}

const length = (line: string): string => `${start}${line}Content-Length: 0\r\n\r\n`;

const table: readonly LimitRow[] = [
  {
    limit: "headBytes",
    value: 60,
    under: length(`A: ${"b".repeat(17)}\r\n`),
    over: length(`A: ${"b".repeat(18)}\r\n`),
    code: "head-too-large",
    says: { limit: "headBytes", offset: 60 },
  },
  {
    limit: "lineBytes",
    value: 30,
    under: length(`A: ${"b".repeat(25)}\r\n`),
    over: length(`A: ${"b".repeat(26)}\r\n`),
    code: "head-too-large",
    says: { limit: "lineBytes", offset: start.length + 30 },
  },
  {
    limit: "lineBytes",
    value: 30,
    under: length(`A: b\r\n ${"b".repeat(27)}\r\n`),
    over: length(`A: b\r\n ${"b".repeat(28)}\r\n`),
    code: "head-too-large",
    says: { limit: "lineBytes", offset: start.length + 6 + 30 },
  },
  {
    limit: "lineBytes",
    value: 28,
    under: `${chunkedStart}0\r\nA: ${"b".repeat(23)}\r\n\r\n`,
    over: `${chunkedStart}0\r\nA: ${"b".repeat(24)}\r\n\r\n`,
    code: "trailers-too-large",
    says: { limit: "lineBytes", offset: chunkedStart.length + 3 + 28 },
  },
  {
    limit: "fieldCount",
    value: 3,
    under: length("A: b\r\nA: b\r\n"),
    over: length("A: b\r\nA: b\r\nA: b\r\n"),
    code: "head-too-large",
    says: { limit: "fieldCount", offset: start.length + 18 },
  },
  {
    limit: "informationalCount",
    value: 2,
    under: "HTTP/1.1 100 x\r\n\r\n".repeat(2) + length(""),
    over: "HTTP/1.1 100 x\r\n\r\n".repeat(3) + length(""),
    code: "too-many-informational",
    says: { status: 100 },
  },
  {
    limit: "chunkExtensionBytes",
    value: 4,
    under: `${chunkedStart}1;a\r\nx\r\n0;a\r\n\r\n`,
    over: `${chunkedStart}1;a\r\nx\r\n0;ab\r\n\r\n`,
    code: "chunk-extensions-too-large",
    says: { offset: chunkedStart.length + "1;a\r\nx\r\n0;a".length },
  },
  {
    limit: "trailerBytes",
    value: 10,
    under: `${chunkedStart}0\r\nA: bc\r\n\r\n`.replace("bc", "bcd"),
    over: `${chunkedStart}0\r\nA: bcde\r\n\r\n`,
    code: "trailers-too-large",
    says: { limit: "trailerBytes", offset: chunkedStart.length + 3 + 10 },
  },
  {
    limit: "bodyBytes",
    value: 4,
    under: `${start}Content-Length: 4\r\n\r\nabcd`,
    over: `${start}Content-Length: 5\r\n\r\nabcde`,
    code: "body-too-large",
    says: { limit: "bodyBytes", announcedBytes: 5 },
  },
  {
    limit: "bodyBytes",
    value: 4,
    under: `${chunkedStart}2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n`,
    over: `${chunkedStart}2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n`,
    code: "body-too-large",
    says: { limit: "bodyBytes", announcedBytes: 5 },
  },
  {
    limit: "bodyBytes",
    value: 4,
    under: `${start}\r\nabcd`,
    over: `${start}\r\nabcde`,
    code: "body-too-large",
    says: { limit: "bodyBytes" },
  },
];

describe("every limit", () => {
  test.each(table.map((row) => [row.limit, row] as const))(
    "%s holds what it allows and not one more",
    (_limit, row) => {
      const options = { limits: { [row.limit]: row.value } };
      const under = readEveryWay(row.under, { options, ending: "close-notify" });
      expect(under.failure).toBeUndefined();
      expect(under.completion).toBeDefined();
      const over = readEveryWay(row.over, { options, ending: "close-notify" });
      const { code, value, says } = row;
      expect(over.failure).toEqual({ code, detail: { value, ...says } });
      if (says.offset === undefined) return;
      const interim = "HTTP/1.1 100 x\r\n\r\n";
      const later = readEveryWay(interim + row.over, { options });
      expect(later.failure?.detail).toMatchObject({ offset: interim.length + says.offset });
    },
  );

  test.each([
    ["a status line", "", "HTTP/1.1 200 "],
    ["a field line", start, "A: "],
    ["a folded line", `${start}A: b\r\n`, " "],
  ])("%s is refused with the first octet past its limit, and not before", (_what, before, line) => {
    const lineBytes = 40;
    const text = before + line.padEnd(lineBytes + 1, "b");
    const reader = new ResponseReader({ limits: { lineBytes } });
    const transcript = new Transcript();
    reader.begin({ method: "GET" });
    const most = before.length + lineBytes;
    reader.push(octets(text), 0, most, transcript);
    expect(transcript.failure).toBeUndefined();
    reader.push(octets(text), most, most + 1, transcript);
    expect(transcript.failure).toEqual({
      code: "head-too-large",
      detail: { limit: "lineBytes", value: lineBytes, offset: most },
    });
  });

  test.each(["\r\n", "\n"])("the status line is counted from behind the empty line %j", (empty) => {
    const line = "HTTP/1.1 204 x\r\n";
    for (const lineBytes of [line.length, line.length - 1]) {
      const options = { allow: ["bare-lf-head"], limits: { lineBytes } } as const;
      const { failure } = readEveryWay(`${empty}${line}\r\n`, { options });
      expect(failure?.code).toBe(lineBytes < line.length ? "head-too-large" : undefined);
    }
  });

  test("a fault behind a line's limit is not reached, in any pieces", () => {
    const input = `${start}A: ${"b".repeat(40)}\0\r\n\r\n`;
    for (const lineBytes of [30, 43, 44]) {
      const { failure } = readEveryWay(input, { options: { limits: { lineBytes } } });
      expect(failure?.code).toBe(lineBytes <= 43 ? "head-too-large" : "field-malformed");
    }
  });

  test("the sum of chunk extensions begins anew with each body", () => {
    const body = `${chunkedStart}1;ab\r\nx\r\n0\r\n\r\n`;
    const reading = {
      options: { limits: { chunkExtensionBytes: 4 } },
      exchanges: [{ method: "GET" }, { method: "GET" }],
    };
    expect(readEveryWay(body + body, reading).outcomes).toBe(2);
    expect(readEveryWay(body + body, reading).failure).toBeUndefined();
  });

  test("all of them are in the table", () => {
    expect([...new Set(table.map(({ limit }) => limit))].sort()).toEqual(Object.keys(readerLimits).sort());
  });
});

describe("bytes without end", () => {
  const piece = 1_000;
  const endless: readonly (readonly [what: string, begin: string, repeat: string, code: string])[] = [
    ["of a status line", start.slice(0, -2), "x", "head-too-large"],
    ["of one field name", start, "x", "head-too-large"],
    ["of one field value", `${start}A: `, "x", "head-too-large"],
    ["of white space before a value", `${start}A: `, " ", "head-too-large"],
    ["of folds", `${start}A: b\r\n`, " b\r\n", "head-too-large"],
    ["of fields", start, "A: b\r\n", "head-too-large"],
    ["of interim responses", "", "HTTP/1.1 102 x\r\n\r\n", "too-many-informational"],
    ["of a chunk extension", `${chunkedStart}1;`, "x", "chunk-extensions-too-large"],
    ["of chunk extensions", chunkedStart, `1;${"x".repeat(100)}\r\ny\r\n`, "chunk-extensions-too-large"],
    ["of zeros of a chunk size", chunkedStart, "0", "chunk-malformed"],
    ["of trailers", `${chunkedStart}0\r\n`, "A: b\r\n", "trailers-too-large"],
    ["of a skipped line", start, "x", "head-too-large"],
  ];

  test.each(endless)("%s are refused by default, in one read or in many", (what, begin, repeat, code) => {
    const bytes = octets(begin + repeat.repeat(Math.ceil(200_000 / repeat.length)));
    const cuts = Array.from({ length: Math.floor(bytes.length / piece) }, (_, i) => (i + 1) * piece);
    const options = what === "of a skipped line" ? { allow: ["ignore-invalid-field-lines"] as const } : {};
    for (const places of [[], cuts]) expect(readPieces(bytes, places, { options }).failure?.code).toBe(code);
  });

  test("of one line, octet by octet, cost time in proportion to their number", () => {
    const bytes = octets(`${start}A: ${"x".repeat(300_000)}`);
    const reader = new ResponseReader({ limits: { headBytes: 1_000_000, lineBytes: 1_000_000 } });
    const transcript = new Transcript();
    reader.begin({ method: "GET" });
    // A reader that began the line again with every octet, or moved what it keeps, would look at 45 billion of them.
    const cost = cpuMsOf(() => {
      for (let at = 0; at < bytes.length; at++) reader.push(bytes, at, at + 1, transcript);
    });
    expect(cost).toBeLessThan(5_000);
    expect(transcript.outcomes).toBe(0);
  });

  test("of folds with nothing in them cost time in proportion to their number", () => {
    const bytes = octets(`${start}A: b\r\n${" \r\n".repeat(600_000)}Content-Length: 0\r\n\r\n`);
    const options = { limits: { headBytes: 2_000_000 } };
    let outcomes = 0;
    // To blank all of them out again with every further one would be 540 billion octets.
    const cost = cpuMsOf(() => {
      ({ outcomes } = readPieces(bytes, [], { options }));
    });
    expect(cost).toBeLessThan(5_000);
    expect(outcomes).toBe(1);
  });
});
