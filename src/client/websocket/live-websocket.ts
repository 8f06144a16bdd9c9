/**
 * A WebSocket over a connection that is there: frames out, messages in, and the closing handshake within its deadline
 * (RFC 6455 §5, §7). Loaded when the first one opens.
 */
import { isUtf8 } from "node:buffer";
import { randomFillSync } from "node:crypto";
import type { Duplex } from "node:stream";
import { HttpsError, libraryNames, renameSettings } from "../../core/index.ts";
import {
  malformed,
  WEBSOCKET_COMPRESSED,
  WEBSOCKET_OP_BINARY,
  WEBSOCKET_OP_CLOSE,
  WEBSOCKET_OP_PING,
  WEBSOCKET_OP_PONG,
  WEBSOCKET_OP_TEXT,
  WebsocketProtocol,
  writeFrame,
  type DeflateAgreed,
  type WebsocketMessage,
} from "../../websocket/index.ts";
import { clientLimits } from "../limits.ts";
import type { Carrier, CarrierSink } from "./carrier.ts";
import { Deflation, isLong } from "./deflation.ts";
import { Heartbeat } from "./heartbeat.ts";

const names = { ...libraryNames, heldBytes: "maxMessageBytes" };

/** RFC 6455 §5.3: a mask is four octets that nobody can foresee. They are drawn for many frames at a time. */
class Masks {
  readonly #drawn = new Uint8Array(4_096);
  #at = this.#drawn.length;

  next(): Uint8Array {
    if (this.#at === this.#drawn.length) {
      randomFillSync(this.#drawn);
      this.#at = 0;
    }
    return this.#drawn.subarray(this.#at, (this.#at += 4));
  }
}

/** What holds for a WebSocket that is open. */
export interface LiveOptions {
  readonly host: string;
  readonly maxMessageBytes: number;
  readonly closeMs: number;
  /** Between two pings; `Infinity` for none. */
  readonly pingMs: number;
  readonly pongMs: number;
  /** How messages are compressed; `undefined`: not at all. */
  readonly deflate: DeflateAgreed | undefined;
}

export class LiveWebsocket implements Carrier {
  readonly #socket: Duplex;
  readonly #sink: CarrierSink;
  readonly #options: LiveOptions;
  readonly #protocol: WebsocketProtocol;
  readonly #masks = new Masks();
  /** Our Close frame is on its way: nothing follows it. */
  #hasSaidClose = false;
  /** What the peer's Close frame says. */
  #heard: { readonly code: number; readonly reason: string } | undefined;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #heartbeat: Heartbeat | undefined;
  readonly #deflation: Deflation | undefined;

  constructor(socket: Duplex, sink: CarrierSink, options: LiveOptions) {
    this.#socket = socket;
    this.#sink = sink;
    this.#options = options;
    const { deflate } = options;
    this.#deflation = deflate && new Deflation(deflate);
    this.#protocol = new WebsocketProtocol(
      {
        onMessage: (message) => this.#take(message),
        onControl: (message) => this.#control(message),
        send: (op, payload) => this.#answer(op, payload),
        onFailure: (error) => this.#finish(renameSettings(error, names)),
      },
      {
        host: options.host,
        limitBytes: () => options.maxMessageBytes,
        assembles: () => true,
        mayBeCompressed: deflate !== undefined,
      },
    );
  }

  get roundTripMs(): number | undefined {
    return this.#heartbeat?.roundTripMs;
  }

  begin(first: Uint8Array): void {
    const socket = this.#socket;
    const { pingMs, pongMs, host } = this.#options;
    if (pingMs !== Infinity)
      this.#heartbeat = new Heartbeat(
        { pingMs, pongMs },
        {
          ping: (payload, onGone) => this.#write(WEBSOCKET_OP_PING, payload, onGone),
          onSilent: () => this.fail(new HttpsError("websocket-cut", { host, ending: "silence" })),
        },
      );
    const cut = (ending: "fin" | "reset", cause: unknown = socket.errored ?? undefined): void =>
      this.#finish(new HttpsError("websocket-cut", { host, ending }, { cause }));
    socket.on("error", (error: Error) => cut("reset", error));
    socket.on("end", () => cut("fin"));
    socket.on("close", () => cut("fin"));
    socket.on("data", (bytes: Uint8Array) => this.#read(bytes));
    // It was paused behind the handshake; what came with that may be enough to pause it again.
    socket.resume();
    if (first.length > 0) this.#read(first);
    if (socket.destroyed) cut("reset");
  }

  send(given: Uint8Array, isText: boolean, onGone: () => void): Promise<void> | undefined {
    const op = isText ? WEBSOCKET_OP_TEXT : WEBSOCKET_OP_BINARY;
    const deflation = this.#deflation;
    if (deflation?.isWorth(given.length) !== true) {
      this.#send(op, given, onGone);
      return undefined;
    }
    const bytes = isLong(given) ? given.slice() : given; // The caller may write over it meanwhile.
    const write = (shorter: Uint8Array | undefined): void =>
      this.#send(shorter === undefined ? op : op | WEBSOCKET_COMPRESSED, shorter ?? bytes, onGone);
    const shorter = deflation.deflate(bytes);
    if (shorter instanceof Promise) return shorter.then(write);
    write(shorter);
    return undefined;
  }

  #send(op: number, payload: Uint8Array, onGone: () => void): void {
    if (this.#hasSaidClose || this.#isOver) return;
    this.#write(op, payload, () => {
      this.#heartbeat?.move();
      onGone();
    });
  }

  close(code: number | undefined, reason: Uint8Array): void {
    if (this.#hasSaidClose || this.#isOver) return;
    const head = code === undefined ? [] : [code >> 8, code & 0xff];
    this.#hasSaidClose = true;
    this.#write(WEBSOCKET_OP_CLOSE, Uint8Array.from([...head, ...reason]));
    this.#awaitEnd();
  }

  pause(): void {
    if (this.#hasSaidClose) return;
    this.#heartbeat?.pause();
    this.#socket.pause();
  }

  resume(): void {
    this.#heartbeat?.resume();
    this.#socket.resume();
  }

  fail(error: HttpsError): void {
    this.#finish(error);
    this.#socket.destroy();
  }

  #read(bytes: Uint8Array): void {
    this.#heartbeat?.move();
    if (!this.#isOver) this.#protocol.read(bytes);
  }

  #take({ data, flags, isCompressed }: WebsocketMessage): void {
    const isText = (flags & 0x0f) === WEBSOCKET_OP_TEXT;
    if (!isCompressed || this.#deflation === undefined) return this.#sink.onMessage(data, isText);
    const { maxMessageBytes: value } = this.#options;
    const inflated = this.#deflation.inflate(data, value);
    if (!inflated.ok)
      return this.#protocol.refuse(
        inflated.isTooLarge
          ? { code: "websocket-too-large", value }
          : malformed("a message cannot be decompressed (RFC 7692 §7.2.2)", 1_007),
      );
    if (isText && !isUtf8(inflated.data))
      return this.#protocol.refuse(malformed("a text message is not UTF-8 (§8.1)", 1_007));
    this.#sink.onMessage(inflated.data, isText);
  }

  #write(op: number, payload: Uint8Array, onGone?: () => void): void {
    if (this.#socket.writable) this.#socket.write(writeFrame(op, payload, this.#masks.next()), onGone);
  }

  /** What the protocol answers by itself: a ping, a Close frame, a broken rule. */
  #answer(op: number, payload: Uint8Array): void {
    if (this.#hasSaidClose) return;
    if (op === WEBSOCKET_OP_CLOSE) this.#hasSaidClose = true;
    // A peer that pings and takes no pong is not written to without end: §5.5.3 has the latest ping answered alone.
    else if (
      op === WEBSOCKET_OP_PONG &&
      this.#socket.writableLength > clientLimits.websocketQueuedBytes.value
    )
      return;
    this.#write(op, payload);
  }

  #control({ data, flags }: WebsocketMessage): void {
    if ((flags & 0x0f) === WEBSOCKET_OP_PONG) this.#heartbeat?.onPong(data);
    if ((flags & 0x0f) !== WEBSOCKET_OP_CLOSE) return;
    const code = data.length < 2 ? 1005 : ((data[0] ?? 0) << 8) | (data[1] ?? 0);
    this.#heard = { code, reason: new TextDecoder().decode(data.subarray(2)) };
    this.#sink.onClosing();
    this.#awaitEnd();
  }

  /** RFC 6455 §7.1.1: it is the server that closes the connection; not for ever, and not where we have been heard out. */
  #awaitEnd(): void {
    this.#heartbeat?.stop();
    this.#socket.resume();
    this.#timer ??= setTimeout(() => {
      const { host } = this.#options;
      this.#finish(new HttpsError("websocket-cut", { host, ending: "unanswered-close" }));
      this.#socket.destroy();
    }, this.#options.closeMs);
  }

  /** Told once; where both have said Close, the connection's end never is an error, whatever it looks like. */
  #finish(error: HttpsError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#heartbeat?.stop();
    clearTimeout(this.#timer);
    const socket = this.#socket;
    const late = setTimeout(() => socket.destroy(), clientLimits.lastWordsMs.value).unref();
    socket.once("close", () => clearTimeout(late));
    socket.resume();
    socket.end();
    if (this.#heard === undefined) this.#sink.onClosed({ code: 1006, reason: "", wasClean: false, error });
    else this.#sink.onClosed({ ...this.#heard, wasClean: true, error: undefined });
  }
}
