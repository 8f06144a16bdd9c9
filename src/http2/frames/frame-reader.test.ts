/** What frames say, and the rules that one of them alone can break: RFC 9113 §4, §6. */
import { describe, expect, it } from "vitest";
import {
  frame,
  FrameTranscript,
  readEveryWay,
  readPieces,
  uint32,
  usualFrameBytes,
} from "../../../test/http2/frame-transcript.ts";
import { FrameReader } from "./frame-reader.ts";

const setting = (id: number, value: number): number[] => [id >>> 8, id & 0xff, ...uint32(value)];
const priority = [...uint32(0x8000_0003), 9];

const readings: readonly (readonly [law: string, frames: readonly number[], events: readonly string[]])[] = [
  ["DATA give their content", frame("data", 0, 1, "hello"), ['data 1 "hello" 5']],
  ["and may end the stream", frame("data", 1, 1, "hello"), ['data 1 "hello" 5 end']],
  ["and may be empty", frame("data", 1, 1), ['data 1 "" 0 end']],
  [
    "their padding counts for flow control alone",
    frame("data", 9, 1, "\x04hello\0\0\0\0"),
    ['data 1 "hello" 10 end'],
  ],
  ["padding may be empty", frame("data", 8, 1, "\0hello"), ['data 1 "hello" 6']],
  ["or all that there is", frame("data", 8, 1, "\x04\0\0\0\0"), ['data 1 "" 5']],
  ["or nothing but its length", frame("data", 8, 1, "\0"), ['data 1 "" 1']],
  ["what it is made of is not looked at", frame("data", 8, 1, "\x05hello: bye"), ['data 1 "hello" 11']],
  ["HEADERS give a fragment", frame("headers", 4, 1, "block"), ['headers 1 0x4 "block"']],
  ["which may be empty", frame("headers", 5, 1), ['headers 1 0x5 ""']],
  ["without their padding", frame("headers", 0xc, 1, "\x02block\0\0"), ['headers 1 0xc "block"']],
  ["and all may be padding", frame("headers", 0xc, 1, "\x02\0\0"), ['headers 1 0xc ""']],
  ["without their priority", frame("headers", 0x24, 1, [...priority, 0x82]), ['headers 1 0x24 "\x82"']],
  ["without both", frame("headers", 0x2c, 1, [1, ...priority, 0x82, 0]), ['headers 1 0x2c "\x82"']],
  ["CONTINUATION gives a fragment", frame("continuation", 4, 1, "block"), ['continuation 1 0x4 "block"']],
  [
    "and has no padding, whatever its flags say",
    frame("continuation", 8, 1, "\x01a"),
    [String.raw`continuation 1 0x8 "\u0001a"`],
  ],
  ["PRIORITY is told", frame("priority", 0, 3, priority), ["priority 3"]],
  ["RST_STREAM gives its code", frame("reset", 0, 1, uint32(8)), ["reset 1 CANCEL"]],
  ["which may be unknown", frame("reset", 0, 1, uint32(0xffff_fff0)), ["reset 1 4294967280"]],
  [
    "SETTINGS give their entries in order",
    frame("settings", 0, 0, [...setting(1, 0), ...setting(3, 0xffff_ffff), ...setting(1, 9)]),
    ["settings 1=0 3=4294967295 1=9"],
  ],
  ["and may have none", frame("settings", 0, 0), ["settings"]],
  ["unknown ones too", frame("settings", 0, 0, setting(0xface, 1)), ["settings 64206=1"]],
  ["the acknowledgment is another thing", frame("settings", 1, 0), ["settings ack"]],
  [
    "PUSH_PROMISE gives the stream it promises",
    frame("pushPromise", 4, 1, [...uint32(2), 0x82]),
    ['push 1 2 0x4 "\x82"'],
  ],
  [
    "without its padding",
    frame("pushPromise", 0xc, 1, [1, ...uint32(0x8000_0002), 0x82, 0]),
    ['push 1 2 0xc "\x82"'],
  ],
  ["PING gives eight octets", frame("ping", 0, 0, "deadbeef"), ['ping "deadbeef"']],
  ["and so does its answer", frame("ping", 1, 0, "deadbeef"), ['pong "deadbeef"']],
  [
    "GOAWAY gives the last stream, its code and what is said besides",
    frame("goaway", 0, 0, [...uint32(0x8000_0005), ...uint32(2), 0x68, 0x69]),
    ['goaway 5 INTERNAL_ERROR "hi"'],
  ],
  ["which may be nothing", frame("goaway", 0, 0, [...uint32(0), ...uint32(0)]), ['goaway 0 NO_ERROR ""']],
  ["WINDOW_UPDATE is of a stream", frame("windowUpdate", 0, 1, uint32(0x7fff_ffff)), ["window 1 2147483647"]],
  ["or of the connection", frame("windowUpdate", 0, 0, uint32(1)), ["window 0 1"]],
  [
    "a reserved bit is not looked at",
    frame("windowUpdate", 0, 0x8000_0001, uint32(0x8000_0001)),
    ["window 1 1"],
  ],
  ["flags without a meaning are not looked at", frame("windowUpdate", 0xff, 0, uint32(1)), ["window 0 1"]],
  [
    "frames of unknown types are passed over (§4.1, §5.5)",
    [...frame(0xa, 0, 0, "h3=:443"), ...frame(0xff, 0xff, 7), ...frame("ping", 0, 0, "deadbeef")],
    ["other 10 0 7", "other 255 7 0", 'ping "deadbeef"'],
  ],
  [
    "a frame may be as long as announced",
    frame("data", 0, 1, "x".repeat(usualFrameBytes)),
    [`data 1 "${"x".repeat(usualFrameBytes)}" ${usualFrameBytes}`],
  ],
  [
    "one follows the other",
    [...frame("headers", 4, 1, "block"), ...frame("data", 0, 1, "a"), ...frame("data", 1, 1)],
    ['headers 1 0x4 "block"', 'data 1 "a" 1', 'data 1 "" 0 end'],
  ],
  [
    "SETTINGS may say the largest that there is",
    frame("settings", 0, 0, [...setting(4, 0x7fff_ffff), ...setting(5, 0xff_ffff)]),
    ["settings 4=2147483647 5=16777215"],
  ],
  [
    "and the least",
    frame("settings", 0, 0, [...setting(2, 0), ...setting(4, 0), ...setting(5, 16_384)]),
    ["settings 2=0 4=0 5=16384"],
  ],
  [
    "and what other RFCs add",
    frame("settings", 0, 0, [...setting(8, 1), ...setting(9, 1), ...setting(8, 0), ...setting(9, 0)]),
    ["settings 8=1 9=1 8=0 9=0"],
  ],
  [
    "what follows SETTINGS is not one of them",
    [...frame("settings", 0, 0, setting(1, 1)), ...frame("data", 1, 1, "x".repeat(512))],
    ["settings 1=1", `data 1 "${"x".repeat(512)}" 512 end`],
  ],
  [
    "PUSH_PROMISE begins with a stream, not with the length of padding",
    frame("pushPromise", 4, 1, [...uint32(0x0100_0002), 0x82, 0x84]),
    ['push 1 16777218 0x4 "\x82\x84"'],
  ],
];

describe("what a frame says", () => {
  it.each(readings)("%s", (_law, octets, events) => {
    for (const transcript of readEveryWay(Uint8Array.from(octets)))
      expect(transcript.lines()).toEqual(events);
  });
});

const faults: readonly (readonly [law: string, octets: readonly number[], fault: string])[] = [
  [
    "a frame that is longer than announced",
    frame("data", 0, 1, "x".repeat(usualFrameBytes + 1)),
    "FRAME_SIZE_ERROR: a frame has at most the 16384 octets announced (RFC 9113 §4.2)",
  ],
  [
    "of an unknown type too",
    frame(0xf0, 0, 1, "x".repeat(usualFrameBytes + 1)),
    "FRAME_SIZE_ERROR: a frame has at most the 16384 octets announced (RFC 9113 §4.2)",
  ],
  [
    "as soon as its header is there",
    [0xff, 0xff, 0xff, 4, 0, ...uint32(0)],
    "FRAME_SIZE_ERROR: a frame has at most the 16384 octets announced (RFC 9113 §4.2)",
  ],
  [
    "DATA for the connection",
    frame("data", 0, 0, "a"),
    "PROTOCOL_ERROR: DATA is sent for a stream, not for the connection (RFC 9113 §6.1)",
  ],
  [
    "with more padding than there is place for",
    frame("data", 8, 1, "\x05hell"),
    "PROTOCOL_ERROR: padding leaves the rest of a frame its place (RFC 9113 §6.1)",
  ],
  [
    "by one octet",
    frame("data", 8, 1, "\x01"),
    "PROTOCOL_ERROR: padding leaves the rest of a frame its place (RFC 9113 §6.1)",
  ],
  [
    "padded, without the padding's length",
    frame("data", 8, 1),
    "FRAME_SIZE_ERROR: DATA hold what their flags say (RFC 9113 §4.2, §6.1)",
  ],
  [
    "HEADERS for the connection",
    frame("headers", 4, 0, "a"),
    "PROTOCOL_ERROR: HEADERS is sent for a stream, not for the connection (RFC 9113 §6.2)",
  ],
  [
    "with more padding than there is place for",
    frame("headers", 0xc, 1, "\x03ab"),
    "PROTOCOL_ERROR: padding leaves the rest of a frame its place (RFC 9113 §6.2)",
  ],
  [
    "with padding in the place of their priority",
    frame("headers", 0x2c, 1, [1, ...priority]),
    "PROTOCOL_ERROR: padding leaves the rest of a frame its place (RFC 9113 §6.2)",
  ],
  [
    "padded, without the padding's length",
    frame("headers", 0xc, 1),
    "FRAME_SIZE_ERROR: HEADERS hold what their flags say (RFC 9113 §4.2, §6.2)",
  ],
  [
    "without the priority that their flags say",
    frame("headers", 0x24, 1, "abcd"),
    "FRAME_SIZE_ERROR: HEADERS hold what their flags say (RFC 9113 §4.2, §6.2)",
  ],
  [
    "by the padding's length",
    frame("headers", 0x2c, 1, priority),
    "FRAME_SIZE_ERROR: HEADERS hold what their flags say (RFC 9113 §4.2, §6.2)",
  ],
  [
    "PRIORITY for the connection",
    frame("priority", 0, 0, priority),
    "PROTOCOL_ERROR: PRIORITY is sent for a stream, not for the connection (RFC 9113 §6.3)",
  ],
  [
    "RST_STREAM for the connection",
    frame("reset", 0, 0, uint32(0)),
    "PROTOCOL_ERROR: RST_STREAM is sent for a stream, not for the connection (RFC 9113 §6.4)",
  ],
  [
    "of three octets",
    frame("reset", 0, 1, "abc"),
    "FRAME_SIZE_ERROR: RST_STREAM has 4 octets (RFC 9113 §6.4)",
  ],
  ["of five", frame("reset", 0, 1, "abcde"), "FRAME_SIZE_ERROR: RST_STREAM has 4 octets (RFC 9113 §6.4)"],
  [
    "SETTINGS for a stream",
    frame("settings", 0, 1),
    "PROTOCOL_ERROR: SETTINGS is sent for the connection, not for a stream (RFC 9113 §6.5)",
  ],
  [
    "of seven octets",
    frame("settings", 0, 0, "abcdefg"),
    "FRAME_SIZE_ERROR: SETTINGS have 6 octets for each setting (RFC 9113 §6.5)",
  ],
  [
    "that acknowledge, and are not empty",
    frame("settings", 1, 0, setting(1, 1)),
    "FRAME_SIZE_ERROR: SETTINGS that acknowledge are empty (RFC 9113 §6.5)",
  ],
  [
    "that allow pushes",
    frame("settings", 0, 0, setting(2, 1)),
    "PROTOCOL_ERROR: a server sends no SETTINGS_ENABLE_PUSH but 0 (RFC 9113 §6.5.2)",
  ],
  [
    "with a window of 2^31",
    frame("settings", 0, 0, setting(4, 0x8000_0000)),
    "FLOW_CONTROL_ERROR: SETTINGS_INITIAL_WINDOW_SIZE is at most 2^31 - 1 (RFC 9113 §6.5.2)",
  ],
  [
    "with frames below 2^14",
    frame("settings", 0, 0, setting(5, 16_383)),
    "PROTOCOL_ERROR: SETTINGS_MAX_FRAME_SIZE lies between 2^14 and 2^24 - 1 (RFC 9113 §6.5.2)",
  ],
  [
    "with frames of 2^24",
    frame("settings", 0, 0, setting(5, 0x100_0000)),
    "PROTOCOL_ERROR: SETTINGS_MAX_FRAME_SIZE lies between 2^14 and 2^24 - 1 (RFC 9113 §6.5.2)",
  ],
  [
    "whose last entry is wrong",
    frame("settings", 0, 0, [...setting(1, 1), ...setting(8, 2)]),
    "PROTOCOL_ERROR: SETTINGS_ENABLE_CONNECT_PROTOCOL is 0 or 1 (RFC 8441 §3)",
  ],
  [
    "whose first is",
    frame("settings", 0, 0, [...setting(9, 2), ...setting(1, 1)]),
    "PROTOCOL_ERROR: SETTINGS_NO_RFC7540_PRIORITIES is 0 or 1 (RFC 9218 §2.1)",
  ],
  [
    "PUSH_PROMISE for the connection",
    frame("pushPromise", 4, 0, uint32(2)),
    "PROTOCOL_ERROR: PUSH_PROMISE is sent for a stream, not for the connection (RFC 9113 §6.6)",
  ],
  [
    "of stream 0",
    frame("pushPromise", 4, 1, uint32(0)),
    "PROTOCOL_ERROR: a promised stream has an even number (RFC 9113 §6.6, §5.1.1)",
  ],
  [
    "of a stream of ours",
    frame("pushPromise", 4, 1, uint32(3)),
    "PROTOCOL_ERROR: a promised stream has an even number (RFC 9113 §6.6, §5.1.1)",
  ],
  [
    "of three octets",
    frame("pushPromise", 4, 1, "abc"),
    "FRAME_SIZE_ERROR: PUSH_PROMISE has at least 4 octets (RFC 9113 §6.6)",
  ],
  [
    "padded, without the room for its length",
    frame("pushPromise", 0xc, 1, uint32(2)),
    "FRAME_SIZE_ERROR: PUSH_PROMISE holds what its flags say (RFC 9113 §4.2, §6.6)",
  ],
  [
    "with more padding than there is place for",
    frame("pushPromise", 0xc, 1, [2, ...uint32(2), 0]),
    "PROTOCOL_ERROR: padding leaves the rest of a frame its place (RFC 9113 §6.6)",
  ],
  [
    "PING for a stream",
    frame("ping", 0, 1, "deadbeef"),
    "PROTOCOL_ERROR: PING is sent for the connection, not for a stream (RFC 9113 §6.7)",
  ],
  ["of seven octets", frame("ping", 0, 0, "deadbee"), "FRAME_SIZE_ERROR: PING has 8 octets (RFC 9113 §6.7)"],
  ["of nine", frame("ping", 1, 0, "deadbeefs"), "FRAME_SIZE_ERROR: PING has 8 octets (RFC 9113 §6.7)"],
  [
    "GOAWAY for a stream",
    frame("goaway", 0, 1, "deadbeef"),
    "PROTOCOL_ERROR: GOAWAY is sent for the connection, not for a stream (RFC 9113 §6.8)",
  ],
  [
    "of seven octets",
    frame("goaway", 0, 0, "deadbee"),
    "FRAME_SIZE_ERROR: GOAWAY has at least 8 octets (RFC 9113 §6.8)",
  ],
  [
    "WINDOW_UPDATE of three octets",
    frame("windowUpdate", 0, 1, "abc"),
    "FRAME_SIZE_ERROR: WINDOW_UPDATE has 4 octets (RFC 9113 §6.9)",
  ],
  [
    "of five",
    frame("windowUpdate", 0, 0, "abcde"),
    "FRAME_SIZE_ERROR: WINDOW_UPDATE has 4 octets (RFC 9113 §6.9)",
  ],
  [
    "of the connection's window by zero",
    frame("windowUpdate", 0, 0, uint32(0x8000_0000)),
    "PROTOCOL_ERROR: a window is not increased by zero (RFC 9113 §6.9)",
  ],
  [
    "CONTINUATION for the connection",
    frame("continuation", 4, 0, "a"),
    "PROTOCOL_ERROR: CONTINUATION is sent for a stream, not for the connection (RFC 9113 §6.10)",
  ],
  [
    "PRIORITY_UPDATE from a server",
    frame("priorityUpdate", 0, 0, [...uint32(1), 0x75]),
    "PROTOCOL_ERROR: only a client sends PRIORITY_UPDATE (RFC 9218 §7.1)",
  ],
];

describe("what ends the connection", () => {
  it.each(faults)("%s", (_law, octets, fault) => {
    const between = [...frame("settings", 1, 0), ...octets, ...frame("ping", 0, 0, "deadbeef")];
    for (const transcript of readEveryWay(Uint8Array.from(between)))
      expect(transcript.lines()).toEqual(["settings ack", fault]);
  });

  it("is told with its frame, whose header may be used again", () => {
    const { fault } = readPieces(Uint8Array.from(frame("ping", 3, 5, "deadbeef")), [4]);
    expect(fault?.frame).toEqual({ length: 8, type: 6, flags: 3, stream: 5 });
  });

  it("is a larger frame where larger ones were announced", () => {
    const octets = Uint8Array.from(frame("headers", 4, 1, "x".repeat(20_000)));
    for (const transcript of readEveryWay(octets, 20_000)) expect(transcript.fault).toBeUndefined();
    for (const transcript of readEveryWay(octets, 19_999))
      expect(transcript.fault).toMatchObject({ errorCode: "FRAME_SIZE_ERROR" });
  });
});

describe("what ends a stream alone", () => {
  it.each([
    [
      "PRIORITY of four octets",
      frame("priority", 0, 1, "abcd"),
      "stream 1: FRAME_SIZE_ERROR: PRIORITY has 5 octets (RFC 9113 §6.3)",
    ],
    [
      "of six",
      frame("priority", 0, 1, "abcdef"),
      "stream 1: FRAME_SIZE_ERROR: PRIORITY has 5 octets (RFC 9113 §6.3)",
    ],
    [
      "a window that is increased by zero",
      frame("windowUpdate", 0, 1, uint32(0)),
      "stream 1: PROTOCOL_ERROR: a window is not increased by zero (RFC 9113 §6.9)",
    ],
  ])("%s", (_law, octets, event) => {
    const between = [...frame("settings", 1, 0), ...octets, ...frame("ping", 0, 0, "deadbeef")];
    for (const transcript of readEveryWay(Uint8Array.from(between)))
      expect(transcript.lines()).toEqual(["settings ack", event, 'ping "deadbeef"']);
  });
});

describe("a reader", () => {
  const frames = [
    ...frame("headers", 4, 1, "block"),
    ...frame("data", 8, 1, "\x01hello\0"),
    ...frame(0x99, 0, 1, "unknown"),
    ...frame("ping", 0, 0, "deadbeef"),
  ];

  it("gives content as it comes", () => {
    const reader = new FrameReader(usualFrameBytes);
    const transcript = new FrameTranscript();
    const octets = Uint8Array.from(frame("data", 1, 1, "hello"));
    reader.push(octets, 0, 11, transcript);
    expect(transcript.openContent).toBe("he");
    reader.push(octets, 11, octets.length, transcript);
    expect(transcript.events).toEqual(['data 1 "hello" 5 end']);
  });

  it("reads nothing more once it is stopped, from inside any call", () => {
    for (const all of readEveryWay(Uint8Array.from(frames))) expect(all.events).toHaveLength(4);
    // Headers, content, its end, the unknown frame.
    for (const pieceLength of [1, frames.length]) {
      for (let calls = 1; calls <= 4; calls++) {
        const reader = new FrameReader(usualFrameBytes);
        const transcript = new FrameTranscript();
        let heard = 0;
        transcript.onEvent = () => {
          if (++heard === calls) reader.stop();
        };
        for (let at = 0; at < frames.length; at += pieceLength)
          reader.push(Uint8Array.from(frames), at, at + pieceLength, transcript);
        expect(heard).toBe(calls);
      }
    }
  });

  it("reads nothing more after a fault", () => {
    const reader = new FrameReader(usualFrameBytes);
    const transcript = new FrameTranscript();
    const wrong = Uint8Array.from(frame("ping", 0, 1, "deadbeef"));
    expect(reader.push(wrong, 0, wrong.length, transcript)).toBeDefined();
    const right = Uint8Array.from(frames);
    expect(reader.push(right, 0, right.length, transcript)).toBeUndefined();
    expect(transcript.events).toEqual([]);
  });
});
