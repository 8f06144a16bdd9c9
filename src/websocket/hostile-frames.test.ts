/**
 * The pure side of WebSocket against whatever a server can send: RFC 6455 §5 to §8. Hostile bytes neither throw nor hang nor pile up,
 * cuts between them change nothing, and each kind of fault has its close code. The kinds of cases are those that a conformance
 * suite of the protocol has: framing, pings, reserved bits and opcodes, fragments, UTF-8, closing, limits.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HttpsError } from "../core/index.ts";
import { writeFrame, WEBSOCKET_COMPRESSED } from "./frames.ts";
import { WebsocketProtocol } from "./protocol.ts";

const limit = 4_096;

/** All that came of some bytes: messages, control frames, what was sent, and the end. */
interface Heard {
  readonly events: string[];
  readonly sent: (readonly [op: number, payload: Uint8Array])[];
  readonly errors: HttpsError[];
}

function hear(pieces: Iterable<Uint8Array>, mayBeCompressed = false): Heard {
  const heard: Heard = { events: [], sent: [], errors: [] };
  const note = (
    kind: string,
    { data, flags, isCompressed }: { data: Uint8Array; flags: number; isCompressed: boolean },
  ): void =>
    void heard.events.push(
      `${kind} ${flags.toString(16)} ${isCompressed} ${Buffer.from(data).toString("hex")}`,
    );
  const protocol = new WebsocketProtocol(
    {
      onMessage: (message) => note("message", message),
      onControl: (message) => note("control", message),
      send: (op, payload) => heard.sent.push([op, payload.slice()]),
      onFailure: (error) => heard.errors.push(error),
    },
    { host: "a.example", limitBytes: () => limit, assembles: () => true, mayBeCompressed },
  );
  for (const piece of pieces) protocol.read(piece);
  return heard;
}

const octets = (...parts: readonly (number | string | Uint8Array)[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === "number" ? Buffer.of(part) : typeof part === "string" ? Buffer.from(part) : part,
    ),
  );

/** A frame of a server's, its length as short as it can be. */
function frame(first: number, payload: Uint8Array | string = ""): Uint8Array {
  const bytes = Buffer.from(payload);
  const { length } = bytes;
  const size = length < 126 ? [length] : [126, length >> 8, length & 0xff];
  return octets(first, ...size, bytes);
}

const withCode = (code: number, reason: Uint8Array | string = ""): Uint8Array =>
  octets(code >> 8, code & 0xff, reason);

/** The code that the server was told; `undefined` where nothing was wrong. */
function toldCode({ sent, errors }: Heard): number | undefined {
  if (errors.length === 0) return undefined;
  const [op, payload] = sent.at(-1) ?? [0, new Uint8Array(0)];
  expect(op).toBe(8);
  return ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
}

const eachByte = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte));

/** Whole, byte by byte, and cut in two anywhere: the same comes of it. */
function hearCut(bytes: Uint8Array, mayBeCompressed = false): Heard {
  const whole = hear([bytes], mayBeCompressed);
  expect(hear(eachByte(bytes), mayBeCompressed)).toEqual(whole);
  for (let at = 1; at < Math.min(bytes.length, 64); at++)
    expect(hear([bytes.subarray(0, at), bytes.subarray(at)], mayBeCompressed)).toEqual(whole);
  return whole;
}

const euro = Buffer.from("€");
const long = new Uint8Array(126).fill(0x78);

describe("what is wrong is told with its code", () => {
  test.each<[string, Uint8Array, number]>([
    ["a masked frame", octets(0x81, 0x81, 0, 0, 0, 0, "x"), 1002],
    ["a masked frame without content", octets(0x81, 0x80, 0, 0, 0, 0), 1002],
    ["RSV1", frame(0xc1, "x"), 1002],
    ["RSV2", frame(0xa1, "x"), 1002],
    ["RSV3", frame(0x91, "x"), 1002],
    ["RSV1 on a ping", frame(0xc9), 1002],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((op): [string, Uint8Array, number] => [
      `the opcode ${op}`,
      frame(0x80 | op),
      1002,
    ]),
    ["a ping in fragments", frame(0x09, "x"), 1002],
    ["a Close in fragments", frame(0x08, withCode(1000)), 1002],
    ["a ping of 126 octets", frame(0x89, long), 1002],
    ["a Close of 126 octets", frame(0x88, long), 1002],
    ["a length of 125 in two octets", octets(0x82, 126, 0, 125), 1002],
    ["a length of 65,535 in eight octets", octets(0x82, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff), 1002],
    ["a continuation of nothing", frame(0x80, "x"), 1002],
    ["a continuation behind a whole message", octets(frame(0x81, "x"), frame(0x80, "y")), 1002],
    ["a message within another", octets(frame(0x01, "x"), frame(0x81, "y")), 1002],
    ["a length of 2^63", octets(0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0), 1009],
    ["a length of 2^64 - 1", octets(0x82, 127, new Uint8Array(8).fill(0xff)), 1009],
    ["a length of 2^53 + 1", octets(0x82, 127, 0, 0x20, 0, 0, 0, 0, 0, 1), 1009],
    ["more than the limit in one frame", frame(0x82, new Uint8Array(limit + 1)), 1009],
    [
      "more than the limit in fragments",
      octets(frame(0x02, new Uint8Array(limit)), frame(0x00), frame(0x80, "x")),
      1009,
    ],
    ["text of an octet alone", frame(0x81, Uint8Array.of(0xff)), 1007],
    ["text that ends within a character", frame(0x81, euro.subarray(0, 2)), 1007],
    ["text with a surrogate", frame(0x81, Uint8Array.of(0xed, 0xa0, 0x80)), 1007],
    ["text past U+10FFFF", frame(0x81, Uint8Array.of(0xf4, 0x90, 0x80, 0x80)), 1007],
    ["text with a longer form than needed", frame(0x81, Uint8Array.of(0xc0, 0xaf)), 1007],
    [
      "a character that a fragment breaks and none completes",
      octets(frame(0x01, euro.subarray(0, 1)), frame(0x80, "x")),
      1007,
    ],
    [
      "a fault in a fragment, before the message is over",
      octets(frame(0x01, Uint8Array.of(0xff)), frame(0x00, "x")),
      1007,
    ],
    ["a Close with half a code", frame(0x88, Uint8Array.of(3)), 1002],
    ["a Close whose reason is not UTF-8", frame(0x88, withCode(1000, Uint8Array.of(0xff))), 1007],
    ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map(
      (code): [string, Uint8Array, number] => [`a Close with ${code}`, frame(0x88, withCode(code)), 1002],
    ),
  ])("%s", (_, bytes, code) => {
    const heard = hearCut(bytes);
    expect(toldCode(heard)).toBe(code);
    expect(heard.errors).toHaveLength(1);
  });

  test.each<[string, Uint8Array]>([
    ["a continuation that is compressed", octets(frame(0x41, "x"), frame(0xc0, "y"))],
    ["a control frame that is compressed", frame(0xc9)],
    ["RSV2 beside RSV1", frame(0xe1)],
    ["RSV2 alone", frame(0xa1)],
    ["a reserved opcode that is compressed", frame(0xc3)],
  ])("%s, where compression was agreed on", (_, bytes) => {
    expect(toldCode(hearCut(bytes, true))).toBe(1002);
  });
});

describe("what is right is heard", () => {
  const text = (words: string): string => `message 81 false ${Buffer.from(words).toString("hex")}`;

  test.each<[string, Uint8Array, readonly string[]]>([
    [
      "nothing, as text and as bytes",
      octets(frame(0x81), frame(0x82)),
      ["message 81 false ", "message 82 false "],
    ],
    [
      "125 octets, and 126",
      octets(frame(0x82, long.subarray(1)), frame(0x82, long)),
      [`message 82 false ${"78".repeat(125)}`, `message 82 false ${"78".repeat(126)}`],
    ],
    ["as much as the limit", frame(0x82, new Uint8Array(limit)), [`message 82 false ${"00".repeat(limit)}`]],
    [
      "a character in fragments, with a ping within it",
      octets(
        frame(0x01, euro.subarray(0, 1)),
        frame(0x89, "p"),
        frame(0x00, euro.subarray(1, 2)),
        frame(0x80, euro.subarray(2)),
      ),
      ["control 89 false 70", text("€")],
    ],
    ["fragments without content", octets(frame(0x01), frame(0x00), frame(0x80)), [text("")]],
    [
      "a pong that nobody asked for",
      octets(frame(0x8a, "x"), frame(0x81, "y")),
      ["control 8a false 78", text("y")],
    ],
    ["nothing behind a Close", octets(frame(0x88), frame(0x81, "late")), ["control 88 false "]],
    [
      "U+0000, U+FEFF and the last character",
      frame(0x81, "\0\uFEFF\u{10FFFF}"),
      [text("\0\uFEFF\u{10FFFF}")],
    ],
    ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999].map(
      (code): [string, Uint8Array, readonly string[]] => [
        `a Close with ${code}`,
        frame(0x88, withCode(code, "why")),
        [`control 88 false ${code.toString(16).padStart(4, "0")}${Buffer.from("why").toString("hex")}`],
      ],
    ),
  ])("%s", (_, bytes, events) => {
    const heard = hearCut(bytes);
    expect(heard.events).toEqual(events);
    expect(heard.errors).toEqual([]);
  });

  test("every ping is answered with its octets, and a Close with its code alone", () => {
    const { sent } = hearCut(
      octets(frame(0x89), frame(0x89, long.subarray(1)), frame(0x88, withCode(4321, "bye"))),
    );
    expect(sent).toEqual([
      [10, new Uint8Array(0)],
      [10, Uint8Array.from(long.subarray(1))],
      [8, Uint8Array.from(withCode(4321))],
    ]);
  });

  test("a compressed message is handed on as it is, and its octets are not text yet", () => {
    const { events, errors } = hearCut(
      octets(frame(0x41, Uint8Array.of(0xff)), frame(0x80, "x"), frame(0x81, "y")),
      true,
    );
    expect(events).toEqual(["message 81 true ff78", text("y")]);
    expect(errors).toEqual([]);
  });
});

describe("whatever comes", () => {
  const someFrame = fc
    .tuple(
      fc.constantFrom(0x80, 0x00, 0xc0, 0x40, 0xa0),
      fc.constantFrom(0, 0, 1, 1, 2, 8, 9, 10, 3, 15),
      fc.oneof(
        fc.uint8Array({ maxLength: 140 }),
        fc.string().map((words) => Buffer.from(words)),
      ),
    )
    .map(([bits, op, payload]) => frame(bits | op, payload));
  const stream = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .array(fc.oneof(someFrame, fc.uint8Array({ maxLength: 12 })), { maxLength: 12 })
      .map((parts) => octets(...parts)),
  );

  test("nothing throws, there is one end at most, and nothing is heard after it", () => {
    fc.assert(
      fc.property(stream, fc.boolean(), (bytes, mayBeCompressed) => {
        const { errors, sent, events } = hear([bytes], mayBeCompressed);
        expect(errors.length).toBeLessThanOrEqual(1);
        expect(sent.filter(([op]) => op === 8).length).toBeLessThanOrEqual(1);
        const end = events.findIndex((event) => event.startsWith("control 88"));
        expect(end === -1 || end === events.length - 1).toBe(true);
        expect(sent.findIndex(([op]) => op === 8)).toSatisfy(
          (at: number) => at === -1 || at === sent.length - 1,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test("cuts change nothing", () => {
    fc.assert(
      fc.property(
        stream,
        fc.array(fc.nat(400), { maxLength: 6 }),
        fc.boolean(),
        (bytes, cuts, mayBeCompressed) => {
          const places = [
            0,
            ...cuts.filter((at) => at < bytes.length).toSorted((a, b) => a - b),
            bytes.length,
          ];
          const pieces = places.slice(1).map((to, at) => bytes.subarray(places[at], to));
          expect(hear(pieces, mayBeCompressed)).toEqual(hear([bytes], mayBeCompressed));
          expect(hear(eachByte(bytes), mayBeCompressed)).toEqual(hear([bytes], mayBeCompressed));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("what a client writes is masked, as short as it can be, and says what it was given", () => {
    const op = fc.constantFrom(0, 1, 2, 8, 9, 10, 1 | 0x100, 1 | WEBSOCKET_COMPRESSED);
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(125, 126, 65_535, 65_536).map((length) => new Uint8Array(length).fill(7)),
    );
    fc.assert(
      fc.property(op, payload, fc.uint8Array({ minLength: 4, maxLength: 4 }), (given, bytes, mask) => {
        const made = Buffer.from(writeFrame(given, bytes, mask));
        const size = bytes.length < 126 ? 0 : bytes.length < 65_536 ? 2 : 8;
        expect(made.length).toBe(2 + size + 4 + bytes.length);
        expect(made[1]).toBe(0x80 | (size === 0 ? bytes.length : size === 2 ? 126 : 127));
        const shown =
          ((given & 0x100) === 0 ? 0x80 : 0) |
          ((given & WEBSOCKET_COMPRESSED) === 0 ? 0 : 0x40) |
          (given & 0x0f);
        expect(made[0]).toBe(shown);
        const body = made.subarray(6 + size).map((octet, at) => octet ^ (mask[at & 3] ?? 0));
        expect(Buffer.compare(body, bytes)).toBe(0);
      }),
    );
  });
});
