/** What header blocks mean, and the rules that each is held to: RFC 7541. */
import { describe, expect, it } from "vitest";
import {
  coded,
  decodeBlock,
  hex,
  indexed,
  inserted,
  never,
  newDecoder,
  passing,
  plain,
  tableSize,
} from "../../../test/http2/blocks.ts";
import type { HpackDecoder } from "./decoder.ts";

const request = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"];
const found = (time: string, status = "302"): string[] => [
  `:status: ${status}`,
  "cache-control: private",
  `date: Mon, 21 Oct 2013 20:13:${time} GMT`,
  "location: https://www.example.com",
];
const cookie = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

type Step = readonly [block: string, lines: readonly string[], tableBytes: number];
const requestSteps = (blocks: readonly [string, string, string]): readonly Step[] => [
  [blocks[0], request, 57],
  [blocks[1], [...request, "cache-control: no-cache"], 110],
  [
    blocks[2],
    [":method: GET", ":scheme: https", ":path: /index.html", request[3] ?? "", "custom-key: custom-value"],
    164,
  ],
];
const answerSteps = (blocks: readonly [string, string, string]): readonly Step[] => [
  [blocks[0], found("21"), 222],
  [blocks[1], found("21", "307"), 222],
  [blocks[2], [...found("22", "200"), "content-encoding: gzip", `set-cookie: ${cookie}`], 215],
];

/** RFC 7541 Appendix C: the blocks of one connection, with the size of its table after each. */
const examples: readonly (readonly [section: string, maxTableBytes: number, steps: readonly Step[]])[] = [
  [
    "C.2.1",
    4_096,
    [["400a637573746f6d2d6b65790d637573746f6d2d686561646572", ["custom-key: custom-header"], 55]],
  ],
  ["C.2.2", 4_096, [["040c2f73616d706c652f70617468", [":path: /sample/path"], 0]]],
  ["C.2.3", 4_096, [["100870617373776f726406736563726574", ["!password: secret"], 0]]],
  ["C.2.4", 4_096, [["82", [":method: GET"], 0]]],
  [
    "C.3",
    4_096,
    requestSteps([
      "828684410f7777772e6578616d706c652e636f6d",
      "828684be58086e6f2d6361636865",
      "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    ]),
  ],
  [
    "C.4",
    4_096,
    requestSteps([
      "828684418cf1e3c2e5f23a6ba0ab90f4ff",
      "828684be5886a8eb10649cbf",
      "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ]),
  ],
  [
    "C.5",
    256,
    answerSteps([
      `4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54
       6e1768747470733a2f2f7777772e6578616d706c652e636f6d`,
      "4803333037c1c0bf",
      `88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738
       666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b
       2076657273696f6e3d31`,
    ]),
  ],
  [
    "C.6",
    256,
    answerSteps([
      `488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b
       97c8e9ae82ae43d3`,
      "4883640effc1c0bf",
      `88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdf
       cd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007`,
    ]),
  ],
];

describe("the examples of RFC 7541", () => {
  it.each(examples)("Appendix %s", (_section, maxTableBytes, steps) => {
    const decoder = newDecoder(maxTableBytes);
    for (const [block, lines, tableBytes] of steps) {
      const decoded = decodeBlock(decoder, hex(block));
      expect(decoded.outcome).toBe("decoded");
      expect(decoded.lines).toEqual(lines);
      expect(decoder.tableBytes).toBe(tableBytes);
    }
  });
});

/** In the code `x` is 1111001, `0` is 00000, and EOS thirty ones. */
const x = [0b1111_0011];
const short = "a block ends where a field does";
const coding = "RFC 7541 §5.2";

const faults: readonly (readonly [
  law: string,
  block: readonly number[],
  rule: string,
  section: string,
  offset: number,
])[] = [
  ["index 0 is refused", [0x80], "the index 0 is not used", "RFC 7541 §6.1", 1],
  [
    "the first index behind both tables is refused",
    indexed(62),
    "an index is within the static and the dynamic table",
    "RFC 7541 §2.3.3",
    1,
  ],
  [
    "one far behind them too",
    indexed(1_000_000),
    "an index is within the static and the dynamic table",
    "RFC 7541 §2.3.3",
    4,
  ],
  [
    "and behind an entry",
    [...inserted("a", "b"), ...indexed(63)],
    "an index is within the static and the dynamic table",
    "RFC 7541 §2.3.3",
    6,
  ],
  [
    "and as that of a name",
    passing(62, "b"),
    "an index is within the static and the dynamic table",
    "RFC 7541 §2.3.3",
    2,
  ],
  [
    "and of one to be inserted",
    inserted(62, "b"),
    "an index is within the static and the dynamic table",
    "RFC 7541 §2.3.3",
    1,
  ],
  [
    "an integer with five octets behind its prefix",
    [0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    "an integer has at most 4 octets behind its prefix",
    "RFC 7541 §5.1",
    5,
  ],
  [
    "though they are zeros",
    [0xff, 0x80, 0x80, 0x80, 0x80, 0x00],
    "an integer has at most 4 octets behind its prefix",
    "RFC 7541 §5.1",
    5,
  ],
  [
    "an integer of ten octets",
    [0x7f, ...Array<number>(9).fill(0xff), 0x01],
    "an integer has at most 4 octets behind its prefix",
    "RFC 7541 §5.1",
    5,
  ],
  ["a block that ends within an index", [0xff], short, "RFC 7541 §5.1", 1],
  ["or in its middle", [0xff, 0x80], short, "RFC 7541 §5.1", 2],
  ["or behind the index of a name", [0x41], short, coding, 1],
  ["or behind a pattern without a name", [0x40], short, coding, 1],
  ["or behind a name", [0x00, ...plain("a")], short, coding, 3],
  ["or within a length", [0x41, 0x7f], short, "RFC 7541 §5.1", 2],
  ["or within a value", [0x41, 0x03, 0x61, 0x62], short, coding, 2],
  ["or within a coded one", [0x41, 0x82, 0x61], short, coding, 2],
  ["or within a name", [0x10, 0x03, 0x61], short, coding, 2],
  ["or within a table's size", [0x3f], short, "RFC 7541 §5.1", 1],
  ["a length beyond all blocks", [0x41, 0x7f, 0xff, 0xff, 0xff, 0x7f, 0x61], short, coding, 6],
  [
    "EOS in a string",
    passing("a", coded([0xff, 0xff, 0xff, 0xff])),
    "a coded string does not hold the symbol EOS",
    coding,
    8,
  ],
  [
    "EOS behind a symbol",
    passing("a", coded([...x, 0xff, 0xff, 0xff, 0xfc])),
    "a coded string does not hold the symbol EOS",
    coding,
    9,
  ],
  [
    "EOS that ends in the middle of an octet",
    passing("a", coded([0x07, 0xff, 0xff, 0xff, 0xff])),
    "a coded string does not hold the symbol EOS",
    coding,
    9,
  ],
  [
    "a table without room, behind a field",
    [0x82, ...tableSize(0)],
    "the size of the dynamic table is changed at the beginning of a block alone",
    "RFC 7541 §4.2",
    1,
  ],
  [
    "EOS in a name",
    [0x00, ...coded([0xff, 0xff, 0xff, 0xff]), ...plain("a")],
    "a coded string does not hold the symbol EOS",
    coding,
    6,
  ],
  [
    "padding of eight bits",
    passing("a", coded([0xff])),
    "a coded string is padded with less than eight bits",
    coding,
    5,
  ],
  [
    "padding of nine",
    passing("a", coded([...x, 0xff])),
    "a coded string is padded with less than eight bits",
    coding,
    6,
  ],
  [
    "padding of zeros",
    passing("a", coded([0b1111_0010])),
    "a coded string is padded with the beginning of EOS",
    coding,
    5,
  ],
  [
    "padding that begins with a zero, though it ends in ones",
    passing("a", coded([0b0000_0011])),
    "a coded string is padded with the beginning of EOS",
    coding,
    5,
  ],
  [
    "padding that ends in a zero",
    passing("a", coded([0b0000_0110])),
    "a coded string is padded with the beginning of EOS",
    coding,
    5,
  ],
  [
    "a size behind a field",
    [0x82, ...tableSize(100)],
    "the size of the dynamic table is changed at the beginning of a block alone",
    "RFC 7541 §4.2",
    1,
  ],
  [
    "a size above our setting",
    tableSize(4_097),
    "the dynamic table is not made larger than SETTINGS_HEADER_TABLE_SIZE",
    "RFC 7541 §6.3",
    3,
  ],
  [
    "as a second one too",
    [...tableSize(0), ...tableSize(4_097)],
    "the dynamic table is not made larger than SETTINGS_HEADER_TABLE_SIZE",
    "RFC 7541 §6.3",
    4,
  ],
];

describe("a block is refused for", () => {
  it.each(faults)("%s", (_law, block, ...fault) => {
    const [rule, section, offset] = fault;
    expect(decodeBlock(newDecoder(), block).outcome).toEqual({ rule, section, offset });
  });

  it("the end of its connection: nothing that comes after is read", () => {
    const decoder = newDecoder();
    const { outcome } = decodeBlock(decoder, tableSize(4_097));
    expect(decodeBlock(decoder, [0x82])).toEqual({ outcome, lines: [], fields: [] });
  });

  it.each([
    ["a broken length", [0x41, 0x7f]],
    ["a value that is not there", [0x41, 0x03, 0x61]],
    ["a table's size", tableSize(4_097)],
  ])("%s, of which no field is made", (_law, block) => {
    expect(decodeBlock(newDecoder(), block).fields).toEqual([]);
  });

  it("an index behind the oldest entry, wherever the ring of entries has room", () => {
    for (const count of [1, 2, 31, 32, 33, 64]) {
      const block = Array.from({ length: count }, () => inserted("a", "")).flat();
      for (const beyond of [0, 31, 32, 63, 64]) {
        const { outcome } = decodeBlock(newDecoder(), [...block, ...indexed(62 + count + beyond)]);
        expect(outcome).toMatchObject({ section: "RFC 7541 §2.3.3" });
      }
    }
  });

  it("what stands behind a limit that is exceeded", () => {
    const { outcome, lines } = decodeBlock(newDecoder(), [0x82, 0x84, 0x80], { bytes: Infinity, count: 1 });
    expect(outcome).toMatchObject({ rule: "the index 0 is not used" });
    expect(lines).toEqual([":method: GET"]);
  });
});

const readings: readonly (readonly [law: string, block: readonly number[], lines: readonly string[]])[] = [
  ["a block may be empty", [], []],
  ["or change the table's size alone", tableSize(0), []],
  ["names and values may be empty", [...passing("", ""), ...passing(1, "")], [": ", ":authority: "]],
  ["a coded string may be empty", passing("a", coded([])), ["a: "]],
  ["padding may have any number of bits below eight", passing("a", coded(x)), ["a: x"]],
  ["and none", passing("a", coded(hex("0000000000"))), ["a: 00000000"]],
  ["and three", passing("a", coded([0b0000_0111])), ["a: 0"]],
  ["and seven", passing("a", coded(hex("0000007f"))), ["a: 00000"]],
  ["a string may be long", passing("a", "x".repeat(40_000)), [`a: ${"x".repeat(40_000)}`]],
  [
    "an integer may have more octets than it needs",
    [0x00, ...hex("7f 80 80 80 00"), ...Buffer.alloc(127, "a"), ...plain("b")],
    [`${"a".repeat(127)}: b`],
  ],
  [
    "the static table begins at 1 and ends at 61",
    [...indexed(1), ...indexed(61)],
    [":authority: ", "www-authenticate: "],
  ],
  [
    "the dynamic table follows, the newest first",
    [...inserted("a", "1"), ...inserted("b", "2"), ...indexed(62), ...indexed(63)],
    ["a: 1", "b: 2", "b: 2", "a: 1"],
  ],
  [
    "a name may come from either",
    [...inserted("a", "1"), ...passing(62, "2"), ...passing(32, "3")],
    ["a: 1", "a: 2", "cookie: 3"],
  ],
  ["an octet is a character", passing("a", "\x00\x7f\x80\xff"), ["a: \x00\x7f\x80\xff"]],
  [
    "what is never indexed says so",
    [...never("a", "b"), ...passing("a", "b"), ...never(32, "c")],
    ["!a: b", "a: b", "!cookie: c"],
  ],
];

describe("how a block is read", () => {
  it.each(readings)("%s", (_law, block, lines) => {
    const decoded = decodeBlock(newDecoder(), block);
    expect(decoded.outcome).toBe("decoded");
    expect(decoded.lines).toEqual(lines);
  });
});

/** Entries of 100 octets each, of different names. */
const entry = (digit: number): number[] => inserted(`n${digit}`, "v".repeat(66));
const entries = (...digits: number[]): number[] => digits.flatMap(entry);

/** Names of the dynamic table's entries, the newest first: as many as make up its size. */
function dynamicNames(decoder: HpackDecoder): string[] {
  const names: string[] = [];
  for (let bytes = 0; bytes < decoder.tableBytes;) {
    const [field] = decodeBlock(decoder, indexed(62 + names.length)).fields;
    if (field === undefined) throw new Error("the entries do not make up the table's size");
    bytes += field.size;
    names.push(field.name);
  }
  return names;
}

describe("the dynamic table", () => {
  it("has room for as many octets as it may have, and drops the oldest for what is more (RFC 7541 §4.4)", () => {
    const decoder = newDecoder(300);
    decodeBlock(decoder, entries(1, 2, 3));
    expect(decoder.tableBytes).toBe(300);
    decodeBlock(decoder, inserted("a", ""));
    expect(decoder.tableBytes).toBe(233);
    expect(dynamicNames(decoder)).toEqual(["a", "n3", "n2"]);
  });

  it("is left empty by an entry that is larger than it, which is not a fault (RFC 7541 §4.4)", () => {
    const decoder = newDecoder(300);
    const { outcome, lines } = decodeBlock(decoder, [
      ...entries(1, 2),
      ...inserted("large", "v".repeat(264)),
    ]);
    expect(outcome).toBe("decoded");
    expect(lines).toHaveLength(3);
    expect(decoder.tableBytes).toBe(0);
    expect(dynamicNames(decoder)).toEqual([]);
  });

  it("takes an entry that is just as large as it", () => {
    const decoder = newDecoder(300);
    decodeBlock(decoder, [...entries(1, 2), ...inserted("large", "v".repeat(263))]);
    expect(decoder.tableBytes).toBe(300);
    expect(dynamicNames(decoder)).toEqual(["large"]);
  });

  it("gives a name to the entry that evicts it (RFC 7541 §4.4)", () => {
    const decoder = newDecoder(300);
    const { lines } = decodeBlock(decoder, [
      ...entries(1, 2),
      ...inserted(63, "w".repeat(266)),
      ...indexed(62),
    ]);
    expect(lines.slice(2)).toEqual([`n1: ${"w".repeat(266)}`, `n1: ${"w".repeat(266)}`]);
    expect(decoder.tableBytes).toBe(300);
  });

  it("may hold the same field twice (RFC 7541 §2.3.2)", () => {
    const decoder = newDecoder();
    decodeBlock(decoder, entries(1, 1));
    expect(decoder.tableBytes).toBe(200);
    expect(dynamicNames(decoder)).toEqual(["n1", "n1"]);
  });

  it("shrinks to a size, and drops the oldest (RFC 7541 §4.3)", () => {
    const decoder = newDecoder();
    decodeBlock(decoder, entries(1, 2, 3));
    decodeBlock(decoder, tableSize(299));
    expect(decoder.tableBytes).toBe(200);
    decodeBlock(decoder, [...tableSize(0), ...tableSize(4_096)]);
    expect(decoder.tableBytes).toBe(0);
    decodeBlock(decoder, entries(4));
    expect(dynamicNames(decoder)).toEqual(["n4"]);
  });

  it("begins with 4,096 octets, though our setting is larger (RFC 9113 §6.5.2)", () => {
    const decoder = newDecoder(65_536);
    for (let digit = 0; digit < 50; digit++) decodeBlock(decoder, entry(10 + digit));
    expect(decoder.tableBytes).toBeLessThanOrEqual(4_096);
    expect(decodeBlock(decoder, tableSize(65_536)).outcome).toBe("decoded");
    for (let digit = 0; digit < 50; digit++) decodeBlock(decoder, entry(10 + digit));
    expect(decoder.tableBytes).toBeGreaterThan(8_000);
  });

  it("keeps its order however often it grows and drops", () => {
    const decoder = newDecoder();
    const names: string[] = [];
    const room = Math.floor(4_096 / 36);
    for (let number = 100; number < 400; number++) {
      decodeBlock(decoder, inserted(`n${number}`, ""));
      names.unshift(`n${number}`);
      if (number % 37 === 0) expect(dynamicNames(decoder)).toEqual(names.slice(0, room));
    }
    expect(dynamicNames(decoder)).toHaveLength(room);
  });

  it("gives one object for every use of an entry, so that its checks are made once", () => {
    const decoder = newDecoder();
    const block = [...inserted("a", "b"), ...indexed(62), ...indexed(2), ...indexed(2)];
    const { fields } = decodeBlock(decoder, block);
    expect(fields[1]).toBe(fields[0]);
    expect(fields[3]).toBe(fields[2]);
    expect(decodeBlock(newDecoder(), indexed(2)).fields[0]).toBe(fields[2]);
  });
});

const reduced = {
  rule: "the block after a smaller SETTINGS_HEADER_TABLE_SIZE begins with a size within it",
  section: "RFC 9113 §4.3.1",
};

describe("after a smaller setting was acknowledged (RFC 7541 §4.2; RFC 9113 §4.3.1)", () => {
  it.each<readonly [law: string, settings: readonly number[], block: readonly number[], outcome: unknown]>([
    ["the next block begins with a size within it", [100], [...tableSize(100), 0x82], "decoded"],
    ["or a smaller one", [100], [...tableSize(0), 0x82], "decoded"],
    ["one without is refused", [100], [0x82], { ...reduced, offset: 0 }],
    ["so is an empty one", [100], [], { ...reduced, offset: 0 }],
    [
      "a larger size is refused",
      [100],
      tableSize(101),
      expect.objectContaining({ section: "RFC 7541 §6.3" }),
    ],
    [
      "the least of several is told first",
      [100, 4_000],
      [...tableSize(100), ...tableSize(4_000), 0x82],
      "decoded",
    ],
    ["and must be", [100, 4_000], [...tableSize(4_000), 0x82], { ...reduced, offset: 3 }],
    ["whichever came first", [4_000, 100, 2_000], [...tableSize(2_000), 0x82], { ...reduced, offset: 3 }],
    ["and the last need not be", [100, 4_000], [...tableSize(90), 0x82], "decoded"],
    ["a larger setting asks for nothing", [65_536], [0x82], "decoded"],
    ["and lets the table be larger", [65_536], tableSize(65_536), "decoded"],
  ])("%s", (_law, settings, block, outcome) => {
    const decoder = newDecoder();
    for (const setting of settings) decoder.setMaxTableBytes(setting);
    expect(decodeBlock(decoder, block).outcome).toEqual(outcome);
  });

  it("a table that is smaller already needs no size", () => {
    const decoder = newDecoder();
    decodeBlock(decoder, tableSize(100));
    decoder.setMaxTableBytes(100);
    expect(decodeBlock(decoder, [0x82]).outcome).toBe("decoded");
  });

  it("the block after that one needs none either", () => {
    const decoder = newDecoder();
    decoder.setMaxTableBytes(100);
    decodeBlock(decoder, tableSize(50));
    expect(decodeBlock(decoder, [0x82]).outcome).toBe("decoded");
  });

  it("sizes that are each told are taken, though two would do", () => {
    const sizes = [10, 2_000, 30, 4_096].flatMap(tableSize);
    expect(decodeBlock(newDecoder(), [...sizes, 0x82]).lines).toEqual([":method: GET"]);
  });
});

/** `:method: GET` counts for 42 octets, `:path: /` for 38. */
describe("limits", () => {
  it.each<readonly [law: string, limits: { bytes: number; count: number }, outcome: string, kept: number]>([
    ["as many octets as are allowed are kept", { bytes: 80, count: Infinity }, "decoded", 2],
    ["one octet more is not", { bytes: 79, count: Infinity }, "over-bytes", 1],
    ["nor is what comes behind it", { bytes: 41, count: Infinity }, "over-bytes", 0],
    ["as many fields as are allowed are kept", { bytes: Infinity, count: 2 }, "decoded", 2],
    ["one field more is not", { bytes: Infinity, count: 1 }, "over-count", 1],
    ["none may be allowed", { bytes: Infinity, count: 0 }, "over-count", 0],
  ])("%s", (_law, limits, outcome, kept) => {
    const decoded = decodeBlock(newDecoder(), [0x82, 0x84], limits);
    expect(decoded.outcome).toBe(outcome);
    expect(decoded.fields).toHaveLength(kept);
  });

  it("a block beyond them is read to its end, so that the table stays in step", () => {
    const decoder = newDecoder();
    const { outcome } = decodeBlock(decoder, [...indexed(2), ...entries(1, 2)], { bytes: 10, count: 10 });
    expect(outcome).toBe("over-bytes");
    expect(dynamicNames(decoder)).toEqual(["n2", "n1"]);
  });

  it("what the block before left is not kept", () => {
    const decoder = newDecoder();
    const fields = [...decodeBlock(decoder, [0x82, 0x84]).fields];
    decoder.decode(Uint8Array.of(0x87), 0, 1, { fields, bytes: 1_000, count: 10 });
    expect(fields.map(({ value }) => value)).toEqual(["https"]);
  });

  it("references to a large entry, an octet each, are counted and not kept (CVE-2026-49975)", () => {
    const decoder = newDecoder();
    decodeBlock(decoder, inserted("a", "v".repeat(4_000)));
    const bomb = new Uint8Array(1_000_000).fill(0xbe);
    const { outcome, fields } = decodeBlock(decoder, bomb, { bytes: 65_536, count: 2_000 });
    expect(outcome).toBe("over-bytes");
    expect(fields).toHaveLength(16);
  });

  it("so are references to the smallest", () => {
    const decoder = newDecoder();
    decodeBlock(decoder, inserted("", ""));
    const bomb = new Uint8Array(1_000_000).fill(0xbe);
    const { outcome, fields } = decodeBlock(decoder, bomb, { bytes: Infinity, count: 2_000 });
    expect(outcome).toBe("over-count");
    expect(fields).toHaveLength(2_000);
  });

  it("a coded string counts as it is decoded", () => {
    const block = passing("a", coded(Array<number>(1_000).fill(0)));
    expect(decodeBlock(newDecoder(), block, { bytes: 1_633, count: 10 }).outcome).toBe("decoded");
    expect(decodeBlock(newDecoder(), block, { bytes: 1_632, count: 10 })).toMatchObject({
      outcome: "over-bytes",
      fields: [],
    });
  });
});
