/**
 * One connection of HTTP/2 from the client's side (RFC 9113): octets in, events out, octets out; no I/O, no clock.
 *
 * It is the only owner of what a connection and its streams are: whoever carries octets asks it for streams, gives it
 * what came, and writes what it has to say. Nothing that a peer sends makes it throw.
 */
import { assert, type Details, type Ending } from "../../core/index.ts";
import { defaultReaderLimits, type DecodeLatin1, type ReaderLimits } from "../../http1/index.ts";
import type { Failure } from "../failure.ts";
import { FrameReader, FrameWriter, settingIds } from "../frames/index.ts";
import { HpackEncoder, type FieldToEncode } from "../hpack/index.ts";
import { http2Limits } from "../limits.ts";
import { OctetWriter } from "../octet-writer.ts";
import { weMaySend } from "../streams/stream-state.ts";
import { Credit } from "./credit.ts";
import { Breaker, type Broken } from "./breaker.ts";
import { FramesIn } from "./frames-in.ts";
import type { StreamFault } from "./incoming.ts";
import { LiveStreams } from "./live-streams.ts";
import { initialPeerSettings, type PeerSettings } from "./peer-settings.ts";
import { Sender, type ShutWindow } from "./sender.ts";
import { ClientStream, type StreamSink } from "./stream.ts";

/** Who carries the connection's octets. */
export interface ConnectionSink {
  /** It takes more streams than before, or fewer: `capacity` says how many. */
  onCapacity(): void;
  /** It takes no more requests, and why; those it has go on. */
  onRetired(reason: RetireReason): void;
  /** It is over: what is still in the output says so to the peer, and is the last. */
  onBroken(failure: Failure): void;
}

export type RetireReason =
  /** The peer sent GOAWAY. */
  | "goaway"
  | "stream-ids-used-up"
  /** So many streams were reset from here that the peer may take it for an attack. */
  | "many-resets"
  | "broken"
  | "ended"
  | "retired";

export interface ConnectionOptions {
  readonly decodeLatin1: DecodeLatin1;
  readonly limits?: ReaderLimits;
  /** The tolerance `ctl-in-value`. */
  readonly allowsControls?: boolean;
  /** Requests at once that the peer takes, until it has said how many. */
  readonly assumedStreams?: number;
  /** Who says that the peer speaks HTTP/2: itself (ALPN), unless it is the caller (RFC 9113 §3.3). */
  readonly chosenBy?: "server" | "caller";
}

/** What a request needs besides its fields. */
export interface StreamRequest {
  readonly method: string;
  readonly hasBody: boolean;
}

/** RFC 9113 §3.4. */
const preface = Uint8Array.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (character) => character.charCodeAt(0));

export class ClientConnection {
  readonly #sink: ConnectionSink;
  readonly #writer = new FrameWriter();
  readonly #reader = new FrameReader(http2Limits.takenFrameBytes.value);
  readonly #encoder = new HpackEncoder();
  readonly #block = new OctetWriter();
  readonly #peer: PeerSettings = initialPeerSettings();
  readonly #breaker: Breaker;
  readonly #credit: Credit;
  readonly #sender: Sender;
  readonly #streams: LiveStreams;
  readonly #framesIn: FramesIn;
  readonly #assumedStreams: number;
  #retired: RetireReason | undefined;
  #failure: Failure | undefined;
  /** What is said behind a failure, up to GOAWAY; whatever is asked for from then on is not said. */
  #lastWords: Uint8Array | undefined;

  constructor(options: ConnectionOptions, sink: ConnectionSink) {
    const {
      decodeLatin1,
      limits = defaultReaderLimits,
      allowsControls = false,
      chosenBy = "server",
    } = options;
    this.#sink = sink;
    this.#breaker = new Breaker(chosenBy, (broken) => this.#break(broken));
    this.#assumedStreams = options.assumedStreams ?? http2Limits.assumedStreams.value;
    const writer = this.#writer;
    const windowBytes = http2Limits.streamWindowBytes.value;
    this.#credit = new Credit(writer, windowBytes, http2Limits.largestWindowBytes.value);
    this.#sender = new Sender(writer, {
      onEndSent: (stream) => this.#streams.endSent(stream),
      onContentGone: (stream) => this.#streams.refuse(stream, contentGone),
    });
    this.#streams = new LiveStreams({
      writer,
      credit: this.#credit,
      sender: this.#sender,
      events: { onClosed: () => this.#sink.onCapacity(), onOwnReset: () => this.#noteOwnReset() },
    });
    this.#framesIn = new FramesIn({
      writer,
      streams: this.#streams,
      sender: this.#sender,
      credit: this.#credit,
      breaker: this.#breaker,
      peer: this.#peer,
      encoder: this.#encoder,
      decodeLatin1,
      rules: { limits, allowsControls },
      events: {
        onGoaway: () => this.#retire("goaway"),
        onCapacity: () => this.#sink.onCapacity(),
      },
    });
    writer.raw(preface);
    this.#framesIn.announce([
      [settingIds.enablePush, 0],
      [settingIds.initialWindowSize, windowBytes],
      [settingIds.maxHeaderListSize, limits.headBytes],
    ]);
    this.#credit.start();
  }

  /** Why it takes no more requests; `undefined` while it does. */
  get retired(): RetireReason | undefined {
    return this.#retired;
  }

  /** What the peer said in GOAWAY, at last; `undefined` where it has not. */
  get goaway(): Details["http2-goaway"] | undefined {
    return this.#framesIn.goaway;
  }

  /** Requests that are under way. */
  get size(): number {
    return this.#streams.size;
  }

  /** How many more requests it takes now. */
  get capacity(): number {
    if (this.#retired !== undefined) return 0;
    return Math.max(0, (this.streamsAtOnce ?? this.#assumedStreams) - this.#streams.size);
  }

  /** How many requests it takes at once; `undefined` until the peer has said so. */
  get streamsAtOnce(): number | undefined {
    if (!this.#breaker.opening.isOver) return undefined;
    return Math.min(this.#peer.maxConcurrentStreams, http2Limits.streamsPerConnection.value);
  }

  /** Whether the peer's SETTINGS have come (RFC 9113 §3.4). */
  get isOpen(): boolean {
    return this.#breaker.opening.isOver;
  }

  /** Whether the peer has said that CONNECT takes a `:protocol` (RFC 8441 §3): none is sent before. */
  get takesProtocols(): boolean {
    return this.#peer.enableConnectProtocol;
  }

  // What the client wants.

  /** Sends a request's head; `capacity` has to have said that there is room. */
  open(lines: readonly FieldToEncode[], { method, hasBody }: StreamRequest, sink: StreamSink): ClientStream {
    const id = this.#streams.nextId;
    assert(this.capacity > 0 && id !== undefined, "a request is sent where there is room for it");
    const windows = { send: this.#peer.initialWindowBytes, receive: this.#credit.streamWindow };
    const stream = new ClientStream(id, method, sink, windows);
    this.#streams.add(stream);
    this.#block.clear();
    this.#encoder.encode(lines, this.#block);
    const { maxFrameBytes } = this.#peer;
    this.#writer.headers({ stream: id, endStream: !hasBody, maxFrameBytes }, this.#block);
    if (!hasBody) this.#streams.endSent(stream);
    if (this.#streams.nextId === undefined) this.#retire("stream-ids-used-up");
    return stream;
  }

  /**
   * Sends content, as the windows let it; one chunk at a time. `false`: some of it waits, `onWritable` says when it has gone.
   * The bytes must stay as they are until then.
   */
  write(stream: ClientStream, bytes: Uint8Array, isLast: boolean): boolean {
    if (!weMaySend[stream.state]) return true;
    assert(stream.unsent === undefined, "a stream is given one chunk at a time");
    stream.unsent = { bytes, length: bytes.length, at: 0, isLast };
    this.#sender.add(stream);
    this.#sender.pump(stream);
    return stream.unsent === undefined;
  }

  /** The reader of a stream's content has room again. */
  resume(stream: ClientStream): void {
    stream.wasResumed = true;
    this.#credit.release(stream);
  }

  /** A stream is not wanted any more: its sink hears nothing of it. */
  cancel(stream: ClientStream, now: number): void {
    this.#breaker.now = now;
    this.#streams.reset(stream, "CANCEL");
  }

  /** Asks whether the peer is still there: whatever it says next answers that. */
  ping(): void {
    this.#framesIn.ping();
  }

  /** RFC 9218 §7.1. */
  reprioritize(stream: ClientStream, priority: string): void {
    if (stream.state !== "closed") this.#writer.priorityUpdate(stream.id, priority);
  }

  /** Takes no more requests. */
  retire(): void {
    this.#retire("retired");
  }

  /** Says goodbye (RFC 9113 §6.8); nothing was pushed, so no stream of the peer's was taken. */
  close(): void {
    if (this.#failure === undefined) this.#writer.goaway(0, "NO_ERROR");
  }

  /** Which window keeps a stream from sending. */
  shutWindow(stream: ClientStream): ShutWindow | undefined {
    return this.#sender.shutWindow(stream);
  }

  // What the wire brings and takes.

  /** Takes octets, at the moment `now` (ms). */
  receive(bytes: Uint8Array, start: number, end: number, now: number): void {
    if (this.#failure !== undefined) return;
    this.#breaker.now = now;
    this.#framesIn.begin(bytes, start, end);
    const fault = this.#reader.push(bytes, start, end, this.#framesIn);
    if (fault !== undefined) this.#breaker.breakFrame(fault);
    this.#sender.pump();
  }

  /** The connection has ended. */
  end(ending: Ending): void {
    this.#reader.stop();
    this.#retire("ended");
    const { goaway } = this.#framesIn;
    const { instead } = this.#breaker;
    for (const stream of this.#streams.all) {
      const failure = instead ?? (goaway ? { code: "http2-goaway", detail: goaway } : endOf(stream, ending));
      this.#streams.lose(stream, failure, false);
    }
  }

  /** Octets to be written, which nobody changes before `released`; `undefined` for none. */
  takeOutput(): Uint8Array | undefined {
    if (this.#failure === undefined) return this.#writer.take();
    const words = this.#lastWords;
    this.#lastWords = undefined;
    return words;
  }

  /** Nothing of what was taken so far is needed any more. Whoever cannot tell need not: memory is used again by it. */
  released(): void {
    // The last words wait outside the writer.
    if (this.#failure === undefined) this.#writer.release();
  }

  /** There is room behind what was taken: more content can follow. */
  drained(): void {
    this.#sender.pump();
  }

  #break({ failure, errorCode }: Broken): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#reader.stop();
    this.#writer.goaway(0, errorCode);
    this.#lastWords = this.#writer.take();
    this.#retire("broken");
    for (const stream of this.#streams.all) this.#streams.lose(stream, failure, false);
    this.#sink.onBroken(failure);
  }

  #retire(reason: RetireReason): void {
    if (this.#retired !== undefined) return;
    this.#retired = reason;
    this.#sink.onRetired(reason);
  }

  #noteOwnReset(): void {
    const { floods, now } = this.#breaker;
    if (!floods.spend("own-resets", now)) this.#retire("many-resets");
  }
}

/** Nothing of what would be sent is what was to be sent. */
const contentGone: StreamFault = {
  failure: {
    code: "request-body-failed",
    detail: { reason: "its bytes were transferred, or became fewer, before they were sent" },
  },
  errorCode: "CANCEL",
};

/** What the end of the connection means for a stream that was under way. */
function endOf(stream: ClientStream, ending: Ending): Failure {
  const { bodyBytes: receivedBytes, expectedBytes } = stream;
  if (stream.head === undefined) return { code: "empty-response", detail: { ending } };
  const framing = expectedBytes === undefined ? "end-stream" : "length";
  const expected = expectedBytes === undefined ? {} : { expectedBytes };
  return { code: "body-truncated", detail: { framing, receivedBytes, ending, ...expected } };
}
