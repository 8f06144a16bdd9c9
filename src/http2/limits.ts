/** Every bound of this room, with where its number comes from. */
import type { Details, Limit } from "../core/index.ts";

/** Octets of one integer behind its prefix (RFC 7541 §5.1). */
export const integerOctetLimit: Limit = {
  value: 4,
  unit: "count",
  why: "Four octets count to 2^28, as in Rust's h2: more than any block holds. A longer integer is padding for attack.",
};

/** The dynamic table of our encoder, whatever more the peer offers. */
export const encoderTableLimit: Limit = {
  value: 4_096,
  unit: "bytes",
  why: "What every peer begins with (RFC 9113 §6.5.2), and nghttp2's bound: it holds the fields that requests repeat.",
};

/** The last block is kept to be sent again, if it is not longer. */
export const keptBlockLimit: Limit = {
  value: 4_096,
  unit: "bytes",
  why: "A request's fields are some hundred octets; a block that is longer is rarely sent twice.",
};

/** Buffers that a long string or frame made large are kept for the next up to this size. */
export const keptBufferLimit: Limit = {
  value: 16_384,
  unit: "bytes",
  why: "The frame size that every peer takes (RFC 9113 §4.2): what is larger is not kept while a connection is idle.",
};

/** Those of a connection and its streams. */
export const http2Limits: Readonly<
  Record<
    | "streamWindowBytes"
    | "largestWindowBytes"
    | "unreadBytes"
    | "outputBytes"
    | "sentFrameBytes"
    | "takenFrameBytes"
    | "headBlockBytes"
    | "continuationFrames"
    | "headBlockMs"
    | "assumedStreams"
    | "streamsPerConnection"
    | "closedStreams"
    | "lateBlocks"
    | "debugBytes",
    Limit
  >
> = {
  streamWindowBytes: {
    value: 262_144,
    unit: "bytes",
    why: "Four times the default of RFC 9113 §6.9.2, as undici has it; it grows where a round trip carries more.",
  },
  largestWindowBytes: {
    value: 16_777_216,
    unit: "bytes",
    why: "1.6 Gbit/s at 80 ms. What one stream may leave unread is bounded by it.",
  },
  unreadBytes: {
    value: 33_554_432,
    unit: "bytes",
    why: "Two largest windows: what lies unread of all streams, besides the queue of each, before the connection takes no more.",
  },
  outputBytes: {
    value: 65_536,
    unit: "bytes",
    why: "Four frames of the usual size: enough for one write, and little to be late behind.",
  },
  sentFrameBytes: {
    value: 16_384,
    unit: "bytes",
    why: "What fits in one record of TLS (RFC 8446 §5.1); larger frames let other streams wait.",
  },
  takenFrameBytes: {
    value: 16_384,
    unit: "bytes",
    why: "What SETTINGS_MAX_FRAME_SIZE is where nobody says more (RFC 9113 §6.5.2), and one record of TLS.",
  },
  headBlockBytes: {
    value: 65_536,
    unit: "bytes",
    why: "A block as it came: as much as a head may be when it is decoded, for who compresses nothing.",
  },
  continuationFrames: {
    value: 64,
    unit: "count",
    why: "CVE-2024-28182 and its like are endless CONTINUATION; 64 KiB need five of the usual size.",
  },
  headBlockMs: {
    value: 10_000,
    unit: "ms",
    why: "A block holds up the whole connection from its first frame to its last.",
  },
  assumedStreams: {
    value: 100,
    unit: "count",
    why: "RFC 9113 §6.5.2 asks servers to allow no fewer; taken before they have said what they allow.",
  },
  streamsPerConnection: {
    value: 256,
    unit: "count",
    why: "More at once share one TCP connection's losses; nginx allows 128.",
  },
  closedStreams: {
    value: 1_000,
    unit: "count",
    why: "Streams that are remembered as over, for frames that were under way when they ended.",
  },
  lateBlocks: {
    value: 20,
    unit: "count",
    why: "Header blocks of one stream that were under way when it was reset: interim heads, the head and the trailers.",
  },
  debugBytes: {
    value: 256,
    unit: "bytes",
    why: "What is shown of a GOAWAY's debug data: a sentence or two.",
  },
};

/** What a peer can send without bringing anybody further, frame by frame. */
export type FloodKind = Exclude<
  Details["http2-flood"]["budget"],
  "continuation-frames" | "head-block-bytes" | "head-block-ms"
>;

/** What is counted: and the resets that we ourselves send. */
export type CountedKind = FloodKind | "own-resets";

export interface FloodAllowance {
  /** At once. */
  readonly burst: number;
  readonly perSecond: number;
  readonly why: string;
}

/** RFC 9113 §10.5. */
export const floodAllowances: Readonly<Record<CountedKind, FloodAllowance>> = {
  settings: { burst: 32, perSecond: 1, why: "CVE-2019-9515; a server changes its mind once or twice." },
  ping: { burst: 200, perSecond: 20, why: "CVE-2019-9512; servers measure round trips with a few a second." },
  goaway: {
    burst: 32,
    perSecond: 1,
    why: "A server says it twice (RFC 9113 §6.8): that it will go, and that it goes.",
  },
  reset: {
    burst: 200,
    perSecond: 20,
    why: "CVE-2019-9514: RST_STREAM for streams that are over; one each is usual.",
  },
  "empty-data": {
    burst: 200,
    perSecond: 20,
    why: "CVE-2019-9518: DATA without content, padding or END_STREAM.",
  },
  "window-update": {
    burst: 1_000,
    perSecond: 100,
    why: "Each DATA frame that we send may be answered by four; besides, windows are opened a few times.",
  },
  "priority-and-unknown": {
    burst: 200,
    perSecond: 20,
    why: "CVE-2019-9513 (PRIORITY), CVE-2026-48619 (ORIGIN); servers have no reason to send many.",
  },
  "own-resets": {
    burst: 100,
    perSecond: 33,
    why: "What servers take for CVE-2023-44487 (rapid reset): nghttp2 allows bursts of 1,000 and 33 a second.",
  },
};

/** WINDOW_UPDATE frames that one DATA frame of ours may be answered by. */
export const windowUpdatesPerData = 4;
