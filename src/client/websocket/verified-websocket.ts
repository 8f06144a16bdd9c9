/**
 * A WebSocket with the standard's interface (WebSockets, WHATWG §3) over a connection that both keys admitted, and what a
 * program needs beside it: who vouched for the server, messages one after the other, and when what was sent has gone out.
 *
 * DEVIATION: messages wait for somebody who takes them, a listener for `message` or a loop; the standard drops those that come
 * before there is a listener. Where nobody takes them the socket is paused, and a server's Close frame waits behind them.
 */
import { HttpsError, onAbort, shownHref, showAs } from "../../core/index.ts";
import type { StreamLink } from "../../net/index.ts";
import { clientLimits } from "../limits.ts";
import type { Carrier, Open, Opened } from "./carrier.ts";
import {
  WebSocketCloseEvent,
  WebSocketErrorEvent,
  type WebSocketData,
  type WebSocketEnd,
} from "./websocket-events.ts";

/** What a listener of each event is given. */
export interface WebSocketEventMap {
  readonly open: Event;
  readonly message: WebSocketMessageEvent;
  readonly error: WebSocketErrorEvent;
  readonly close: WebSocketCloseEvent;
}

/** A message, as the platform's `MessageEvent` has it. */
export interface WebSocketMessageEvent extends Event {
  readonly data: WebSocketData;
  readonly origin: string;
}

// The platform's own names for these are not in every set of types.
type ListenerOptions = NonNullable<Parameters<EventTarget["addEventListener"]>[2]>;
type Listener = Parameters<EventTarget["addEventListener"]>[1];

/** A function for one kind of event. */
export type WebSocketHandler<K extends keyof WebSocketEventMap> = (event: WebSocketEventMap[K]) => unknown;

interface Message {
  readonly data: Uint8Array;
  readonly isText: boolean;
}

/** What an object for a message takes beside its bytes: many small ones are many bytes too. */
const messageCost = 64;
const longestReasonBytes = 123;

/** A WebSocket whose server was verified (RFC 6455); `client.websocket()` makes it. */
export class VerifiedWebSocket extends EventTarget implements AsyncIterable<WebSocketData>, AsyncDisposable {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  /** The URL as it was resolved, with `wss:` or `ws:`. */
  readonly url: string;
  /** The socket itself, once it is open; rejected with the HttpsError where it does not come to that. */
  readonly opened: Promise<this>;
  readonly #host: string;
  readonly #opening = new AbortController();
  /** What was set as `onopen` and so on, and the listener that calls it. */
  readonly #handlers = new Map<string, { readonly given: unknown; readonly own: EventListener }>();
  readonly #queue: Message[] = [];
  #queuedBytes = 0;
  #isListened = false;
  #isIterated = false;
  #waiting: (() => void)[] = [];
  #readyState: 0 | 1 | 2 | 3 = 0;
  #binaryType: "blob" | "arraybuffer" = "blob";
  #bufferedAmount = 0;
  /** What is sent after a Blob that is still read waits for it. */
  #sending: Promise<void> | undefined;
  #draining: (() => void)[] = [];
  #carrier: Carrier | undefined;
  #opened: Opened | undefined;
  #error: HttpsError | undefined;
  readonly #end: Promise<void>;
  #onEnd: () => void = () => {};
  readonly #stopListening: (() => void) | undefined;

  /** Begins to open it. */
  constructor(
    {
      url,
      host,
      signal,
    }: { readonly url: string; readonly host: string; readonly signal: AbortSignal | undefined },
    open: Open,
  ) {
    super();
    this.url = url;
    this.#host = host;
    this.#end = new Promise((resolve) => (this.#onEnd = resolve));
    const onAborted = (): void =>
      this.#fail(new HttpsError("aborted", { host, phase: "WebSocket" }, { cause: signal?.reason }));
    if (signal?.aborted === true) queueMicrotask(onAborted);
    else this.#stopListening = signal && onAbort(signal, onAborted);
    this.opened = open(this.#opening.signal).then(
      (opened) => this.#begin(opened),
      (error: unknown) => {
        this.#fail(ended(error, host));
        throw this.#error ?? error;
      },
    );
    // It is told by events too; who waits for it is told all the same.
    this.opened.catch(() => {});
  }

  get CONNECTING(): 0 {
    return 0;
  }
  get OPEN(): 1 {
    return 1;
  }
  get CLOSING(): 2 {
    return 2;
  }
  get CLOSED(): 3 {
    return 3;
  }

  /** `CONNECTING`, `OPEN`, `CLOSING` or `CLOSED`. */
  get readyState(): 0 | 1 | 2 | 3 {
    return this.#readyState;
  }
  /** Bytes that `send()` was given and the network has not taken. */
  get bufferedAmount(): number {
    return this.#bufferedAmount;
  }
  /** The subprotocol that the server chose; empty for none. */
  get protocol(): string {
    return this.#opened?.protocol ?? "";
  }
  /** The extensions as the server named them: permessage-deflate (RFC 7692), where it was offered and accepted; empty for none. */
  get extensions(): string {
    return this.#opened?.extensions ?? "";
  }
  /** Who vouched for the server; `undefined` until it is open. */
  get trust(): StreamLink["trust"] | undefined {
    return this.#opened?.link.trust;
  }
  /** TLS version, addresses and the like; `undefined` until it is open. */
  get connection(): StreamLink["facts"] | undefined {
    return this.#opened?.link.facts;
  }
  /** How long the last ping that was answered was on its way, there and back, in milliseconds; `undefined` without `pingMs`. */
  get roundTripMs(): number | undefined {
    return this.#carrier?.roundTripMs;
  }
  /** What messages of bytes are given as: `blob` (the standard's default) or `arraybuffer`. */
  get binaryType(): "blob" | "arraybuffer" {
    return this.#binaryType;
  }
  set binaryType(type: "blob" | "arraybuffer") {
    // HTML: any other value changes nothing.
    if (type === "blob" || type === "arraybuffer") this.#binaryType = type;
  }

  get onopen(): WebSocketHandler<"open"> | null {
    return this.#handler("open");
  }
  set onopen(handler: WebSocketHandler<"open"> | null) {
    this.#handle("open", handler);
  }
  get onmessage(): WebSocketHandler<"message"> | null {
    return this.#handler("message");
  }
  set onmessage(handler: WebSocketHandler<"message"> | null) {
    this.#handle("message", handler);
  }
  get onerror(): WebSocketHandler<"error"> | null {
    return this.#handler("error");
  }
  set onerror(handler: WebSocketHandler<"error"> | null) {
    this.#handle("error", handler);
  }
  get onclose(): WebSocketHandler<"close"> | null {
    return this.#handler("close");
  }
  set onclose(handler: WebSocketHandler<"close"> | null) {
    this.#handle("close", handler);
  }

  override addEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener: WebSocketHandler<K> | null,
    options?: ListenerOptions,
  ): void;
  override addEventListener(type: string, listener: Listener | null, options?: ListenerOptions): void;
  override addEventListener(type: string, listener: Listener | null, options?: ListenerOptions): void {
    super.addEventListener(type, listener, options);
    if (type !== "message" || listener === null || this.#isListened) return;
    this.#isListened = true;
    // Not within the call: who adds it has more to set up.
    queueMicrotask(() => this.#flow());
  }

  /**
   * Sends a message: text, or bytes (a `Blob` is read first, and what is sent after it waits). After the end it does nothing.
   * @throws HttpsError `send-buffer-full` where 16 MiB wait already, of which nothing is sent: wait for `drained()`
   * @throws DOMException `InvalidStateError` before it is open
   */
  send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
    if (this.#readyState === 0)
      throw new DOMException("The WebSocket is not open yet: wait for opened.", "InvalidStateError");
    const given = data instanceof Blob ? data : octetsOf(data);
    const size = given instanceof Blob ? given.size : given.length;
    const { value } = clientLimits.websocketSendBytes;
    if (this.#readyState === 1 && this.#bufferedAmount > 0 && this.#bufferedAmount + size > value)
      throw new HttpsError("send-buffer-full", { host: this.#host, value });
    this.#bufferedAmount += size;
    if (this.#readyState !== 1) return;
    const isText = typeof data === "string";
    if (given instanceof Blob) this.#afterward(async () => this.#send(await octetsOfBlob(given), isText));
    else if (this.#sending === undefined) {
      const turn = this.#send(given, isText);
      if (turn !== undefined) this.#afterward(() => turn);
    } else {
      const kept = given.slice(); // The caller may write over it meanwhile.
      this.#afterward(() => this.#send(kept, isText));
    }
  }

  /** When all that was sent has been taken by the network. @throws HttpsError that ended the WebSocket before */
  async drained(): Promise<void> {
    while (this.#bufferedAmount > 0 && this.#readyState !== 3)
      await new Promise<void>((resolve) => this.#draining.push(resolve));
    if (this.#bufferedAmount > 0 && this.#error !== undefined) throw this.#error;
  }

  /**
   * Says Close and waits for the server's, within `closeMs`; one that is not open yet fails with `aborted`. Messages that come
   * after it are dropped.
   * @throws DOMException `InvalidAccessError` for a code other than 1000 and 3000 to 4999, `SyntaxError` for a reason of more than 123 bytes
   */
  close(code?: number, reason: string = ""): void {
    if (code !== undefined && code !== 1000 && !(Number.isInteger(code) && code >= 3_000 && code <= 4_999))
      throw new DOMException("A program closes with 1000, or 3000 to 4999.", "InvalidAccessError");
    const words = Buffer.from(reason, "utf8");
    if (words.length > longestReasonBytes)
      throw new DOMException("The reason is longer than 123 bytes.", "SyntaxError");
    this.#close(code ?? (words.length > 0 ? 1_000 : undefined), words);
  }

  /**
   * The messages, as they are asked for: the socket is paused while the loop is slow. They go to the loop alone then, and no
   * longer to listeners. Leaving the loop closes the WebSocket.
   * @throws HttpsError `websocket-cut`, `websocket-malformed`, `websocket-too-large`, `aborted`, and what opening can end in
   */
  [Symbol.asyncIterator](): AsyncGenerator<WebSocketData, void, undefined> {
    this.#isIterated = true;
    return this.#messages();
  }

  /** Closes it, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#close(undefined, new Uint8Array(0));
    await this.#end;
  }

  /** For logs: without the URL's query. */
  toJSON(): { readonly url: string; readonly readyState: number; readonly protocol: string } {
    return { url: shownHref(this.url), readyState: this.#readyState, protocol: this.protocol };
  }

  /** For the client that made it: going away (RFC 6455 §7.4.1), or at once where an error says why. */
  static endFor(socket: VerifiedWebSocket, error: HttpsError, politely: boolean): void {
    if (politely && socket.#readyState !== 0) socket.#close(1_001, new Uint8Array(0));
    else socket.#fail(error);
  }

  /** When it has ended. */
  static endOf(socket: VerifiedWebSocket): Promise<void> {
    return socket.#end;
  }

  #begin(opened: Opened): this {
    const carrier = opened.carry({
      onMessage: (data, isText) => this.#take({ data, isText }),
      onClosing: () => (this.#readyState = 2),
      onClosed: (end) => this.#finish(end),
    });
    if (this.#readyState !== 0) {
      carrier.fail(this.#error ?? abortedAt(this.#host));
      throw this.#error ?? abortedAt(this.#host);
    }
    this.#opened = opened;
    this.#carrier = carrier;
    this.#readyState = 1;
    this.dispatchEvent(new Event("open"));
    carrier.begin(opened.first);
    return this;
  }

  #take(message: Message): void {
    if (this.#readyState !== 1) return;
    this.#queue.push(message);
    this.#queuedBytes += message.data.length + messageCost;
    this.#flow();
  }

  /** Hands on what there is to hand on; pauses the socket where it is too much. */
  #flow(): void {
    if (this.#isIterated) this.#wake();
    else if (this.#isListened)
      for (let next = this.#next(); next !== undefined; next = this.#next())
        this.dispatchEvent(
          new MessageEvent("message", { data: this.#dataOf(next), origin: new URL(this.url).origin }),
        );
    this.#regulate();
  }

  #next(): Message | undefined {
    const message = this.#queue.shift();
    if (message !== undefined) this.#queuedBytes -= message.data.length + messageCost;
    return message;
  }

  #regulate(): void {
    if (this.#readyState === 1 && this.#queuedBytes > clientLimits.websocketQueuedBytes.value)
      this.#carrier?.pause();
    else this.#carrier?.resume();
  }

  async *#messages(): AsyncGenerator<WebSocketData, void, undefined> {
    try {
      for (;;) {
        const message = this.#next();
        if (message !== undefined) {
          this.#regulate();
          yield this.#dataOf(message);
        } else if (this.#readyState === 3) {
          if (this.#error !== undefined) throw this.#error;
          return;
        } else {
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
        }
      }
    } finally {
      this.#close(undefined, new Uint8Array(0));
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #dataOf({ data, isText }: Message): WebSocketData {
    if (isText) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(data);
    const own = new Uint8Array(data);
    return this.#binaryType === "blob" ? new Blob([own]) : own.buffer;
  }

  #send(bytes: Uint8Array, isText: boolean): Promise<void> | undefined {
    return this.#carrier?.send(bytes, isText, () => {
      this.#bufferedAmount -= bytes.length;
      if (this.#bufferedAmount === 0) this.#tellDrained();
    });
  }

  #afterward(work: () => Promise<void> | void | undefined): void {
    const turn: Promise<void> = (this.#sending ?? Promise.resolve()).then(work).then(
      () => {
        if (this.#sending === turn) this.#sending = undefined;
      },
      (error: unknown) => this.#fail(ended(error, this.#host)),
    );
    this.#sending = turn;
  }

  #tellDrained(): void {
    const draining = this.#draining;
    this.#draining = [];
    for (const resolve of draining) resolve();
  }

  #close(code: number | undefined, reason: Uint8Array): void {
    if (this.#readyState === 0) return this.#fail(abortedAt(this.#host));
    if (this.#readyState !== 1) return;
    this.#readyState = 2;
    if (this.#sending === undefined) this.#carrier?.close(code, reason);
    else this.#afterward(() => this.#carrier?.close(code, reason));
  }

  #fail(error: HttpsError): void {
    if (this.#readyState === 3) return;
    if (this.#carrier !== undefined) return this.#carrier.fail(error);
    this.#finish({ code: 1_006, reason: "", wasClean: false, error });
    this.#opening.abort(error);
  }

  #finish(end: WebSocketEnd): void {
    if (this.#readyState === 3) return;
    this.#readyState = 3;
    this.#error = end.error;
    this.#stopListening?.();
    this.#wake();
    this.#tellDrained();
    if (end.error !== undefined) this.dispatchEvent(new WebSocketErrorEvent(end.error));
    this.dispatchEvent(new WebSocketCloseEvent(end));
    this.#onEnd();
  }

  #handler<K extends keyof WebSocketEventMap>(type: K): WebSocketHandler<K> | null {
    return (this.#handlers.get(type)?.given as WebSocketHandler<K> | undefined) ?? null;
  }

  #handle<K extends keyof WebSocketEventMap>(type: K, given: WebSocketHandler<K> | null): void {
    const before = this.#handlers.get(type);
    if (before !== undefined) this.removeEventListener(type, before.own);
    this.#handlers.delete(type);
    if (typeof given !== "function") return;
    const own = given.bind(this) as EventListener;
    this.#handlers.set(type, { given, own });
    this.addEventListener(type, own);
  }
}

showAs(VerifiedWebSocket.prototype, "VerifiedWebSocket", (socket) => socket.toJSON());

function abortedAt(host: string): HttpsError {
  return new HttpsError("aborted", { host, phase: "WebSocket handshake" });
}

/** Whatever else was thrown (by a Blob that cannot be read) ended it too. */
function ended(thrown: unknown, host: string): HttpsError {
  if (thrown instanceof HttpsError) return thrown;
  return new HttpsError("aborted", { host, phase: "WebSocket" }, { cause: thrown });
}

/** WebSockets (WHATWG): text as UTF-8, with U+FFFD where a surrogate stands alone; what is neither text nor bytes as text. */
function octetsOf(data: unknown): Uint8Array {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data instanceof SharedArrayBuffer) return new Uint8Array(data);
  return Buffer.from(String(data), "utf8");
}

async function octetsOfBlob(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
