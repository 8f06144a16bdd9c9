/** Frames as they are written: RFC 9113 §4.1, §6; RFC 9218 §7.1. */
import { describe, expect, it } from "vitest";
import { frame, uint32 } from "../../../test/http2/frame-transcript.ts";
import { OctetWriter } from "../octet-writer.ts";
import { FrameWriter } from "./frame-writer.ts";

function written(write: (writer: FrameWriter) => void): number[] {
  const writer = new FrameWriter();
  write(writer);
  return [...(writer.take() ?? [])];
}

const octets = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

function blockOf(text: string): OctetWriter {
  const block = new OctetWriter();
  block.append(octets(text), 0, text.length);
  return block;
}

const rows: readonly (readonly [
  law: string,
  write: (writer: FrameWriter) => void,
  frames: readonly number[],
])[] = [
  [
    "DATA",
    (w) => w.data({ stream: 1, endStream: false }, octets("(hello)"), 1, 6),
    frame("data", 0, 1, "hello"),
  ],
  [
    "DATA that end the stream",
    (w) => w.data({ stream: 3, endStream: true }, octets(""), 0, 0),
    frame("data", 1, 3),
  ],
  [
    "HEADERS",
    (w) => w.headers({ stream: 1, endStream: false, maxFrameBytes: 5 }, blockOf("block")),
    frame("headers", 4, 1, "block"),
  ],
  [
    "HEADERS that end the stream",
    (w) => w.headers({ stream: 1, endStream: true, maxFrameBytes: 5 }, blockOf("block")),
    frame("headers", 5, 1, "block"),
  ],
  [
    "an empty block",
    (w) => w.headers({ stream: 1, endStream: true, maxFrameBytes: 5 }, blockOf("")),
    frame("headers", 5, 1),
  ],
  [
    "a block that is longer than the peer's frames",
    (w) => w.headers({ stream: 1, endStream: true, maxFrameBytes: 2 }, blockOf("block")),
    [
      ...frame("headers", 1, 1, "bl"),
      ...frame("continuation", 0, 1, "oc"),
      ...frame("continuation", 4, 1, "k"),
    ],
  ],
  [
    "twice as long",
    (w) => w.headers({ stream: 1, endStream: false, maxFrameBytes: 2 }, blockOf("bloc")),
    [...frame("headers", 0, 1, "bl"), ...frame("continuation", 4, 1, "oc")],
  ],
  ["RST_STREAM", (w) => w.reset(5, "CANCEL"), frame("reset", 0, 5, uint32(8))],
  [
    "SETTINGS",
    (w) =>
      w.settings([
        [2, 0],
        [4, 0x7fff_ffff],
        [0x1234, 0xffff_ffff],
      ]),
    frame("settings", 0, 0, [
      0,
      2,
      ...uint32(0),
      0,
      4,
      ...uint32(0x7fff_ffff),
      0x12,
      0x34,
      ...uint32(0xffff_ffff),
    ]),
  ],
  ["SETTINGS that acknowledge", (w) => w.settingsAck(), frame("settings", 1, 0)],
  ["PING", (w) => w.ping(false, octets("(deadbeef)"), 1), frame("ping", 0, 0, "deadbeef")],
  ["PING that answers", (w) => w.ping(true, octets("deadbeef"), 0), frame("ping", 1, 0, "deadbeef")],
  ["GOAWAY", (w) => w.goaway(4, "PROTOCOL_ERROR"), frame("goaway", 0, 0, [...uint32(4), ...uint32(1)])],
  ["WINDOW_UPDATE", (w) => w.windowUpdate(0, 0x7fff_ffff), frame("windowUpdate", 0, 0, uint32(0x7fff_ffff))],
  [
    "PRIORITY_UPDATE",
    (w) => w.priorityUpdate(7, "u=1, i"),
    frame("priorityUpdate", 0, 0, [...uint32(7), ...octets("u=1, i")]),
  ],
  ["octets as they are", (w) => w.raw(octets("PRI")), [...octets("PRI")]],
];

describe("a frame is written as it stands in the RFC", () => {
  it.each(rows)("%s", (_law, write, frames) => {
    expect(written(write)).toEqual([...frames]);
  });
});

describe("what waits", () => {
  it("is given once, all together", () => {
    const writer = new FrameWriter();
    expect(writer.take()).toBeUndefined();
    writer.settingsAck();
    writer.reset(1, "CANCEL");
    expect(writer.pendingBytes).toBe(22);
    expect([...(writer.take() ?? [])]).toEqual([
      ...frame("settings", 1, 0),
      ...frame("reset", 0, 1, uint32(8)),
    ]);
    expect(writer.pendingBytes).toBe(0);
    expect(writer.take()).toBeUndefined();
  });

  it("is never written again once it is given", () => {
    const writer = new FrameWriter();
    const given: (readonly [piece: Uint8Array, copy: number[]])[] = [];
    for (let number = 0; number < 5_000; number++) {
      writer.windowUpdate(number, number + 1);
      if (number % 3 === 0) continue;
      const piece = writer.take() ?? new Uint8Array(0);
      given.push([piece, [...piece]]);
    }
    for (const [piece, copy] of given) expect([...piece]).toEqual(copy);
    expect(given.flatMap(([, copy]) => copy)).toHaveLength(5_000 * 13);
  });

  it("is not written again before it is released, and then where it lay", () => {
    const writer = new FrameWriter();
    const content = new Uint8Array(16_384);
    const buffers = new Set<ArrayBufferLike>();
    const writeRound = (round: number): void => {
      for (let frames = 0; frames < 4; frames++)
        writer.data({ stream: 1, endStream: false }, content.fill(round), 0, content.length);
    };
    writeRound(0);
    for (let round = 0; round < 20; round++) {
      const piece = writer.take() ?? new Uint8Array(0);
      buffers.add(piece.buffer);
      // What follows waits while the piece is on its way.
      writeRound(round + 1);
      expect(piece).toHaveLength(4 * (9 + content.length));
      expect([piece[9], piece.at(-1)]).toEqual([round, round]);
      writer.release();
    }
    expect(buffers.size).toBe(2);
  });

  it("has a large buffer no longer once it is said that no content follows", () => {
    const writer = new FrameWriter();
    const content = new Uint8Array(16_384);
    for (let frames = 0; frames < 4; frames++)
      writer.data({ stream: 1, endStream: false }, content, 0, content.length);
    expect(writer.take()?.buffer.byteLength).toBeGreaterThan(65_536);
    writer.trim();
    writer.settingsAck();
    expect(writer.take()?.buffer.byteLength).toBeLessThan(20_000);
  });

  it("lies in one buffer for as long as that has room", () => {
    const writer = new FrameWriter();
    const buffers = Array.from({ length: 100 }, () => {
      writer.settingsAck();
      return writer.take()?.buffer;
    });
    expect(new Set(buffers).size).toBe(1);
  });

  it("is whole where it does not fit behind what was given, and where it is larger than all before", () => {
    for (const size of [1, 100, 16_384, 16_385, 100_000]) {
      const writer = new FrameWriter();
      writer.settingsAck();
      writer.take();
      writer.settingsAck();
      const content = new Uint8Array(size).fill(7);
      writer.data({ stream: 1, endStream: false }, content, 0, size);
      writer.data({ stream: 1, endStream: true }, content, 0, size);
      const piece = writer.take() ?? new Uint8Array(0);
      expect(piece.length).toBe(9 + 2 * (9 + size));
      expect(Buffer.from(piece.subarray(-size)).equals(content)).toBe(true);
      expect([...piece.subarray(0, 9)]).toEqual(frame("settings", 1, 0));
    }
  });
});
