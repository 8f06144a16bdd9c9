/** Header blocks and frames of HTTP/2: the shapes that make the most work of the least octets. */
import { assert } from "../../src/core/index.ts";
import { FrameReader, type HeaderField } from "../../src/http2/index.ts";
import { coded, indexed, inserted, newDecoder, passing, tableSize } from "../http2/blocks.ts";
import { frame, uint32, usualFrameBytes } from "../http2/frame-transcript.ts";
import { SilentSink } from "../http2/silent-sink.ts";
import type { PeerWork } from "./growth.ts";

/** As much as the field section of an answer may have. */
const blockBytes = 65_536;
/** What one connection may read at a time. */
const streamBytes = 65_536;

/** Octets again and again, behind others. */
const filled =
  (piece: readonly number[], before: readonly number[] = []) =>
  (size: number) => [
    ...before,
    ...Array.from({ length: Math.max(1, Math.floor(size / piece.length)) }, () => piece).flat(),
  ];

const blocks: Readonly<Record<string, (size: number) => readonly number[]>> = {
  "references to the static table": filled([0x82]),
  "references to the largest entry": filled([0xbe], inserted("a", "v".repeat(4_000))),
  "references to the oldest entry": filled(
    indexed(62 + 119),
    Array.from({ length: 120 }, () => inserted("a", "")).flat(),
  ),
  "small entries": filled(inserted("", "")),
  "entries that evict all others": filled(inserted("a", "v".repeat(4_063))),
  "entries that are larger than the table": filled(inserted("a", "v".repeat(4_064))),
  "names of a large entry": filled(passing(62, ""), inserted("n".repeat(4_000), "")),
  "entries with the name of the one that they evict": filled([0x7e, 0], inserted("n".repeat(4_000), "")),
  "empty literals": filled(passing("", "")),
  "one long value": (size) => passing("a", "v".repeat(size)),
  "one long coded value": (size) => passing("a", coded(Array<number>(5 * Math.floor(size / 5)).fill(0))),
  "small coded values": filled(passing(1, coded([0x07]))),
  "sizes of the table": filled(tableSize(0)),
  "sizes and entries": (size) => [...filled(tableSize(0))(size / 2), ...filled(inserted("a", "b"))(size / 2)],
};

const ofBlocks: readonly PeerWork[] = Object.entries(blocks).map(([shape, make]) => ({
  what: `a header block: ${shape}`,
  bound: blockBytes,
  prepare: (size) => {
    const block = Uint8Array.from(make(size));
    const into = { fields: [] as HeaderField[], bytes: 65_536, count: 2_000 };
    return () => {
      const outcome = newDecoder().decode(block, 0, block.length, into);
      assert(typeof outcome === "string", "the block is read to its end");
    };
  },
}));

const streams: Readonly<Record<string, (size: number) => readonly number[]>> = {
  "empty DATA": filled(frame("data", 0, 1)),
  "DATA of an octet": filled(frame("data", 0, 1, "x")),
  "padded DATA": filled(frame("data", 8, 1, `\xff${"\0".repeat(255)}`)),
  PING: filled(frame("ping", 0, 0, "deadbeef")),
  SETTINGS: filled(frame("settings", 0, 0, Array.from({ length: 100 }, () => [0, 1, ...uint32(0)]).flat())),
  WINDOW_UPDATE: filled(frame("windowUpdate", 0, 0, uint32(1))),
  CONTINUATION: filled(frame("continuation", 0, 1)),
  "long HEADERS": filled(frame("headers", 4, 1, "x".repeat(usualFrameBytes - 9))),
  "frames of unknown types": filled(frame(0xee, 0, 0, "?")),
};

const ofStreams: readonly PeerWork[] = Object.entries(streams).flatMap(([shape, make]) =>
  [streamBytes, 1].map((pieceBytes) => ({
    what: `frames, ${pieceBytes === 1 ? "octet by octet" : "whole"}: ${shape}`,
    bound: streamBytes,
    prepare: (size: number) => {
      const bytes = Uint8Array.from(make(size));
      return () => {
        const reader = new FrameReader(usualFrameBytes);
        const sink = new SilentSink();
        for (let at = 0; at < bytes.length; at += pieceBytes) {
          const fault = reader.push(bytes, at, Math.min(bytes.length, at + pieceBytes), sink);
          assert(fault === undefined, "the frames are read to their end");
        }
      };
    },
  })),
);

export const http2: readonly PeerWork[] = [...ofBlocks, ...ofStreams];
