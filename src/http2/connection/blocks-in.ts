/** Header blocks (RFC 9113 §4.3, §6.2, §6.10): put together, decoded, and given to their streams. */
import type { DecodeLatin1 } from "../../http1/index.ts";
import { frameFlags, type FrameHeader } from "../frames/index.ts";
import { HpackDecoder, initialTableBytes, type HeaderField } from "../hpack/index.ts";
import { http2Limits } from "../limits.ts";
import { peerMaySend } from "../streams/stream-state.ts";
import type { Breaker, Rule } from "./breaker.ts";
import { HeaderBlock } from "./header-block.ts";
import { takeBlock, type MessageRules } from "./incoming.ts";
import type { LateFrames } from "./late-frames.ts";
import type { LiveStreams } from "./live-streams.ts";
import type { ClientStream } from "./stream.ts";

export interface BlocksInParts {
  readonly breaker: Breaker;
  readonly decodeLatin1: DecodeLatin1;
  readonly late: LateFrames;
  readonly rules: MessageRules;
  readonly streams: LiveStreams;
}

const continuationRule: Rule = {
  errorCode: "PROTOCOL_ERROR",
  rule: "CONTINUATION follows HEADERS of the same stream",
  section: "RFC 9113 §6.10",
};

/** Whose block it is, and whether its stream ends with it. */
interface BlockOf {
  readonly id: number;
  readonly endStream: boolean;
}

export class BlocksIn {
  readonly #parts: BlocksInParts;
  readonly #decoder: HpackDecoder;
  readonly #fields: HeaderField[] = [];
  #block: HeaderBlock | undefined;

  constructor(parts: BlocksInParts) {
    this.#parts = parts;
    // RFC 9113 §6.5.2: what the peer may use, where nothing else is announced.
    this.#decoder = new HpackDecoder({ decodeLatin1: parts.decodeLatin1, maxTableBytes: initialTableBytes });
  }

  /** Whether more of a block has to come before anything else may. */
  get isWithin(): boolean {
    return this.#block !== undefined;
  }

  /** A block holds up the whole connection: it has a time. */
  checkTime(now: number): void {
    const block = this.#block;
    const { value } = http2Limits.headBlockMs;
    if (block !== undefined && now - block.startedAt > value)
      this.#parts.breaker.flood("head-block-ms", value, Math.round(now - block.startedAt));
  }

  /** HEADERS. The stream that it ended, where it ended one well. */
  begin(
    { stream: id, flags }: FrameHeader,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): ClientStream | undefined {
    const { breaker, streams } = this.#parts;
    if (streams.isIdle(id)) {
      breaker.breakIdle("HEADERS", id);
      return undefined;
    }
    const endStream = (flags & frameFlags.endStream) !== 0;
    if ((flags & frameFlags.endHeaders) !== 0) return this.#take({ id, endStream }, bytes, start, end);
    this.#block = new HeaderBlock(id, endStream, breaker.now);
    this.#append(this.#block, bytes, start, end);
    return undefined;
  }

  /** CONTINUATION. */
  proceed(
    { stream: id, flags }: FrameHeader,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): ClientStream | undefined {
    const block = this.#block;
    const { breaker } = this.#parts;
    if (block === undefined || block.stream !== id) {
      breaker.break(continuationRule, "CONTINUATION", id);
      return undefined;
    }
    block.frames++;
    const { value } = http2Limits.continuationFrames;
    if (block.frames > value) {
      breaker.flood("continuation-frames", value, block.frames);
      return undefined;
    }
    if (!this.#append(block, bytes, start, end) || (flags & frameFlags.endHeaders) === 0) return undefined;
    this.#block = undefined;
    return this.#take({ id, endStream: block.endStream }, block.bytes, 0, block.length);
  }

  #append(block: HeaderBlock, bytes: Uint8Array, start: number, end: number): boolean {
    const { value } = http2Limits.headBlockBytes;
    const length = block.length + end - start;
    if (length > value) this.#parts.breaker.flood("head-block-bytes", value, length);
    else block.append(bytes, start, end);
    return length <= value;
  }

  /** Every block is decoded, whosever it is: the table has to stay in step. */
  #take({ id, endStream }: BlockOf, bytes: Uint8Array, start: number, end: number): ClientStream | undefined {
    const { breaker, late, streams, rules } = this.#parts;
    const stream = streams.get(id);
    const { headBytes, trailerBytes, fieldCount } = rules.limits;
    const mostBytes = stream?.head === undefined ? headBytes : trailerBytes;
    const space = { fields: this.#fields, bytes: mostBytes, count: fieldCount };
    const outcome = this.#decoder.decode(bytes, start, end, space);
    if (typeof outcome === "object") {
      breaker.break({ ...outcome, errorCode: "COMPRESSION_ERROR" }, "HEADERS", id);
      return undefined;
    }
    if (stream === undefined || !peerMaySend[stream.state]) {
      late.take("HEADERS", id);
      return undefined;
    }
    const fault = takeBlock(
      stream,
      { fields: this.#fields, outcome, blockBytes: end - start, endStream },
      rules,
    );
    if (fault !== undefined) streams.refuse(stream, fault);
    else if (endStream) return stream;
    return undefined;
  }
}
