/**
 * Writes frames: RFC 9113 §4.1, §6; RFC 9218 §7.1. They are appended to a slab, and what `take` gives away is a piece of
 * it that is not written again before `release`: it may be on its way in a socket for as long as that takes.
 *
 * Content needs slabs so large that making one for each write costs more than encrypting it: of those there are two at
 * most, one on its way and one that is being filled.
 */
import { errorCodes, type ErrorName } from "../error-codes.ts";
import { http2Limits } from "../limits.ts";
import { copyOctets, type OctetWriter } from "../octet-writer.ts";
import { frameFlags, frameHeaderBytes, frameTypes } from "./frame-kinds.ts";
import { settingBytes, smallestMaxFrame } from "./settings.ts";

/** Many small requests, or one frame of the size that every peer takes, with its header. */
const slabBytes = smallestMaxFrame + frameHeaderBytes;
/** As much content as waits for one write, in frames of the usual size. */
const contentSlabBytes = http2Limits.outputBytes.value + 5 * frameHeaderBytes;

/** Which stream a frame is for, and whether it is the last that is sent on it. */
interface StreamEnd {
  readonly stream: number;
  readonly endStream: boolean;
}

/** Where a header block goes. */
interface HeadersTarget extends StreamEnd {
  /** The peer's SETTINGS_MAX_FRAME_SIZE: a block that is longer goes on in CONTINUATION frames. */
  readonly maxFrameBytes: number;
}

/** Writes the frames of one connection, in their order. */
export class FrameWriter {
  /** The slab, and how much of it is written. */
  readonly #slab = { bytes: new Uint8Array(0), length: 0 };
  #taken = 0;
  /** A slab for content whose pieces were given away, and one whose pieces are needed no more. */
  #given: Uint8Array<ArrayBuffer> | undefined;
  #spare: Uint8Array<ArrayBuffer> | undefined;

  /** Octets that wait to be taken. */
  get pendingBytes(): number {
    return this.#slab.length - this.#taken;
  }

  /** Everything written since the last time; `undefined` if that is nothing. */
  take(): Uint8Array | undefined {
    const { bytes, length } = this.#slab;
    if (length === this.#taken) return undefined;
    const piece = bytes.subarray(this.#taken, length);
    this.#taken = length;
    return piece;
  }

  /** What was given away so far is needed no more: its place is written again. */
  release(): void {
    this.#spare = this.#given ?? this.#spare;
    this.#given = undefined;
    if (this.pendingBytes === 0) this.#slab.length = this.#taken = 0;
  }

  /** No content is about to follow: what it needed is not held. */
  trim(): void {
    this.#given = this.#spare = undefined;
    if (this.pendingBytes > 0 || this.#slab.bytes.length <= slabBytes) return;
    this.#slab.bytes = new Uint8Array(0);
    this.#slab.length = this.#taken = 0;
  }

  /** Octets as they are: the connection's preface (RFC 9113 §3.4). */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    copyOctets(bytes, 0, bytes.length, this.#slab);
  }

  /** RFC 9113 §6.1. No longer than the peer takes, nor than its windows allow. */
  data({ stream, endStream }: StreamEnd, bytes: Uint8Array, start: number, end: number): void {
    this.#begin(frameTypes.data, endStream ? frameFlags.endStream : 0, stream, end - start);
    copyOctets(bytes, start, end, this.#slab);
  }

  /** RFC 9113 §6.2, §6.10: a whole header block, in as many frames as it needs, with nothing between them. */
  headers({ stream, endStream, maxFrameBytes }: HeadersTarget, block: OctetWriter): void {
    const { bytes, length } = block;
    let type: number = frameTypes.headers;
    let flags: number = endStream ? frameFlags.endStream : 0;
    let start = 0;
    do {
      const end = Math.min(length, start + maxFrameBytes);
      if (end === length) flags |= frameFlags.endHeaders;
      this.#begin(type, flags, stream, end - start);
      copyOctets(bytes, start, end, this.#slab);
      type = frameTypes.continuation;
      flags = 0;
      start = end;
    } while (start < length);
  }

  /** RFC 9113 §6.4. */
  reset(stream: number, error: ErrorName): void {
    this.#begin(frameTypes.reset, 0, stream, 4);
    this.#uint32(errorCodes[error]);
  }

  /** RFC 9113 §6.5. */
  settings(entries: readonly (readonly [id: number, value: number])[]): void {
    this.#begin(frameTypes.settings, 0, 0, settingBytes * entries.length);
    for (const [id, value] of entries) {
      this.#octet(id >>> 8);
      this.#octet(id);
      this.#uint32(value);
    }
  }

  settingsAck(): void {
    this.#begin(frameTypes.settings, frameFlags.ack, 0, 0);
  }

  /** RFC 9113 §6.7: eight octets from `start` on. */
  ping(isAck: boolean, bytes: Uint8Array, start: number): void {
    this.#begin(frameTypes.ping, isAck ? frameFlags.ack : 0, 0, 8);
    copyOctets(bytes, start, start + 8, this.#slab);
  }

  /** RFC 9113 §6.8. */
  goaway(lastStream: number, error: ErrorName): void {
    this.#begin(frameTypes.goaway, 0, 0, 8);
    this.#uint32(lastStream);
    this.#uint32(errorCodes[error]);
  }

  /** RFC 9113 §6.9: of the connection, where the stream is 0. */
  windowUpdate(stream: number, increment: number): void {
    this.#begin(frameTypes.windowUpdate, 0, stream, 4);
    this.#uint32(increment);
  }

  /** RFC 9218 §7.1: the Priority field's value for a stream, in ASCII. */
  priorityUpdate(stream: number, priority: string): void {
    this.#begin(frameTypes.priorityUpdate, 0, 0, 4 + priority.length);
    this.#uint32(stream);
    for (let at = 0; at < priority.length; at++) this.#octet(priority.charCodeAt(at));
  }

  /** Makes room for a frame, and writes its header (RFC 9113 §4.1). */
  #begin(type: number, flags: number, stream: number, length: number): void {
    this.#reserve(frameHeaderBytes + length);
    this.#uint32(length * 0x100 + type);
    this.#octet(flags);
    this.#uint32(stream);
  }

  /** Room for as many octets: in this slab, or in another one that begins with what was not taken. */
  #reserve(octets: number): void {
    const slab = this.#slab;
    if (slab.length + octets <= slab.bytes.length) return;
    const pending = slab.bytes.subarray(this.#taken, slab.length);
    const needed = pending.length + octets;
    const hasContent = slab.bytes.length >= contentSlabBytes;
    if (hasContent) this.#given = slab.bytes;
    slab.bytes = hasContent || needed > slabBytes ? this.#contentSlab(needed) : new Uint8Array(slabBytes);
    slab.bytes.set(pending);
    slab.length = pending.length;
    this.#taken = 0;
  }

  #contentSlab(octets: number): Uint8Array<ArrayBuffer> {
    const spare = this.#spare;
    if (spare === undefined || spare.length < octets)
      return new Uint8Array(octets <= contentSlabBytes ? contentSlabBytes : 2 * octets);
    this.#spare = undefined;
    return spare;
  }

  #octet(octet: number): void {
    this.#slab.bytes[this.#slab.length++] = octet;
  }

  #uint32(value: number): void {
    const { bytes, length } = this.#slab;
    bytes[length] = value >>> 24;
    bytes[length + 1] = value >>> 16;
    bytes[length + 2] = value >>> 8;
    bytes[length + 3] = value;
    this.#slab.length = length + 4;
  }
}
