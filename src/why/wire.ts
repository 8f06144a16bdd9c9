/**
 * Requests over one open connection, for diagnosis: one after the other, each with its deadlines, each answer with the
 * beginning of its body and how it ended. Nothing is kept of a body but that beginning.
 */
import type { Socket } from "node:net";
import { HttpsError, type Ending } from "../core/index.ts";
import {
  errorFromFailure,
  ResponseReader,
  writeRequestHead,
  type Completion,
  type Failure,
  type Field,
  type ResponseHead,
  type ResponseSink,
} from "../http1/index.ts";
import { decodeLatin1 } from "../net/index.ts";
import { experimentLimits } from "./limits.ts";

export interface WireTimes {
  readonly headMs: number;
  readonly bodyIdleMs: number;
  readonly bodyMs: number;
}

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly Field[];
}

/** How an exchange went. */
export interface WireAnswer {
  readonly head: ResponseHead | undefined;
  /** This machine's clock when the head came. */
  readonly receivedAt: number;
  readonly body: Uint8Array;
  readonly bodyBytes: number;
  readonly completeness: Completion["completeness"] | "part" | undefined;
  readonly failure: HttpsError | undefined;
  /** Whether another request may follow on this connection. */
  readonly persists: boolean;
  readonly firstByteMs: number;
  readonly downloadMs: number;
}

export interface WireOptions {
  readonly host: string;
  readonly times: WireTimes;
  readonly signal: AbortSignal;
  /** After how long the signal fires, for the message. */
  readonly limitMs: number;
  /** What a FIN was: with or without close_notify. */
  readonly endingOfFin: () => Ending;
  /** What an error of the socket means, where it is more than an end: an alert. */
  readonly failureOf: (error: Error) => HttpsError | undefined;
  readonly now: () => number;
}

export class Wire implements ResponseSink {
  readonly #socket: Socket;
  readonly #options: WireOptions;
  readonly #reader = new ResponseReader({ decodeLatin1 });
  #resolve: ((answer: WireAnswer) => void) | undefined;
  #timers: NodeJS.Timeout[] = [];
  #idleTimer: NodeJS.Timeout | undefined;
  #sentAt = 0;
  #firstByteAt = 0;
  #receivedAt = 0;
  #head: ResponseHead | undefined;
  #chunks: Uint8Array[] = [];
  #keptBytes = 0;
  #bodyBytes = 0;
  #ended = false;
  /** What TLS ended with while nothing was asked. */
  #early: HttpsError | undefined;
  #wake: (() => void) | undefined;
  unsolicitedBytes = 0;

  constructor(socket: Socket, options: WireOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on("data", (chunk: Uint8Array) => this.#take(chunk));
    socket.on("end", () => this.#end(options.endingOfFin()));
    socket.on("error", (error) => this.#break(error));
    socket.on("close", () => this.#end(options.endingOfFin()));
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Sends a request and waits for its answer, within the deadlines. Never rejects. */
  ask({ method, path, fields }: WireRequest): Promise<WireAnswer> {
    const { headMs } = this.#options.times;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#head = undefined;
      this.#chunks = [];
      this.#keptBytes = 0;
      this.#bodyBytes = 0;
      this.#firstByteAt = 0;
      this.#sentAt = performance.now();
      if (this.#early !== undefined) return this.#settle(this.#early);
      if (this.#options.signal.aborted) return this.#settle(this.#overall("head"));
      if (this.#ended)
        return this.#settle(errorFromFailure({ code: "empty-response", detail: { ending: "fin" } }));
      this.#reader.begin({ method });
      this.#after(headMs, () => {
        const { host } = this.#options;
        const bytesReceived = this.#reader.receivedBytes;
        this.#settle(new HttpsError("head-timeout", { host, limitMs: headMs, bytesReceived }));
      });
      try {
        const text = writeRequestHead({ method, target: path, fields, content: { kind: "none" } });
        this.#socket.write(text, "latin1");
      } catch (error) {
        if (!(error instanceof HttpsError)) throw error;
        this.#settle(error);
      }
    });
  }

  /** Waits to see whether the server ends the connection by itself; what it says then is not lost in a reset. */
  listen(ms: number): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#after(ms, resolve);
    });
  }

  close(): void {
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    this.#clear();
    this.#ended = true;
    this.#socket.destroy();
  }

  readonly #onAbort = (): void => {
    if (this.#resolve !== undefined) this.#settle(this.#overall(this.#head === undefined ? "head" : "body"));
  };

  #overall(phase: string): HttpsError {
    const { host, limitMs } = this.#options;
    return new HttpsError("total-timeout", { host, limitMs, phase });
  }

  #take(chunk: Uint8Array): void {
    if (this.#firstByteAt === 0) this.#firstByteAt = performance.now();
    const before = this.#reader.phase;
    if (before === "idle" || before === "closed") {
      this.unsolicitedBytes += chunk.length;
      return;
    }
    const at = this.#reader.push(chunk, 0, chunk.length, this);
    if (this.#resolve === undefined) this.unsolicitedBytes += chunk.length - at;
    else if (this.#head !== undefined) this.#restartIdle();
  }

  #end(ending: Ending): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wake?.();
    this.#reader.end(ending, this);
  }

  #break(error: NodeJS.ErrnoException): void {
    const failure = this.#options.failureOf(error);
    if (failure !== undefined) {
      this.#ended = true;
      this.#early = failure;
      this.#wake?.();
      return this.#settle(failure);
    }
    this.#end("reset");
  }

  onInformational(): void {}

  onHead(head: ResponseHead): void {
    this.#head = head;
    this.#receivedAt = this.#options.now();
    this.#clear();
    this.#after(this.#options.times.bodyMs, () => this.#bodyTimedOut());
  }

  onBody(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bodyBytes += end - start;
    const room = experimentLimits.keptBodyBytes.value - this.#keptBytes;
    if (room > 0) {
      const kept = bytes.slice(start, Math.min(end, start + room));
      this.#chunks.push(kept);
      this.#keptBytes += kept.length;
    } else if (this.#resolve !== undefined) {
      this.#settle(undefined, "part");
    }
    return this.#resolve !== undefined;
  }

  onTrailers(): void {}

  onComplete({ completeness, persistence }: Completion): void {
    this.#settle(undefined, completeness, persistence.persists && !this.#ended);
  }

  onFailure(failure: Failure): void {
    this.#settle(errorFromFailure(failure));
  }

  /** A stream that is meant to go on is well; a drip never ends, and nobody can wait for it. */
  #bodyTimedOut(): void {
    const { host, times } = this.#options;
    const bytesPerSecond = (this.#bodyBytes * 1000) / times.bodyMs;
    if (this.#isStream || bytesPerSecond >= dripBytesPerSecond) return this.#settle(undefined, "part");
    this.#settle(new HttpsError("total-timeout", { host, limitMs: times.bodyMs, phase: "body" }));
  }

  /** Whether the body is of a kind that goes on for as long as somebody listens. */
  get #isStream(): boolean {
    const type = this.#head?.fields.get("content-type") ?? "";
    return /^(?:text\/event-stream|multipart\/x-mixed-replace|audio\/|video\/)/i.test(type);
  }

  #restartIdle(): void {
    clearTimeout(this.#idleTimer);
    const { host, times } = this.#options;
    this.#idleTimer = setTimeout(() => {
      if (this.#isStream) return this.#settle(undefined, "part");
      const detail = { host, limitMs: times.bodyIdleMs, bytesReceived: this.#bodyBytes };
      this.#settle(new HttpsError("body-timeout", detail));
    }, times.bodyIdleMs);
  }

  #after(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, ms));
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    clearTimeout(this.#idleTimer);
    this.#timers = [];
  }

  #settle(
    failure: HttpsError | undefined,
    completeness?: WireAnswer["completeness"],
    persists = false,
  ): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    this.#clear();
    const now = performance.now();
    resolve({
      head: this.#head,
      receivedAt: this.#receivedAt,
      body: Buffer.concat(this.#chunks),
      bodyBytes: this.#bodyBytes,
      completeness,
      failure,
      persists,
      firstByteMs: (this.#firstByteAt || now) - this.#sentAt,
      downloadMs: this.#firstByteAt === 0 ? 0 : now - this.#firstByteAt,
    });
  }
}

/** Less than a modem of 1962 (Bell 103: 300 bit/s) is a drip. */
const dripBytesPerSecond = 30;
