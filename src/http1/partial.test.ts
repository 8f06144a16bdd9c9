/** Which body can be gone on with, and which answer is its rest: RFC 9110 §8.8, §13.1.5, §14, §15.3.7. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { fieldsFrom, type Field } from "./fields.ts";
import type { ResponseHead } from "./head.ts";
import {
  findContinuable,
  parseContentRange,
  readRest,
  restFields,
  strongValidator,
  type Continuable,
} from "./partial.ts";

const at = Date.UTC(2026, 0, 2);
const old = "Thu, 01 Jan 2026 00:00:00 GMT";
const minuteLater = "Thu, 01 Jan 2026 00:01:00 GMT";
const sooner = "Thu, 01 Jan 2026 00:00:59 GMT";

function head(status: number, ...fields: readonly Field[]): ResponseHead {
  return { version: "1.1", status, reason: "", fields: fieldsFrom(fields), ignoredLines: 0 };
}

describe("a Content-Range", () => {
  test.each([
    ["bytes 0-0/1", { first: 0, last: 0, completeBytes: 1 }],
    ["bytes 5-9/10", { first: 5, last: 9, completeBytes: 10 }],
    ["Bytes 5-9/10", { first: 5, last: 9, completeBytes: 10 }],
    ["bytes 5-9/*", { first: 5, last: 9, completeBytes: undefined }],
    ["bytes 9-5/10", undefined],
    ["bytes 5-10/10", undefined],
    ["bytes */10", undefined],
    ["bytes 5-9", undefined],
    ["bytes=5-9/10", undefined],
    ["lines 5-9/10", undefined],
    ["bytes -5-9/10", undefined],
    ["bytes 5-9/10, bytes 1-2/10", undefined],
    ["bytes 5-99999999999999999999/*", undefined],
    ["", undefined],
  ])("%j", (value, expected) => {
    expect(parseContentRange(value)).toEqual(expected);
  });

  test("of any text makes nothing throw", () => {
    fc.assert(fc.property(fc.string(), (value) => void parseContentRange(value)));
  });
});

describe("a strong validator", () => {
  const etag = (value: string): Field => ["etag", value];
  test.each<[string, readonly Field[], unknown]>([
    ["is a strong ETag", [etag('"a"')], { name: "ETag", value: '"a"' }],
    ["is an empty one too", [etag('""')], { name: "ETag", value: '""' }],
    ["is not a weak one", [etag('W/"a"')], undefined],
    ["is not one without quotes", [etag("a")], undefined],
    ["is not one with a quote within", [etag('"a"b"')], undefined],
    ["is not one of two that differ", [etag('"a"'), etag('"b"')], undefined],
    ["is one of two that are the same", [etag('"a"'), etag('"a"')], { name: "ETag", value: '"a"' }],
    [
      "is a date that was a minute old",
      [
        ["last-modified", old],
        ["date", minuteLater],
      ],
      { name: "Last-Modified", value: old },
    ],
    [
      "is the date beside a weak ETag",
      [etag('W/"a"'), ["last-modified", old], ["date", minuteLater]],
      { name: "Last-Modified", value: old },
    ],
    [
      "is not a date that was younger",
      [
        ["last-modified", old],
        ["date", sooner],
      ],
      undefined,
    ],
    ["is not a date without the moment it was given at", [["last-modified", old]], undefined],
    [
      "is not a date that is none",
      [
        ["last-modified", "yesterday"],
        ["date", minuteLater],
      ],
      undefined,
    ],
  ])("%s", (_what, fields, expected) => {
    expect(strongValidator(fieldsFrom(fields), at)).toEqual(expected);
  });
});

const tag: Field = ["ETag", '"a"'];
const validator = { name: "ETag", value: '"a"' } as const;

describe("a body can be gone on with", () => {
  test.each<[string, ResponseHead, number | undefined, Partial<Continuable> | undefined]>([
    ["that has a length", head(200, tag), 10, { first: 0, last: 9, completeBytes: 10, codings: "" }],
    ["that comes in chunks", head(200, tag), undefined, { first: 0, last: undefined }],
    ["that is coded", head(200, tag, ["Content-Encoding", "GZIP"]), 10, { codings: "gzip" }],
    [
      "that is a part",
      head(206, tag, ["Content-Range", "bytes 5-7/10"]),
      3,
      { first: 5, last: 7, completeBytes: 10 },
    ],
    ["not without a validator", head(200), 10, undefined],
    ["not where ranges are refused", head(200, tag, ["Accept-Ranges", "none"]), 10, undefined],
    ["not with another status", head(404, tag), 10, undefined],
    ["not as a part without its range", head(206, tag), 3, undefined],
    ["not as a part of another length", head(206, tag, ["Content-Range", "bytes 5-7/10"]), 4, undefined],
    [
      "not as several parts",
      head(206, tag, ["Content-Type", "multipart/byteranges; boundary=x"], ["Content-Range", "bytes 5-7/10"]),
      3,
      undefined,
    ],
  ])("%s", (_what, answer, announced, expected) => {
    const found = findContinuable(answer, announced, at);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject({ validator, ...expected });
  });
});

const whole: Continuable = { validator, first: 0, last: 9, completeBytes: 10, codings: "" };

test.each<[string, Continuable, string]>([
  ["the end of the whole is left open", whole, "bytes=4-"],
  ["that of a part is named", { ...whole, last: 7 }, "bytes=4-7"],
  ["one that is not known is left open", { ...whole, last: undefined, completeBytes: undefined }, "bytes=4-"],
])("the rest is asked for: %s", (_what, body, range) => {
  expect(restFields(body, 4)).toEqual([
    ["Range", range],
    ["If-Range", '"a"'],
  ]);
});

describe("an answer is the rest", () => {
  const range = (value: string): Field => ["Content-Range", value];
  const unknown: Continuable = { ...whole, last: undefined, completeBytes: undefined };
  const dated: Continuable = { ...whole, validator: { name: "Last-Modified", value: old } };
  const coded: Continuable = { ...whole, codings: "gzip" };
  test.each<[string, ResponseHead, Continuable, string | undefined]>([
    ["all of it", head(206, tag, range("bytes 4-9/10")), whole, undefined],
    ["a part of it", head(206, tag, range("bytes 4-5/10")), whole, undefined],
    ["that does not say of how much", head(206, tag, range("bytes 4-9/*")), whole, undefined],
    ["that says how much there is", head(206, tag, range("bytes 4-9/10")), unknown, undefined],
    ["without its coding", head(206, tag, range("bytes 4-9/10")), coded, undefined],
    [
      "with its coding",
      head(206, tag, range("bytes 4-9/10"), ["content-encoding", "gzip"]),
      coded,
      undefined,
    ],
    ["of a date", head(206, range("bytes 4-9/10"), ["last-modified", old]), dated, undefined],
    ["not the whole again", head(200, tag), whole, "it has the status 200, and not 206"],
    [
      "not another whole",
      head(200, ["ETag", '"b"']),
      whole,
      'it has the status 200, and not 206; its ETag is "b", and was "a"',
    ],
    ["not 416", head(416, tag, range("bytes */10")), whole, "it has the status 416"],
    ["not a redirect", head(302, tag), whole, "it has the status 302"],
    ["not with another ETag", head(206, ["ETag", '"b"'], range("bytes 4-9/10")), whole, "another repr"],
    ["not with a weak one", head(206, ["ETag", 'W/"a"'], range("bytes 4-9/10")), whole, "another repr"],
    ["not without one", head(206, range("bytes 4-9/10")), whole, "its ETag is not there"],
    [
      "not with another date",
      head(206, range("bytes 4-9/10"), ["last-modified", sooner]),
      dated,
      "Last-Modified",
    ],
    ["not without a range", head(206, tag), whole, "its Content-Range, not there"],
    [
      "not several parts",
      head(206, tag, range("bytes 4-9/10"), ["Content-Type", "multipart/byteranges; boundary=x"]),
      whole,
      "is not that of one part",
    ],
    ["not from before", head(206, tag, range("bytes 3-9/10")), whole, "begins at byte 3"],
    ["not from later", head(206, tag, range("bytes 5-9/10")), whole, "begins at byte 5"],
    ["not of a longer one", head(206, tag, range("bytes 4-9/11")), whole, "it is of 11 bytes"],
    ["not past the end", head(206, tag, range("bytes 4-10/*")), whole, "it ends at byte 10"],
    ["not past a part's end", head(206, tag, range("bytes 4-9/10")), { ...whole, last: 7 }, "ends at byte 9"],
    ["not without an end", head(206, tag, range("bytes 4-9/*")), unknown, "how long the whole is"],
    [
      "not coded otherwise",
      head(206, tag, range("bytes 4-9/10"), ["content-encoding", "br"]),
      coded,
      "coding",
    ],
  ])("%s", (_what, answer, body, reason) => {
    const rest = readRest(answer, undefined, { body, offset: 4 });
    if (reason === undefined) expect(rest).toMatchObject({ ok: true, range: { first: 4 } });
    else expect(rest).toMatchObject({ ok: false, reason: expect.stringContaining(reason) as string });
  });

  test("not with a length that is not its range's", () => {
    const answer = head(206, tag, range("bytes 4-9/10"));
    expect(readRest(answer, 6, { body: whole, offset: 4 })).toMatchObject({ ok: true });
    expect(readRest(answer, 5, { body: whole, offset: 4 })).toMatchObject({ ok: false });
  });
});
