/**
 * One connection's life below the events of either Mongoose: it is opened, carries bytes both ways, has a deadline,
 * and ends once. What happens is handed to the manager, which says when it is delivered.
 */
import { HttpsError, type Ending } from "../../core/index.ts";
import type { DialPhase, Handler, Link } from "../../net/index.ts";
import { mongooseLimits } from "../limits.ts";
import { longestDelayMs, type mg_mgr } from "./manager.ts";

/** Who is told what happens on the wire. Each is called when the manager delivers. */
export interface WireEvents {
  onPhase(phase: DialPhase): void;
  onOpened(link: Link): void;
  /** It was not opened, or failed. `wire` is closed already. */
  onFailed(error: HttpsError): void;
  /** The bytes are the receiver's to keep. */
  onBytes(bytes: Uint8Array): void;
  /** So many bytes were handed to the network. */
  onSent(count: number): void;
  /** The peer ended the connection. */
  onEnded(ending: Ending): void;
}

export class Wire implements Handler {
  readonly #manager: mg_mgr;
  readonly #events: WireEvents;
  readonly #dialing = new AbortController();
  #link: Link | undefined;
  #closed = false;
  #isPaused = false;
  #isWriting = false;
  /** What came while the reader was paused, and the end behind it. */
  #held: Uint8Array[] = [];
  #ending: (() => void) | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(manager: mg_mgr, events: WireEvents) {
    this.#manager = manager;
    this.#events = events;
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** Whether bytes handed over earlier are still on their way to the network. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** Opens it; how it ends is told as an event. */
  open(dial: (signal: AbortSignal, onPhase: (phase: DialPhase) => void) => Promise<Link>): void {
    dial(this.#dialing.signal, (phase) => this.deliver(() => this.#events.onPhase(phase))).then(
      (link) => this.#manager.deliver(() => this.#opened(link)),
      (error: unknown) => this.deliver(() => this.#fail(error)),
    );
  }

  #opened(link: Link): void {
    if (this.#closed) return void link.socket.destroy();
    this.#link = link;
    this.#events.onOpened(link);
    if (!this.#closed) link.receiver.handTo(this);
  }

  /** Hands the first of these bytes to the network, as many as are sent at a time; the next after `onSent`. */
  write(waiting: Uint8Array): void {
    const bytes = waiting.subarray(0, mongooseLimits.batchBytes.value);
    const socket = this.#link?.socket;
    if (socket === undefined || this.#closed) return;
    this.#isWriting = true;
    socket.write(bytes, (error) => {
      this.#isWriting = false;
      if (error === null || error === undefined) this.deliver(() => this.#events.onSent(bytes.length));
    });
  }

  /** No more bytes until `resume`. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#release();
  }

  /** Sets what happens after so long, unless it is set anew before; `Infinity` for nothing. */
  setDeadline(limitMs: number, onDue: () => void = () => {}): void {
    clearTimeout(this.#deadline);
    if (this.#closed || limitMs === Infinity) return;
    this.#deadline = setTimeout(() => this.deliver(onDue), Math.min(limitMs, longestDelayMs)).unref();
  }

  /** Ends it. `now` drops what was not sent; otherwise close_notify and FIN follow it. Nothing is told any more. */
  close(how: "now" | "after-sending"): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#deadline);
    this.#dialing.abort();
    this.#held = [];
    const socket = this.#link?.socket;
    if (socket === undefined || socket.destroyed) return;
    // RFC 8446 §6.1: close_notify is owed even by who wants no more.
    if (how === "now" && this.#isWriting) socket.destroy();
    else socket.end(() => socket.destroy());
  }

  /** Lets go of the connection without ending it: another wire goes on with it. */
  release(): void {
    this.#closed = true;
    clearTimeout(this.#deadline);
  }

  /** Runs a delivery when the manager delivers, unless the connection is closed by then. */
  deliver(task: () => void): boolean {
    return this.#manager.deliver(() => {
      if (!this.#closed) task();
    });
  }

  // What the socket says.

  onBytes(buffer: Uint8Array, length: number): boolean {
    this.#held.push(buffer.slice(0, length));
    const delivered = this.deliver(() => this.#release());
    return delivered && !this.#isPaused && !this.#closed;
  }

  onEnd(ending: Ending, cause: Error | undefined): void {
    const link = this.#link;
    if (link === undefined) return;
    const failure = cause === undefined ? undefined : link.failureOf(cause);
    const seen = link.seenEnding(ending);
    this.#ending = () => (failure === undefined ? this.#events.onEnded(seen) : this.#fail(failure));
    this.deliver(() => this.#release());
  }

  onDrain(): void {
    // Batches wait for the callback of the one before.
  }

  /** Hands on what was held back, in order, and the end when nothing is before it. */
  #release(): void {
    while (!this.#isPaused && !this.#closed) {
      const bytes = this.#held.shift();
      if (bytes === undefined) break;
      this.#events.onBytes(bytes);
    }
    if (this.#isPaused || this.#closed) return;
    const ending = this.#ending;
    this.#ending = undefined;
    if (ending === undefined) this.#link?.socket.resume();
    else ending();
  }

  #fail(error: unknown): void {
    if (!(error instanceof HttpsError)) throw error;
    this.close("now");
    this.#events.onFailed(error);
  }
}
