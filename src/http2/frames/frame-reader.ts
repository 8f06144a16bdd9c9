/**
 * Reads frames one by one, with no state between them: RFC 9113 §4, §6. Bytes in, calls out, no I/O.
 *
 * It works on the caller's buffer in place. What spans two reads is carried: a header, or a payload that has to be
 * whole, which is at most as long as the frames announced. DATA and frames of unknown types are never carried. Any
 * partition of the same octets gives the same calls, but for the pieces in which content comes.
 */
import { keptBufferLimit } from "../limits.ts";
import { OctetWriter } from "../octet-writer.ts";
import { sizeFault, type FrameFault } from "./frame-fault.ts";
import { frameFlags, frameHeaderBytes, frameTypes } from "./frame-kinds.ts";
import { headerFault } from "./header-rules.ts";
import { paddingFault, readPayload, uint32, type Payload } from "./payloads.ts";
import type { FrameSink } from "./frame-sink.ts";

/** What the next octet is. "stopped": nothing more is read. */
type Phase = "header" | "payload" | "pad-length" | "content" | "padding" | "passed-over" | "stopped";

/** Reads the frames of one connection. */
export class FrameReader {
  readonly #maxFrameBytes: number;
  readonly #frame = { length: 0, type: 0, flags: 0, stream: 0 };
  #phase: Phase = "header";
  /** Octets of the header or payload from reads before this one. */
  #carry = new OctetWriter();
  /** Octets of content, or of what is passed over, that are still to come; and of padding behind them. */
  #left = 0;
  #padding = 0;
  #fault: FrameFault | undefined;

  /** @param maxFrameBytes our SETTINGS_MAX_FRAME_SIZE */
  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * Takes all of `bytes` from `start` to `end`. A fault is the connection's: it is given once, and nothing more is
   * read.
   */
  push(bytes: Uint8Array, start: number, end: number, sink: FrameSink): FrameFault | undefined {
    let at = start;
    while (at < end) at = this.#advance(bytes, at, end, sink);
    const fault = this.#fault;
    this.#fault = undefined;
    return fault;
  }

  /** Reads nothing more, from inside a call of the sink too. */
  stop(): void {
    this.#phase = "stopped";
  }

  #advance(bytes: Uint8Array, at: number, end: number, sink: FrameSink): number {
    switch (this.#phase) {
      case "header":
        return this.#readHeader(bytes, at, end, sink);
      case "payload":
        return this.#readCarried(bytes, at, end, sink);
      case "pad-length":
        this.#padding = bytes[at] as number;
        this.#beginContent(this.#frame.length - 1 - this.#padding, sink);
        return at + 1;
      case "content":
        return this.#readContent(bytes, at, end, sink);
      case "padding":
      case "passed-over":
        return this.#passOver(at, end, sink);
      case "stopped":
        return end;
    }
  }

  #readHeader(bytes: Uint8Array, start: number, end: number, sink: FrameSink): number {
    if (this.#carry.length === 0 && end - start >= frameHeaderBytes) {
      this.#takeHeader(bytes, start);
      return this.#begin(bytes, start + frameHeaderBytes, end, sink);
    }
    const at = this.#carryOver(bytes, start, end, frameHeaderBytes);
    if (this.#carry.length < frameHeaderBytes) return at;
    this.#takeHeader(this.#carry.bytes, 0);
    this.#carry.clear();
    return this.#begin(bytes, at, end, sink);
  }

  /** RFC 9113 §4.1. */
  #takeHeader(bytes: Uint8Array, at: number): void {
    const frame = this.#frame;
    const first = uint32(bytes, at);
    frame.length = first >>> 8;
    frame.type = first & 0xff;
    frame.flags = bytes[at + 4] as number;
    frame.stream = uint32(bytes, at + 5) & 0x7fff_ffff;
  }

  /** A header is there: what comes behind it. */
  #begin(bytes: Uint8Array, at: number, end: number, sink: FrameSink): number {
    const frame = this.#frame;
    const { length, type } = frame;
    const fault = headerFault(frame, this.#maxFrameBytes);
    if (fault !== undefined) this.#fail(fault);
    else if (type === frameTypes.data) this.#beginData(sink);
    else if (type > frameTypes.continuation) this.#beginOther(sink);
    else if (end - at >= length) {
      this.#phase = "header";
      this.#deliver({ frame, bytes, start: at, end: at + length }, sink);
      return at + length;
    } else this.#phase = "payload";
    return at;
  }

  #readCarried(bytes: Uint8Array, start: number, end: number, sink: FrameSink): number {
    const frame = this.#frame;
    const at = this.#carryOver(bytes, start, end, frame.length);
    if (this.#carry.length < frame.length) return at;
    const { bytes: carried } = this.#carry;
    this.#carry.clear();
    if (carried.length > keptBufferLimit.value) this.#carry = new OctetWriter();
    this.#phase = "header";
    this.#deliver({ frame, bytes: carried, start: 0, end: frame.length }, sink);
    return at;
  }

  /** Keeps what is needed for as many octets to be there at once. */
  #carryOver(bytes: Uint8Array, start: number, end: number, wanted: number): number {
    const stop = Math.min(end, start + wanted - this.#carry.length);
    this.#carry.append(bytes, start, stop);
    return stop;
  }

  #deliver(payload: Payload, sink: FrameSink): void {
    const fault = readPayload(payload, sink);
    if (fault !== undefined) this.#fail(fault);
  }

  /** RFC 9113 §4.1, §5.5: ignored, and told at once, so that a flood of them is seen. */
  #beginOther(sink: FrameSink): void {
    this.#left = this.#frame.length;
    this.#phase = "passed-over";
    sink.onOther(this.#frame);
  }

  /** RFC 9113 §6.1. */
  #beginData(sink: FrameSink): void {
    const { flags, length } = this.#frame;
    this.#padding = 0;
    if ((flags & frameFlags.padded) === 0) return this.#beginContent(length, sink);
    this.#phase = "pad-length";
    if (length === 0)
      this.#fail(sizeFault(this.#frame, "DATA hold what their flags say", "RFC 9113 §4.2, §6.1"));
  }

  #beginContent(length: number, sink: FrameSink): void {
    if (length < 0) return this.#fail(paddingFault(this.#frame, "RFC 9113 §6.1"));
    this.#left = length;
    this.#phase = "content";
    if (length === 0) this.#endContent(sink);
  }

  #readContent(bytes: Uint8Array, start: number, end: number, sink: FrameSink): number {
    const stop = Math.min(end, start + this.#left);
    this.#left -= stop - start;
    sink.onData(this.#frame.stream, bytes, start, stop);
    if (this.#left === 0 && this.#phase === "content") this.#endContent(sink);
    return stop;
  }

  #endContent(sink: FrameSink): void {
    this.#left = this.#padding;
    this.#phase = "padding";
    if (this.#left === 0) this.#endData(sink);
  }

  /** RFC 9113 §6.1: what padding is made of is not looked at. */
  #passOver(start: number, end: number, sink: FrameSink): number {
    const stop = Math.min(end, start + this.#left);
    this.#left -= stop - start;
    if (this.#left > 0) return stop;
    if (this.#phase === "padding") this.#endData(sink);
    else this.#phase = "header";
    return stop;
  }

  #endData(sink: FrameSink): void {
    const { stream, flags, length } = this.#frame;
    const before = (flags & frameFlags.padded) === 0 ? 0 : 1;
    this.#phase = "header";
    sink.onDataEnd(stream, length, length - before - this.#padding, (flags & frameFlags.endStream) !== 0);
  }

  #fail(fault: FrameFault): void {
    this.#phase = "stopped";
    this.#fault = fault;
  }
}
