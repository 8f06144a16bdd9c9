/**
 * HTTP on a connection: what comes is read by `http1`, and told as the pieces from which either Mongoose makes its
 * events. A reply that breaks a rule, or ends early, is a failure; the library would deliver it.
 */
import type { Ending, HttpsError } from "../../core/index.ts";
import {
  errorFromFailure,
  ResponseReader,
  type Completion,
  type Exchange,
  type Failure,
  type Framing,
  type ResponseHead,
  type ResponseSink,
} from "../../http1/index.ts";
import { decodeLatin1 } from "../../net/index.ts";
import { mbuf } from "./mbuf.ts";

/** Who is told what the reader finds. */
export interface HttpEvents {
  onHead(head: ResponseHead, framing: Framing, octets: Uint8Array): void;
  onBody(bytes: Uint8Array): void;
  onComplete(persists: boolean): void;
  onFailure(error: HttpsError): void;
}

/** What was asked, as far as reading the reply depends on it. */
export type Question = Pick<Exchange, "method" | "allowUpgrade">;

export class HttpProtocol implements ResponseSink {
  readonly #reader = new ResponseReader({ decodeLatin1 });
  readonly #events: HttpEvents;
  /** What came since the question, until the head is whole; interim heads are its first `#skip` octets. */
  readonly #octets = new mbuf();
  #skip = 0;
  #stopped = false;

  constructor(events: HttpEvents) {
    this.#events = events;
  }

  /** Whether a reply is awaited, or under way. */
  get isAwaiting(): boolean {
    return this.#reader.phase !== "idle" && this.#reader.phase !== "closed";
  }

  get isReadingHead(): boolean {
    return this.#reader.phase === "head";
  }

  get bodyBytes(): number {
    return this.#reader.bodyBytes;
  }

  /** Says what was sent, unless a reply is awaited already: then this one comes after it. */
  ask(question: Question): void {
    if (this.#reader.phase !== "idle") return;
    this.#skip = 0;
    this.#reader.begin(question);
  }

  /** Reads; gives back what is no longer HTTP's, behind an upgrade. */
  read(bytes: Uint8Array): Uint8Array {
    let at = 0;
    while (at < bytes.length && !this.#stopped) {
      if (this.isReadingHead) this.#octets.append(bytes.subarray(at));
      at = this.#reader.push(bytes, at, bytes.length, this);
      if (this.#reader.phase === "tunnel" || this.#reader.phase === "closed") break;
    }
    return bytes.subarray(at);
  }

  /** Says that the connection has ended. */
  end(ending: Ending): void {
    this.#reader.end(ending, this);
  }

  /** Nothing more is to be told. */
  stop(): void {
    this.#stopped = true;
  }

  // What the reader finds.

  onInformational(): void {
    this.#skip = this.#reader.receivedBytes;
  }

  onHead(head: ResponseHead, framing: Framing): void {
    const octets = this.#octets.buf.subarray(this.#skip, this.#reader.receivedBytes);
    this.#octets.clear();
    if (!this.#stopped) this.#events.onHead(head, framing, octets);
  }

  onBody(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#stopped) this.#events.onBody(bytes.subarray(start, end));
    return !this.#stopped;
  }

  onTrailers(): void {
    // The library has no place for them.
  }

  onComplete({ persistence }: Completion): void {
    if (!this.#stopped) this.#events.onComplete(persistence.persists);
  }

  onFailure(failure: Failure): void {
    if (!this.#stopped) this.#events.onFailure(errorFromFailure(failure));
  }
}

/** The method of a request whose first bytes these are: whether a body follows the reply's head depends on it. */
export function methodOf(bytes: Uint8Array): string {
  return /^([A-Z]+) /.exec(String.fromCharCode(...bytes.subarray(0, 32)))?.[1] ?? "GET";
}
