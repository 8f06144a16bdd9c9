/** Reads frames in any pieces, and writes down what the reader said as lines that a table can hold. */
import {
  eachSetting,
  errorName,
  FrameReader,
  frameTypes,
  type FrameFault,
  type FrameHeader,
  type FrameSink,
} from "../../src/http2/index.ts";

/** The size that every peer takes (RFC 9113 §4.2). */
export const usualFrameBytes = 16_384;

const text = (bytes: Uint8Array, start = 0, end = bytes.length): string =>
  Buffer.from(bytes.subarray(start, end)).toString("latin1");

/** What a reader said, event by event, with the pieces of content joined. */
export class FrameTranscript implements FrameSink {
  readonly events: string[] = [];
  fault: FrameFault | undefined;
  streamFault: FrameFault | undefined;
  /** Runs before an event is written down. */
  onEvent: (() => void) | undefined;
  #content = "";

  onData(stream: number, bytes: Uint8Array, start: number, end: number): void {
    if (start >= end) throw new Error("an empty piece of content was given");
    this.onEvent?.();
    this.#content += text(bytes, start, end);
    if (this.#content.length > usualFrameBytes) throw new Error(`stream ${stream} got too much content`);
  }

  onDataEnd(stream: number, flowBytes: number, contentBytes: number, endStream: boolean): void {
    if (contentBytes !== this.#content.length) throw new Error("content is not counted right");
    this.#say("data", stream, JSON.stringify(this.#content), flowBytes, endStream ? "end" : "");
    this.#content = "";
  }

  onHeaders({ stream, flags }: FrameHeader, bytes: Uint8Array, start: number, end: number): void {
    this.#say("headers", stream, flagBits(flags), JSON.stringify(text(bytes, start, end)));
  }

  onContinuation({ stream, flags }: FrameHeader, bytes: Uint8Array, start: number, end: number): void {
    this.#say("continuation", stream, flagBits(flags), JSON.stringify(text(bytes, start, end)));
  }

  onPriority(stream: number): void {
    this.#say("priority", stream);
  }

  onReset(stream: number, errorCode: number): void {
    this.#say("reset", stream, errorName(errorCode) ?? errorCode);
  }

  onSettings(bytes: Uint8Array, start: number, end: number): void {
    const entries: string[] = [];
    eachSetting(bytes, start, end, (id, value) => void entries.push(`${id}=${value}`));
    this.#say("settings", ...entries);
  }

  onSettingsAck(): void {
    this.#say("settings ack");
  }

  onPushPromise({ stream, flags }: FrameHeader, promised: number, fragment: Uint8Array): void {
    this.#say("push", stream, promised, flagBits(flags), JSON.stringify(text(fragment)));
  }

  onPing(isAck: boolean, bytes: Uint8Array, start: number): void {
    this.#say(isAck ? "pong" : "ping", JSON.stringify(text(bytes, start, start + 8)));
  }

  onGoaway(lastStream: number, errorCode: number, debug: Uint8Array): void {
    this.#say("goaway", lastStream, errorName(errorCode) ?? errorCode, JSON.stringify(text(debug)));
  }

  onWindowUpdate(stream: number, increment: number): void {
    this.#say("window", stream, increment);
  }

  onOther({ type, stream, length }: FrameHeader): void {
    this.#say("other", type, stream, length);
  }

  onStreamFault(stream: number, fault: FrameFault): void {
    const { errorCode, rule, section } = fault;
    this.streamFault = fault;
    this.#say(`stream ${stream}: ${errorCode}: ${rule} (${section})`);
  }

  /** The events, and the fault at the end. */
  lines(): readonly string[] {
    if (this.fault === undefined) return this.events;
    const { errorCode, rule, section } = this.fault;
    return [...this.events, `${errorCode}: ${rule} (${section})`];
  }

  /** Content of a frame that is not over. */
  get openContent(): string {
    return this.#content;
  }

  #say(...words: readonly (string | number)[]): void {
    this.onEvent?.();
    this.events.push(words.filter((word) => word !== "").join(" "));
  }
}

function flagBits(flags: number): string {
  return `0x${flags.toString(16)}`;
}

/** Reads the bytes cut at these places, each piece in a buffer that is spoilt afterwards. */
export function readPieces(
  bytes: Uint8Array,
  cuts: readonly number[],
  maxFrameBytes: number = usualFrameBytes,
): FrameTranscript {
  const transcript = new FrameTranscript();
  const reader = new FrameReader(maxFrameBytes);
  const places = [0, ...cuts, bytes.length];
  for (let at = 1; at < places.length; at++) {
    const piece = Uint8Array.of(0xee, ...bytes.subarray(places[at - 1], places[at]), 0xee);
    const fault = reader.push(piece, 1, piece.length - 1, transcript);
    if (fault !== undefined && transcript.fault !== undefined) throw new Error("a fault was given twice");
    transcript.fault ??= fault;
    piece.fill(0xee);
  }
  return transcript;
}

/** Whole, octet by octet, and in pieces that are shorter than a header: which have to say the same. */
export function readEveryWay(bytes: Uint8Array, maxFrameBytes?: number): readonly FrameTranscript[] {
  return [Math.max(1, bytes.length), 1, 7].map((pieceBytes) => {
    const cuts = Array.from(
      { length: Math.ceil(bytes.length / pieceBytes) },
      (_, piece) => piece * pieceBytes,
    );
    return readPieces(bytes, cuts.slice(1), maxFrameBytes);
  });
}

/** A frame as it is on the wire (RFC 9113 §4.1), its length what the payload has. */
export function frame(
  type: keyof typeof frameTypes | number,
  flags: number,
  stream: number,
  payload: string | readonly number[] = [],
): number[] {
  const octets = typeof payload === "string" ? [...Buffer.from(payload, "latin1")] : payload;
  const number = typeof type === "number" ? type : frameTypes[type];
  const { length } = octets;
  return [length >>> 16, (length >>> 8) & 0xff, length & 0xff, number, flags, ...uint32(stream), ...octets];
}

/** Four octets in network order. */
export function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
