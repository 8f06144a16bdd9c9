/**
 * A WebSocket that is open: messages put together from their fragments, pings answered, the close handshake, UTF-8.
 * RFC 6455 §5.4 to §5.6, §7, §8.1.
 */
import { HttpsError } from "../core/index.ts";
import { ByteQueue } from "./byte-queue.ts";
import {
  compressedBit,
  finBit,
  FrameReader,
  isControl,
  malformed,
  WEBSOCKET_OP_CLOSE,
  WEBSOCKET_OP_CONTINUE,
  WEBSOCKET_OP_PING,
  WEBSOCKET_OP_PONG,
  WEBSOCKET_OP_TEXT,
  type Frame,
  type FrameFault,
} from "./frames.ts";

/** A message, or a control frame, that came whole. */
export interface WebsocketMessage {
  readonly data: Uint8Array;
  readonly size: number;
  /** Its first octet: FIN and the opcode. */
  readonly flags: number;
  /** Whether its data are compressed (RFC 7692 §6): then nobody has looked into them. */
  readonly isCompressed: boolean;
}

export interface WebsocketEvents {
  onMessage(message: WebsocketMessage): void;
  onControl(message: WebsocketMessage): void;
  /** Sends a frame. */
  send(op: number, payload: Uint8Array): void;
  onFailure(error: HttpsError): void;
}

export interface WebsocketOptions {
  readonly host: string;
  /** The most that a message may hold. */
  readonly limitBytes: () => number;
  /** Whether fragments are put together. */
  readonly assembles: () => boolean;
  /** Whether permessage-deflate was agreed on. */
  readonly mayBeCompressed?: boolean;
}

export class WebsocketProtocol {
  readonly #events: WebsocketEvents;
  readonly #options: WebsocketOptions;
  readonly #frames: FrameReader;
  /** The fragments of a message under way. */
  readonly #parts = new ByteQueue();
  /** The first octet of a message under way, FIN apart. */
  #op: number | undefined;
  #isCompressed = false;
  #text: TextDecoder | undefined;
  #closed = false;

  constructor(events: WebsocketEvents, options: WebsocketOptions) {
    this.#events = events;
    this.#options = options;
    this.#frames = new FrameReader(options.limitBytes, options.mayBeCompressed ?? false);
  }

  /** Whether the peer has said Close; nothing is read after it. */
  get isClosed(): boolean {
    return this.#closed;
  }

  read(bytes: Uint8Array): void {
    if (this.#closed) return;
    const { frames, fault } = this.#frames.read(bytes);
    for (const frame of frames) {
      const wrong = this.#take(frame);
      if (wrong !== undefined) return this.#fail(wrong);
      if (this.#closed) return;
    }
    if (fault !== undefined) this.#fail(fault);
  }

  /** Ends it for what is wrong with a message that was handed on. */
  refuse(fault: FrameFault): void {
    if (!this.#closed) this.#fail(fault);
  }

  #take(frame: Frame): FrameFault | undefined {
    return isControl(frame.flags) ? this.#takeControl(frame) : this.#takeData(frame);
  }

  /** The library answers a ping and a close by itself, and then tells the program. */
  #takeControl({ flags, payload }: Frame): FrameFault | undefined {
    const op = flags & 0x0f;
    if (op === WEBSOCKET_OP_PING) this.#events.send(WEBSOCKET_OP_PONG, payload);
    if (op === WEBSOCKET_OP_CLOSE) {
      const fault = closeFault(payload);
      if (fault !== undefined) return fault;
      this.#closed = true;
      this.#events.send(WEBSOCKET_OP_CLOSE, payload.subarray(0, 2));
    }
    this.#events.onControl({ data: payload, size: payload.length, flags, isCompressed: false });
    return undefined;
  }

  #takeData({ flags, payload }: Frame): FrameFault | undefined {
    const op = flags & 0x0f;
    const isLast = (flags & finBit) !== 0;
    if (op === WEBSOCKET_OP_CONTINUE && this.#op === undefined) {
      return malformed("a continuation continues nothing (§5.4)");
    }
    if (op !== WEBSOCKET_OP_CONTINUE && this.#op !== undefined) {
      return malformed("a message begins inside another (§5.4)");
    }
    if (this.#op === undefined) {
      this.#op = op;
      this.#isCompressed = (flags & compressedBit) !== 0;
    }
    const fault = this.#checkText(payload, isLast);
    if (fault !== undefined) return fault;
    if (!this.#options.assembles()) {
      const isCompressed = this.#isCompressed;
      if (isLast) this.#reset();
      this.#events.onMessage({ data: payload, size: payload.length, flags, isCompressed });
      return undefined;
    }
    const value = this.#options.limitBytes();
    this.#parts.append(payload);
    if (!(this.#parts.len <= value)) return { code: "websocket-too-large", value };
    if (isLast) this.#deliver();
    return undefined;
  }

  #deliver(): void {
    const data = this.#parts.buf;
    const flags = finBit | (this.#op ?? 0);
    const isCompressed = this.#isCompressed;
    this.#reset();
    this.#events.onMessage({ data, size: data.length, flags, isCompressed });
  }

  /** RFC 6455 §8.1: text is UTF-8, and a character may span fragments. */
  #checkText(payload: Uint8Array, isLast: boolean): FrameFault | undefined {
    if (this.#op !== WEBSOCKET_OP_TEXT || this.#isCompressed) return undefined;
    this.#text ??= new TextDecoder("utf-8", { fatal: true });
    try {
      this.#text.decode(payload, { stream: !isLast });
      return undefined;
    } catch {
      return malformed("a text message is not UTF-8 (§8.1)", 1007);
    }
  }

  #reset(): void {
    this.#op = undefined;
    this.#isCompressed = false;
    this.#text = undefined;
    this.#parts.clear();
  }

  /** RFC 6455 §7.1.7: the peer is told why, and the connection ends. */
  #fail(fault: FrameFault): void {
    this.#closed = true;
    const closeCode = fault.code === "websocket-malformed" ? fault.closeCode : 1009;
    this.#events.send(WEBSOCKET_OP_CLOSE, Uint8Array.of(closeCode >> 8, closeCode & 0xff));
    const { host } = this.#options;
    this.#events.onFailure(
      fault.code === "websocket-malformed"
        ? new HttpsError("websocket-malformed", { reason: fault.reason, closeCode: fault.closeCode, host })
        : new HttpsError("websocket-too-large", { host, value: fault.value }),
    );
  }
}

/** RFC 6455 §5.5.1, §7.4: nothing, or a code that may be sent and a reason in UTF-8. */
function closeFault(payload: Uint8Array): FrameFault | undefined {
  if (payload.length === 0) return undefined;
  if (payload.length === 1) return malformed("a Close frame has half a code (§5.5.1)");
  const code = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
  const isKnown =
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code < 5000);
  if (!isKnown) return malformed(`a Close frame has the code ${code}, which is never sent (§7.4)`);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(payload.subarray(2));
    return undefined;
  } catch {
    return malformed("a Close frame's reason is not UTF-8 (§5.5.1)", 1007);
  }
}
