/**
 * A response's body on its way from the socket to its reader: a queue with a bound, one reader, one end.
 *
 * The socket's buffer is reused, so what is queued is copied once; a reader that takes the body whole gets it copied
 * straight into its place, and one that visits it is shown it where it lies, in a buffer that the connection reads into for
 * this body alone.
 *
 * A queued chunk's memory is its own, as a chunk of Node's `fetch` is: it can be transferred, and `chunk.buffer` holds nothing
 * else. Reading into parts of one large buffer would spare the copy, and a transfer would take what is still to be read with it.
 */
import { constants } from "node:buffer";
import { concatBytes, HttpsError } from "../../core/index.ts";
import { netLimits } from "../../net/index.ts";
import { clientLimits } from "../limits.ts";
import { allocate } from "./allocate.ts";
import { Visit, type VisitChunk, type Visited, type VisitedBody } from "./visit.ts";

/** What the body can ask of the connection it comes from. */
export interface BodySource {
  /** There is room again. */
  resume(): void;
  /** Reads of this body go into `buffer` from now on; without one, into the buffer that all connections share. */
  readInto(buffer: Uint8Array | undefined): void;
  /** Nobody will read the rest. */
  abandon(reason: Error): void;
}

/** Hears everything that comes of a body, as it comes, and how that ends. What it is shown is its own for the call alone. */
export interface BodyTap {
  onContent(bytes: Uint8Array): void;
  /** With what ended it early; without, it is whole. */
  onEnd(error: Error | undefined): void;
}

/** Where content lies in what was read. */
export interface BodyPart {
  readonly start: number;
  readonly end: number;
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

export class IncomingBody implements VisitedBody {
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
  /** Why what had come, and was not read, is not there any more. */
  #lost: Error | undefined;
  /** Why nobody wants the rest, where that was said: also of what was read already, and is still to be decoded. */
  cancelled: Error | undefined;
  #waiting: Waiting | undefined;
  #whole: Whole | undefined;
  #visit: Visit | undefined;
  /** Whoever waits for something else meanwhile, and wants to know of an early end at once. */
  #onFailure: ((error: Error) => void) | undefined;
  /** What the connection reads into while the body is visited. */
  #landing: Uint8Array | undefined;
  #begun = false;
  #tap: BodyTap | undefined;

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

  /** Has `tap` hear all of it; before anybody has begun to read. */
  overhear(tap: BodyTap): void {
    for (const chunk of this.#queue) tap.onContent(chunk);
    const before = this.#tap;
    if (this.isOver) tap.onEnd(this.#error);
    else this.#tap = before === undefined ? tap : bothOf(before, tap);
  }

  /** Takes content from the connection. `false`: no more for now. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    this.receivedBytes += end - start;
    this.#tap?.onContent(bytes.subarray(start, end));
    if (this.#whole !== undefined) return this.#append(this.#whole, bytes, start, end);
    if (this.#visit !== undefined && !this.#visit.isBusy && this.#queue.length === 0)
      return this.#show(this.#visit, bytes, start, end);
    return this.#enqueue(bytes.slice(start, end));
  }

  /** The same of several parts of one read, which a reader of chunks gets as one: each chunk has its price. */
  pushParts(bytes: Uint8Array, parts: readonly BodyPart[]): boolean {
    if (this.#whole !== undefined || this.#visit !== undefined) {
      let hasRoom = true;
      for (const { start, end } of parts) hasRoom = this.push(bytes, start, end);
      return hasRoom;
    }
    const joined = joinParts(bytes, parts);
    this.#tap?.onContent(joined);
    this.receivedBytes += joined.length;
    return this.#enqueue(joined);
  }

  #enqueue(chunk: Uint8Array): boolean {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting.resolve(chunk);
      return true;
    }
    if (this.#queuedBytes >= highWaterBytes && this.#join(chunk)) return false;
    this.#queue.push(chunk);
    this.#queuedBytes += costOf(chunk);
    return this.#queuedBytes < highWaterBytes;
  }

  /** Puts a small chunk behind the last, if that is small too. */
  #join(chunk: Uint8Array): boolean {
    const last = this.#queue.at(-1);
    if (last === undefined || last.length + chunk.length > smallBytes) return false;
    this.#queue[this.#queue.length - 1] = concatBytes([last, chunk]);
    this.#queuedBytes += chunk.length;
    return true;
  }

  finish(): void {
    this.#ended = true;
    this.#tap?.onEnd(undefined);
    this.#waiting?.resolve(undefined);
    this.#waiting = undefined;
    if (this.#visit !== undefined && !this.#visit.isBusy) this.#goOn(this.#visit);
    const whole = this.#whole;
    if (whole === undefined) return;
    this.#whole = undefined;
    whole.resolve(wholeBytes(whole));
  }

  /** What is queued stays readable; the error comes after it. */
  fail(error: Error): void {
    if (this.isOver) return;
    this.#error = error;
    this.#tap?.onEnd(error);
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    this.#whole?.reject(error);
    this.#whole = undefined;
    this.#visit?.fail(error);
    this.#visit = undefined;
    this.#onFailure?.(error);
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
    const error = this.#error ?? this.#lost;
    if (error !== undefined) return Promise.reject(error);
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#source.resume();
    });
  }

  /** The whole body, where all of it is there as one chunk at most; it is taken then, and nothing has to be waited for. */
  takeEnded(maxBytes: number): Uint8Array | undefined {
    const queue = this.#queue;
    if (!this.#ended || this.#error !== undefined || queue.length > 1) return undefined;
    const [only = new Uint8Array(0)] = queue;
    if (only.length > maxBytes) return undefined;
    this.#begun = true;
    this.#queue = [];
    return only;
  }

  /** Shows the whole body to `visitChunk`, in order, in place. Rejects with what ends the body early. */
  visit(visitChunk: VisitChunk): Promise<Visited> {
    this.#begun = true;
    const visit = (this.#visit = new Visit(visitChunk, this));
    this.#goOn(visit);
    return visit.outcome;
  }

  /** Waits for `work`, which has to do with what was read, and rejects at once with what ends the body early. One call at a time. */
  async unlessFailed(work: PromiseLike<unknown>, described: (error: Error) => unknown): Promise<void> {
    try {
      await new Promise((resolve, reject) => {
        this.#onFailure = (error) => reject(described(error));
        Promise.resolve(work).then(resolve, reject);
        if (this.#error !== undefined) this.#onFailure(this.#error);
      });
    } finally {
      this.#onFailure = undefined;
    }
  }

  onSettled(): void {
    if (this.#visit !== undefined) this.#goOn(this.#visit);
  }

  onThrown(): void {
    this.#visit = undefined;
    this.discard();
  }

  /** What is queued, then what is to come; or the end. */
  #goOn(visit: Visit): void {
    while (this.#visit === visit) {
      const chunk = this.#queue.shift();
      if (chunk === undefined) break;
      this.#queuedBytes -= costOf(chunk);
      if (!visit.give(chunk)) return;
    }
    if (this.#visit !== visit) return;
    if (this.isOver) {
      this.#visit = undefined;
      const error = this.#error ?? this.#lost;
      if (error === undefined) visit.finish();
      else visit.fail(error);
      return;
    }
    // Whoever was lent it may have transferred it.
    if (this.#landing === undefined || this.#landing.length === 0)
      this.#landing = new Uint8Array(netLimits.readBufferBytes.value);
    this.#source.readInto(this.#landing);
    this.#source.resume();
  }

  /** A part of what was read, where it lies if nothing else is read into that meanwhile. */
  #show(visit: Visit, bytes: Uint8Array, start: number, end: number): boolean {
    const isOwn = bytes === this.#landing;
    const goesOn = visit.give(isOwn ? bytes.subarray(start, end) : bytes.slice(start, end));
    // What else was read lay there too: of this connection's requests, and of how it is to be read.
    if (isOwn && bytes.length === 0) throw new HttpsError("option-invalid", takenAway);
    if (!goesOn && isOwn) this.#source.readInto(undefined);
    return goesOn;
  }

  /** The whole body. @throws HttpsError `body-too-large`, and what ends the body early */
  readWhole(maxBytes: number): Promise<Uint8Array> {
    this.#begun = true;
    const announced = this.announcedBytes ?? 0;
    if (announced > maxBytes) {
      const detail = { limit: "maxBodyBytes", value: maxBytes, announcedBytes: announced } as const;
      return Promise.reject(this.#giveUp(new HttpsError("body-too-large", detail)));
    }
    const ended = this.takeEnded(maxBytes);
    if (ended !== undefined) return Promise.resolve(ended);
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
    this.cancelled ??= reason;
    // Whoever is in the middle of it does not take what was dropped for the end.
    if (this.#queue.length > 0) this.#lost ??= reason;
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

function bothOf(one: BodyTap, another: BodyTap): BodyTap {
  return {
    onContent: (bytes) => {
      one.onContent(bytes);
      another.onContent(bytes);
    },
    onEnd: (error) => {
      one.onEnd(error);
      another.onEnd(error);
    },
  };
}

const takenAway = {
  option: "forEachChunk",
  value: "a function that transferred a chunk's memory",
  expected: "a function that copies what it keeps (chunk.slice()), and transfers nothing",
};

/** A chunk of one byte is an object all the same: counted so, a flood of them fills the queue as it should. */
const chunkOverheadBytes = 256;
/**
 * Chunks that come when the queue is full are joined up to here. Over HTTP/2 as much may still come as the stream's window
 * lets through, which counts content alone: byte by byte, it would cost a hundred times as much.
 */
const smallBytes = 4_096;

function costOf(chunk: Uint8Array): number {
  return chunk.length + chunkOverheadBytes;
}

function joinParts(bytes: Uint8Array, parts: readonly BodyPart[]): Uint8Array {
  let length = 0;
  for (const { start, end } of parts) length += end - start;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const { start, end } of parts) {
    joined.set(bytes.subarray(start, end), at);
    at += end - start;
  }
  return joined;
}

function wholeBytes({ target, length }: Whole): Uint8Array {
  // A body much smaller than its room would hold that room for as long as it lives.
  return length === target.length
    ? target
    : length * 2 < target.length
      ? target.slice(0, length)
      : target.subarray(0, length);
}
