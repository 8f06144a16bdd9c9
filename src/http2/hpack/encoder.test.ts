/** What the encoder writes: references, literals and sizes (RFC 7541), and what it never indexes. */
import { describe, expect, it } from "vitest";
import {
  decodeBlock,
  hex,
  indexed,
  inserted,
  never,
  newDecoder,
  passing,
  tableSize,
} from "../../../test/http2/blocks.ts";
import { OctetWriter } from "../octet-writer.ts";
import { HpackEncoder, type FieldToEncode } from "./encoder.ts";

function encode(encoder: HpackEncoder, fields: Iterable<FieldToEncode>): number[] {
  const out = new OctetWriter();
  encoder.encode(fields, out);
  return [...out.bytes.subarray(0, out.length)];
}

const encodeOnce = (...fields: FieldToEncode[]): number[] => encode(new HpackEncoder(), fields);

/** Values that are shorter as they are than coded, so that blocks are easily read. */
const raw = "{|}~";
const other = "~}|{";

describe("a field is written", () => {
  it.each<readonly [law: string, fields: readonly FieldToEncode[], block: readonly number[]]>([
    [
      "as one octet where the static table has it",
      [
        [":method", "GET"],
        [":path", "/"],
        [":scheme", "https"],
      ],
      [0x82, 0x84, 0x87],
    ],
    [
      "as one octet where it was sent before",
      [
        ["x", raw],
        ["x", raw],
      ],
      [...inserted("x", raw), ...indexed(62)],
    ],
    ["with the name of the static table", [["accept", raw]], inserted(19, raw)],
    ["with the first of its names", [[":method", raw]], inserted(2, raw)],
    [
      "with a name that was sent before",
      [
        ["x", raw],
        ["x", other],
      ],
      [...inserted("x", raw), ...inserted(62, other)],
    ],
    [
      "with the name of the static table rather",
      [
        ["accept", raw],
        ["accept", other],
      ],
      [...inserted(19, raw), ...inserted(19, other)],
    ],
    [
      "counting what came since",
      [
        ["x", raw],
        ["y", raw],
        ["x", raw],
      ],
      [...inserted("x", raw), ...inserted("y", raw), ...indexed(63)],
    ],
    [
      "Huffman-coded where that is shorter",
      [["accept", "www.example.com"]],
      hex("53 8c f1e3c2e5f23a6ba0ab90f4ff"),
    ],
    [
      "name and value each by itself",
      [["custom-key", raw]],
      [...hex("40 88 25a849e95ba97d7f"), 4, ...Buffer.from(raw)],
    ],
    ["as it is where that is as short", [["x", "&"]], inserted("x", "&")],
    ["empty", [["x", ""]], inserted("x", "")],
    ["with the last name of the static table", [["www-authenticate", raw]], inserted(61, raw)],
    ["with a length of two octets", [["x", "~".repeat(255)]], inserted("x", "~".repeat(255))],
    [
      "with the older of two values",
      [
        ["x", raw],
        ["x", other],
        ["x", raw],
      ],
      [...inserted("x", raw), ...inserted(62, other), ...indexed(63)],
    ],
    ["as an octet a character", [["x", "\x00\xff"]], inserted("x", "\x00\xff")],
  ])("%s", (_law, fields, block) => {
    expect(encodeOnce(...fields)).toEqual([...block]);
  });

  it("in a block that may be empty", () => {
    expect(encodeOnce()).toEqual([]);
  });

  it("from any iterable, and behind what the writer holds", () => {
    const out = new OctetWriter();
    out.append(Uint8Array.of(1, 2), 0, 2);
    const encoder = new HpackEncoder();
    for (let round = 0; round < 3; round++) encoder.encode(new Set<FieldToEncode>([[":method", "GET"]]), out);
    expect([...out.bytes.subarray(0, out.length)]).toEqual([1, 2, 0x82, 0x82, 0x82]);
  });

  it("from what can be gone through once", () => {
    const encoder = new HpackEncoder();
    const once = function* (): Generator<FieldToEncode> {
      yield [":method", "GET"];
    };
    for (let round = 0; round < 2; round++) expect(encode(encoder, once())).toEqual([0x82]);
    expect(encode(encoder, [])).toEqual([]);
  });

  it("unless it holds characters that are not octets, which could become any", () => {
    expect(() => encodeOnce(["x", "Ċ"])).toThrow("fields are checked before they are encoded");
    expect(() => encodeOnce(["xĊ", ""])).toThrow("fields are checked before they are encoded");
    expect(() => encodeOnce(["cookie", "Ċ"])).toThrow("fields are checked before they are encoded");
  });
});

describe("what is never indexed (RFC 7541 §7.1.3)", () => {
  it.each<readonly [law: string, field: FieldToEncode, block: readonly number[]]>([
    ["Authorization", ["authorization", raw], never(23, raw)],
    ["Cookie, which is not split", ["cookie", "{=}; |=~"], never(32, "{=}; |=~")],
    ["Proxy-Authorization", ["proxy-authorization", raw], never(49, raw)],
    ["what the caller says is a secret", ["x", raw, true], never("x", raw)],
    ["an empty one, though the static table has it", ["accept-charset", "", true], never(15, "")],
  ])("%s", (_law, field, block) => {
    const encoder = new HpackEncoder();
    for (let round = 0; round < 3; round++) expect(encode(encoder, [field])).toEqual([...block]);
    expect(decodeBlock(newDecoder(), [...block]).lines).toEqual([`!${field[0]}: ${field[1]}`]);
  });

  it("is not, though it was indexed before", () => {
    const encoder = new HpackEncoder();
    encode(encoder, [["x", raw]]);
    expect(encode(encoder, [["x", raw, true]])).toEqual(never(62, raw));
    expect(encode(encoder, [["x", raw]])).toEqual(indexed(62));
  });
});

describe("what is not indexed, because it differs every time", () => {
  it.each([
    [":path", 4],
    ["content-length", 28],
    ["content-range", 30],
    ["date", 33],
    ["if-match", 39],
    ["if-modified-since", 40],
    ["if-none-match", 41],
    ["if-range", 42],
    ["if-unmodified-since", 43],
    ["range", 50],
  ])("%s", (name, index) => {
    const encoder = new HpackEncoder();
    for (let round = 0; round < 3; round++)
      expect(encode(encoder, [[name, raw]])).toEqual(passing(index, raw));
  });

  it.each(["idempotency-key", "traceparent", "tracestate", "x-request-id"])("%s", (name) => {
    const encoder = new HpackEncoder();
    const [first] = encode(encoder, [[name, raw]]);
    expect([first, encode(encoder, [[name, raw]])[0]]).toEqual([0, 0]);
  });

  it("but / has its index", () => {
    expect(encodeOnce([":path", "/index.html"])).toEqual([0x85]);
  });

  it("nor is what would fill half of the table", () => {
    const value = "~".repeat(2_048 - 33);
    expect(encodeOnce(["x", value])).toEqual(inserted("x", value));
    expect(encodeOnce(["x", `${value}~`])).toEqual(passing("x", `${value}~`));
  });
});

describe("the peer's setting (RFC 7541 §4.2; RFC 9113 §4.3.1)", () => {
  it.each<readonly [law: string, settings: readonly number[], block: readonly number[]]>([
    ["a smaller one is answered at the beginning of the next block", [100], tableSize(100)],
    ["so is none at all", [0], tableSize(0)],
    ["the same as before needs no answer", [4_096], []],
    ["a larger one is not made use of", [65_536], []],
    ["the largest neither", [0xffff_ffff], []],
    ["of several the least and the last are told", [100, 50, 200], [...tableSize(50), ...tableSize(200)]],
    ["or one, where they are the same", [200, 100], tableSize(100)],
    ["also where it comes back to what it was", [0, 4_096], [...tableSize(0), ...tableSize(4_096)]],
    ["a larger one behind it, as far as our bound", [0, 65_536], [...tableSize(0), ...tableSize(4_096)]],
  ])("%s", (_law, settings, block) => {
    const encoder = new HpackEncoder();
    for (const setting of settings) encoder.setMaxTableBytes(setting);
    expect(encode(encoder, [[":method", "GET"]])).toEqual([...block, 0x82]);
    expect(encode(encoder, [[":method", "GET"]])).toEqual([0x82]);
  });

  it("is answered though the block would be the same again", () => {
    const encoder = new HpackEncoder();
    for (let round = 0; round < 2; round++) expect(encode(encoder, [[":method", "GET"]])).toEqual([0x82]);
    encoder.setMaxTableBytes(50);
    expect(encode(encoder, [[":method", "GET"]])).toEqual([...tableSize(50), 0x82]);
  });

  it("is answered where the writer has no room left", () => {
    const encoder = new HpackEncoder();
    for (const size of [1_000, 4_000]) encoder.setMaxTableBytes(size);
    const out = new OctetWriter();
    out.append(new Uint8Array(256), 0, 256);
    encoder.encode([], out);
    expect([...out.bytes.subarray(256, out.length)]).toEqual([...tableSize(1_000), ...tableSize(4_000)]);
  });

  it("a value that was evicted is not referred to, though its name is there", () => {
    const encoder = new HpackEncoder();
    encode(encoder, [
      ["x", raw],
      ["x", other],
    ]);
    encoder.setMaxTableBytes(40);
    expect(
      encode(encoder, [
        ["x", other],
        ["x", raw],
      ]),
    ).toEqual([...tableSize(40), ...indexed(62), ...passing(62, raw)]);
  });

  it("a table without room is not used", () => {
    const encoder = new HpackEncoder();
    encode(encoder, [["x", raw]]);
    encoder.setMaxTableBytes(0);
    expect(encode(encoder, [["x", raw]])).toEqual([...tableSize(0), ...passing("x", raw)]);
    expect(encode(encoder, [["x", raw]])).toEqual(passing("x", raw));
  });

  it("a smaller table forgets the oldest", () => {
    const encoder = new HpackEncoder();
    const fields: readonly FieldToEncode[] = [
      ["x", raw],
      ["y", raw],
      ["x", other],
    ];
    expect(encode(encoder, fields)).toEqual([
      ...inserted("x", raw),
      ...inserted("y", raw),
      ...inserted(63, other),
    ]);
    encoder.setMaxTableBytes(80);
    expect(
      encode(encoder, [
        ["x", other],
        ["y", raw],
        ["x", raw, true],
      ]),
    ).toEqual([...tableSize(80), ...indexed(62), ...indexed(63), ...never(62, raw)]);
    encoder.setMaxTableBytes(40);
    expect(
      encode(encoder, [
        ["x", other, true],
        ["y", raw, true],
      ]),
    ).toEqual([...tableSize(40), ...never(62, other), ...never("y", raw)]);
  });
});

describe("a block that is sent again", () => {
  const fields: readonly FieldToEncode[] = [
    [":method", "GET"],
    [":path", "/{|}~"],
    ["x", raw],
    ["cookie", raw],
    ["y", raw, true],
  ];
  const again = [0x82, ...passing(4, "/{|}~"), ...indexed(62), ...never(32, raw), ...never("y", raw)];

  it("is the same for as long as the table is", () => {
    const encoder = new HpackEncoder();
    encode(encoder, fields);
    for (let round = 0; round < 3; round++) expect(encode(encoder, fields)).toEqual(again);
    encode(encoder, [["z", raw]]);
    for (let round = 0; round < 3; round++) expect(encode(encoder, fields)).toEqual(again.with(8, 0xbf));
  });

  it.each<readonly [change: string, fields: readonly FieldToEncode[]]>([
    ["a name", fields.with(2, ["w", raw])],
    ["a value", fields.with(2, ["x", other])],
    ["secrecy", fields.with(2, ["x", raw, true])],
    ["one field less", fields.slice(1)],
    ["one field more", [...fields, ["w", raw]]],
    ["the order", fields.toReversed()],
  ])("is another after a change of %s", (_change, changed) => {
    const encoder = new HpackEncoder();
    const decoder = newDecoder();
    for (const list of [fields, fields, fields, changed, fields, changed, changed]) {
      const lines = list.map(
        ([name, value, sensitive = false]) => `${sensitive || name === "cookie" ? "!" : ""}${name}: ${value}`,
      );
      expect(decodeBlock(decoder, encode(encoder, list)).lines).toEqual(lines);
    }
  });

  it("is not taken for the same after its fields were changed in place", () => {
    const encoder = new HpackEncoder();
    const list: FieldToEncode[] = [[":method", "GET"]];
    for (let round = 0; round < 3; round++) encode(encoder, list);
    list[0] = [":method", "POST"];
    expect(encode(encoder, list)).toEqual([0x83]);
  });
});
