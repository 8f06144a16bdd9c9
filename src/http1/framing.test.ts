/** Where a body ends, by the rules of RFC 9112 §6.3, each with its own words where it refuses. */
import { describe, expect, test } from "vitest";
import { fieldsFrom, type Field } from "./fields.ts";
import { parseLength, responseFraming } from "./framing.ts";
import type { Exchange, ResponseHead } from "./head.ts";

type Framed = ReturnType<typeof responseFraming>;

function frame(
  status: number,
  fields: readonly Field[] = [],
  {
    exchange = { method: "GET" },
    allowed,
  }: { readonly exchange?: Exchange; readonly allowed?: boolean } = {},
): Framed {
  const head: ResponseHead = {
    version: "1.1",
    status,
    reason: "",
    fields: fieldsFrom(fields),
    ignoredLines: 0,
  };
  return responseFraming(head, exchange, allowed);
}

/** `none`, `length 5`, `chunked`, `until-close`, `tunnel`, or the code and the reason. */
function words(framed: Framed): string {
  if (framed.ok) {
    const { framing } = framed;
    if (framing.kind === "length") return `length ${framing.bytes}`;
    return framing.kind === "tunnel" && framing.protocol !== undefined
      ? `tunnel ${framing.protocol}`
      : framing.kind;
  }
  const { code, detail } = framed.failure;
  const { reason } = detail as { readonly reason?: string };
  return reason === undefined ? code : `${code}: ${reason}`;
}

const length = (value: string): Field => ["Content-Length", value];
const coding = (value: string): Field => ["Transfer-Encoding", value];

describe("the status and the method come first", () => {
  test.each<[status: number, method: string, expected: string]>([
    [200, "GET", "length 5"],
    [200, "HEAD", "none"],
    [404, "HEAD", "none"],
    [100, "GET", "none"],
    [199, "GET", "none"],
    [204, "GET", "none"],
    [205, "GET", "length 5"],
    [304, "GET", "none"],
    [303, "GET", "length 5"],
    [199, "CONNECT", "none"],
    [200, "CONNECT", "tunnel"],
    [204, "CONNECT", "tunnel"],
    [299, "CONNECT", "tunnel"],
    [300, "CONNECT", "length 5"],
    [407, "CONNECT", "length 5"],
  ])("%d to %s: %s", (status, method, expected) => {
    expect(words(frame(status, [length("5")], { exchange: { method } }))).toBe(expected);
  });
});

describe("101", () => {
  const upgrade = (value: string | undefined, offered: readonly string[] | undefined): string =>
    words(
      frame(101, value === undefined ? [] : [["Upgrade", value]], {
        exchange: { method: "GET", ...(offered && { allowUpgrade: offered }) },
      }),
    );

  test.each<[string | undefined, readonly string[] | undefined, string]>([
    ["websocket", ["websocket"], "tunnel websocket"],
    ["WebSocket", ["websocket"], "tunnel WebSocket"],
    ["websocket", ["WebSocket"], "tunnel websocket"],
    ["a, b", ["b", "a", "c"], "tunnel a, b"],
    ["a, b", ["a"], "unasked-upgrade"],
    ["websocket", ["h2c"], "unasked-upgrade"],
    ["websocket", [], "unasked-upgrade"],
    ["websocket", undefined, "unasked-upgrade"],
    ["", ["websocket"], "unasked-upgrade"],
    [undefined, ["websocket"], "unasked-upgrade"],
  ])("to %j, where %j was offered: %s", (value, offered, expected) => {
    expect(upgrade(value, offered)).toBe(expected);
  });

  test("that was not asked for says what it names and what was offered", () => {
    expect(
      frame(101, [["Upgrade", "x"]], { exchange: { method: "GET", allowUpgrade: ["Y"] } }),
    ).toMatchObject({
      failure: { detail: { protocol: "x", offered: ["Y"] } },
    });
  });
});

describe("Transfer-Encoding", () => {
  test.each<[value: string, expected: string]>([
    ["chunked", "chunked"],
    ["Chunked", "chunked"],
    ["chunked,", "chunked"],
    [" , CHUNKED , ", "chunked"],
    ["", "transfer-coding-refused: it names no coding"],
    [",", "transfer-coding-refused: it names no coding"],
    ["gzip", "transfer-coding-refused: it holds a coding that was not asked for"],
    ["identity", "transfer-coding-refused: it holds a coding that was not asked for"],
    ["xchunked", "transfer-coding-refused: it holds a coding that was not asked for"],
    ["gzip, chunked", "transfer-coding-refused: it holds a coding that was not asked for"],
    ["chunked, gzip", "transfer-coding-refused: its last coding is not chunked"],
    ["gzip, identity", "transfer-coding-refused: its last coding is not chunked"],
    ["chunked, chunked", "chunked"],
    ["Chunked, CHUNKED", "chunked"],
    ["chunked, gzip, chunked", "transfer-coding-refused: it holds a coding that was not asked for"],
    ["chunked, chunked, gzip", "transfer-coding-refused: its last coding is not chunked"],
    ["chunked;q=1", "transfer-coding-refused: chunked takes no parameters"],
    ["chunked ; q=1", "transfer-coding-refused: chunked takes no parameters"],
    ["gzip;q=1", "transfer-coding-refused: it holds a coding that was not asked for"],
    ["chunked;q=1, chunked", "transfer-coding-refused: chunked takes no parameters"],
  ])("%j: %s", (value, expected) => {
    expect(words(frame(200, [coding(value)]))).toBe(expected);
  });

  test("in two lines is one list", () => {
    expect(words(frame(200, [coding("chunked"), coding("identity")]))).toBe(
      "transfer-coding-refused: its last coding is not chunked",
    );
  });

  test("beside a length is refused, unless that is allowed; then the length is passed over", () => {
    const both = [length("5"), coding("chunked")];
    expect(frame(200, both)).toMatchObject({
      ok: false,
      failure: { code: "length-and-transfer-coding", detail: { length: "5", codings: "chunked" } },
    });
    expect(words(frame(200, both, { allowed: false }))).toBe("length-and-transfer-coding");
    expect(words(frame(200, both, { allowed: true }))).toBe("chunked");
    expect(words(frame(200, [length("no"), coding("chunked")], { allowed: true }))).toBe("chunked");
    expect(words(frame(200, [length("5"), coding("gzip")], { allowed: true }))).toMatch(
      /^transfer-coding-refused/,
    );
  });
});

describe("Content-Length", () => {
  test.each<[values: readonly string[], expected: string]>([
    [[], "until-close"],
    [["0"], "length 0"],
    [["5"], "length 5"],
    [["005"], "length 5"],
    [["5", "5"], "length 5"],
    [["5, 5"], "length 5"],
    [["5,\t5 , 5"], "length 5"],
    [["5, 05"], "length 5"],
    [["5", "6"], "conflicting-lengths"],
    [["5, 6"], "conflicting-lengths"],
    [["5, 6, 5"], "conflicting-lengths"],
    [["5,"], "content-length-malformed"],
    [[",5"], "content-length-malformed"],
    [[""], "content-length-malformed"],
    [["+5"], "content-length-malformed"],
    [["-5"], "content-length-malformed"],
    [["5.0"], "content-length-malformed"],
    [["0x5"], "content-length-malformed"],
    [["5 5"], "content-length-malformed"],
    [["5, x"], "content-length-malformed"],
    [["9007199254740991"], "length 9007199254740991"],
    [["9007199254740992"], "content-length-malformed"],
    [["99999999999999999999999"], "content-length-malformed"],
  ])("%j: %s", (values, expected) => {
    expect(words(frame(200, values.map(length)))).toBe(expected);
  });

  test("that differs says the values, and one that cannot be read says what stood there", () => {
    expect(frame(200, [length("5"), length("6")])).toMatchObject({
      failure: { detail: { values: ["5", "6"] } },
    });
    expect(frame(200, [length("5, x")])).toMatchObject({ failure: { detail: { value: "5, x" } } });
  });
});

test.each<[string, number | undefined]>([
  ["0", 0],
  ["9", 9],
  ["10", 10],
  ["", undefined],
  ["/", undefined],
  [":", undefined],
  ["1/", undefined],
  ["1:", undefined],
  ["9007199254740991", 9_007_199_254_740_991],
  ["9007199254740992", undefined],
])("the length %j is %s", (text, expected) => {
  expect(parseLength(text)).toBe(expected);
});
