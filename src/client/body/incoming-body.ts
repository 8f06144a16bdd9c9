/**
 * A response's body on its way from the socket to its reader: a queue with a bound, one reader, one end.
 *
 * The socket's buffer is reused, so what is queued is copied once; a reader that takes the body whole gets it copied
 * straight into its place.
 */
import { constants } from "node:buffer";
import { HttpsError } from "../../core/index.ts";
import { clientLimits } from "../limits.ts";
import { allocate } from "./allocate.ts";

/** What the body can ask of the connection it comes from. */
export interface BodySource {
  /** There is room again. */
  resume(): void;
  /** Nobody will read the rest. */
  abandon(reason: Error): void;
}

interface Waiting {
  readonly resolve: (chunk: Uint8Array | undefined) => void;
  readonly reject: (error: Error) => void;
}

interface Whole {
  target: Uint8Array;
  length: number;
  readonly maxBytes: number;
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

const highWaterBytes = clientLimits.queuedBodyBytes.value;
const smallestWholeBytes = 4_096;
/** An announced length is a promise, not bytes: more room than this is made when the bytes are there. */
const largestFirstBytes = 16_777_216;

export class IncomingBody {
  readonly #source: BodySource;
  /** From Content-Length, where there is one. */
  readonly announcedBytes: number | undefined;
  #queue: Uint8Array[] = [];
  /** What the queue costs: content, and what each chunk takes besides. */
  #queuedBytes = 0;
  /** Content that came, whether or not it was read. */
  receivedBytes = 0;
  #ended = false;
  #error: Error | undefined;
  #waiting: Waiting | undefined;
  #whole: Whole | undefined;
  #begun = false;

  constructor(source: BodySource, announcedBytes: number | undefined) {
    this.#source = source;
    this.announcedBytes = announcedBytes;
  }

  /** Whether anybody has begun to read. */
  get isRead(): boolean {
    return this.#begun;
  }

  /** Whether the end, good or bad, has come. */
  get isOver(): boolean {
    return this.#ended || this.#error !== undefined;
  }

  /** Takes content from the connection. `false`: no more for now. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    this.receivedBytes += end - start;
    if (this.#whole !== undefined) return this.#append(this.#whole, bytes, start, end);
    const chunk = bytes.slice(start, end);
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting.resolve(chunk);
      return true;
    }
    this.#queue.push(chunk);
    this.#queuedBytes += costOf(chunk);
    return this.#queuedBytes < highWaterBytes;
  }

  finish(): void {
    this.#ended = true;
    this.#waiting?.resolve(undefined);
    this.#waiting = undefined;
    const whole = this.#whole;
    if (whole === undefined) return;
    this.#whole = undefined;
    whole.resolve(wholeBytes(whole));
  }

  /** What is queued stays readable; the error comes after it. */
  fail(error: Error): void {
    if (this.isOver) return;
    this.#error = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    this.#whole?.reject(error);
    this.#whole = undefined;
  }

  /** The next chunk, or `undefined` at the end. One call at a time. */
  read(): Promise<Uint8Array | undefined> {
    this.#begun = true;
    const chunk = this.#queue.shift();
    if (chunk !== undefined) {
      const wasFull = this.#queuedBytes >= highWaterBytes;
      this.#queuedBytes -= costOf(chunk);
      if (wasFull && this.#queuedBytes < highWaterBytes) this.#source.resume();
      return Promise.resolve(chunk);
    }
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#source.resume();
    });
  }

  /** The whole body. @throws HttpsError `body-too-large`, and what ends the body early */
  readWhole(maxBytes: number): Promise<Uint8Array> {
    this.#begun = true;
    const announced = this.announcedBytes ?? 0;
    if (announced > maxBytes) {
      const detail = { limit: "maxBodyBytes", value: maxBytes, announcedBytes: announced } as const;
      return Promise.reject(this.#giveUp(new HttpsError("body-too-large", detail)));
    }
    const [only] = this.#queue;
    if (this.#ended && this.#queue.length <= 1 && (only?.length ?? 0) <= maxBytes) {
      this.#queue = [];
      return Promise.resolve(only ?? new Uint8Array(0));
    }
    const room = Math.max(Math.min(announced, largestFirstBytes), this.#queuedBytes, smallestWholeBytes);
    return new Promise((resolve, reject) => {
      try {
        this.#takeWhole({ target: allocate(room), length: 0, maxBytes, resolve, reject });
      } catch (error) {
        reject(this.#giveUp(error as HttpsError)); // No memory; whoever reads is told, and nothing is left unread.
      }
    });
  }

  #takeWhole(whole: Whole): void {
    this.#whole = whole;
    for (const chunk of this.#queue.splice(0)) this.#append(whole, chunk, 0, chunk.length);
    this.#queuedBytes = 0;
    if (this.#whole === undefined) return;
    if (this.#error !== undefined) whole.reject(this.#error);
    else if (this.#ended) this.finish();
    else this.#source.resume();
  }

  /** Nobody wants the rest, nor what is queued. */
  discard(): void {
    this.cancel(new HttpsError("body-cancelled", { bytesReceived: this.receivedBytes }));
  }

  /** Gives the rest of the body up. */
  cancel(reason: Error): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#giveUp(reason);
  }

  #giveUp<E extends Error>(error: E): E {
    this.#begun = true;
    if (!this.isOver) {
      this.fail(error);
      this.#source.abandon(error);
    }
    return error;
  }

  #nextRoom(whole: Whole, needed: number): number {
    const announced = this.announcedBytes ?? Infinity;
    const doubled = Math.min(whole.maxBytes, 2 * whole.target.length, constants.MAX_LENGTH);
    return Math.max(needed, Math.min(doubled, announced));
  }

  #append(whole: Whole, bytes: Uint8Array, start: number, end: number): boolean {
    const needed = whole.length + end - start;
    if (needed > whole.maxBytes) {
      this.#giveUp(new HttpsError("body-too-large", { limit: "maxBodyBytes", value: whole.maxBytes }));
      return true;
    }
    if (needed > whole.target.length) {
      const grown = allocate(this.#nextRoom(whole, needed));
      grown.set(whole.target.subarray(0, whole.length));
      whole.target = grown;
    }
    whole.target.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), whole.length);
    whole.length = needed;
    return true;
  }
}

/** A chunk of one byte is an object all the same: counted so, a flood of them fills the queue as it should. */
const chunkOverheadBytes = 256;

function costOf(chunk: Uint8Array): number {
  return chunk.length + chunkOverheadBytes;
}

function wholeBytes({ target, length }: Whole): Uint8Array {
  // A body much smaller than its room would hold that room for as long as it lives.
  return length === target.length
    ? target
    : length * 2 < target.length
      ? target.slice(0, length)
      : target.subarray(0, length);
}
