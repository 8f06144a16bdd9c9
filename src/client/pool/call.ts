/**
 * One request on its way over one connection: what to send, who waits for the answer, and the instants between.
 * It ends exactly once, with a response's head or with an error; the body then has its own end.
 */
import type { Duplex } from "node:stream";
import type { Completion, Fields, ResponseHead } from "../../http1/index.ts";
import type { DialPhase, StreamLink } from "../../net/index.ts";
import { IncomingBody, type BodySource } from "../body/incoming-body.ts";
import type { RequestBody } from "../body/request-body.ts";
import type { EventListener } from "../events.ts";
import type { AttemptTrace } from "../tracing/attempt-trace.ts";
import type { Timeouts } from "../options/timeouts.ts";

/** The connection that carries a call, as far as the call knows it. */
export interface Carrier {
  readonly id: number;
  readonly link: Pick<StreamLink, "trust" | "facts" | "timings">;
  /** The head as it goes out, a line each, for reports: credentials are masked. Without it, the head of HTTP/1.1 goes out. */
  shownHead?(outgoing: Outgoing): readonly string[];
  /** Reads on. */
  resume(): void;
  /** Reads into `buffer` from now on, until the body ends; without one, into what all connections share. */
  readInto(buffer: Uint8Array | undefined): void;
  /** Says how much the rest of the answer is worth (RFC 9218 §4), where the version of HTTP has a way to. */
  prioritize(priority: string): void;
  /** Bytes both ways, where a tunnel was asked for and is there. */
  readonly tunnel?: Duplex | undefined;
  /** Stops carrying the call: its asker, or the reader of its body, wants no more. */
  giveUp(call: Call, reason: Error): void;
}

/** Who a request is for: told what happens on its way. */
export interface Asker {
  /** Told of the connection that is opened for it too. */
  readonly onEvent: EventListener | undefined;
  /** The request's head goes out now. */
  onSending(call: Call): void;
  onInformational(head: ResponseHead): void;
}

/** What is spoken in a tunnel within a connection of HTTP/2: RFC 8441. */
export type TunnelProtocol = "websocket";

/** What goes out, ready to be written. */
export interface Outgoing {
  readonly method: string;
  readonly host: string;
  /** The request line and fields, one character an octet. */
  readonly head: string;
  /** The head as octets, where they are there already. */
  readonly octets: Buffer | undefined;
  readonly body: RequestBody;
  /** It asks for a tunnel (RFC 8441 §4); its call ends with the head of the answer. Over HTTP/2 alone. */
  readonly tunnel?: TunnelProtocol;
  /** Fields that are secret beside the usual ones. */
  readonly secretHeaders: readonly string[] | undefined;
  /** Whether it asks for the connection to be closed. */
  readonly closes: boolean;
  /** Whether the body waits for 100 Continue (RFC 9110 §10.1.1), and how long at most. */
  readonly expectContinueMs: number | undefined;
  /** Whether sending it twice does what sending it once does (RFC 9110 §9.2.2). */
  readonly idempotent: boolean;
  readonly timeouts: Timeouts;
  /** Who asks. */
  readonly asker: Asker;
  readonly onUploadProgress: ((sentBytes: number, totalBytes: number | undefined) => void) | undefined;
  readonly onDownloadProgress: ((receivedBytes: number, totalBytes: number | undefined) => void) | undefined;
}

/** Instants by the monotonic clock, in milliseconds; 0 while they have not come. */
export interface Instants {
  startedAt: number;
  /** A connection was there. */
  connectedAt: number;
  /** The head, and a body in hand, were given to the socket. */
  sentAt: number;
  firstByteAt: number;
  endedAt: number;
}

/** The answer to a call, as soon as its head is there. */
export interface Answer {
  readonly head: ResponseHead;
  readonly body: IncomingBody;
  readonly connection: Carrier;
  readonly call: Call;
}

export class Call implements BodySource {
  readonly outgoing: Outgoing;
  readonly instants: Instants;
  readonly answer: Promise<Answer>;
  /** Whether the whole request was handed to the socket. */
  requestSent = false;
  /** Whether the server says that it did nothing with it (RFC 9113 §8.7). */
  isUnprocessed = false;
  /** Whether its body was begun to be read: one that can be read once only cannot be sent again then. */
  bodyOpened = false;
  connection: Carrier | undefined;
  /** How far the connection that is opened for it has come; `pool` while it waits for one of others. */
  opening: DialPhase | "pool" = "pool";
  /** Whether the connection had carried another request before. */
  reused = false;
  /** Runs while it waits for others to be done. */
  poolTimer: NodeJS.Timeout | undefined;
  /** Lost one kept connection already: the next may have ended just so, and there is no third time. */
  needsFresh = false;
  head: ResponseHead | undefined;
  body: IncomingBody | undefined;
  trailers: Fields | undefined;
  droppedTrailers: readonly string[] = [];
  completion: Completion | undefined;
  #resolve!: (answer: Answer) => void;
  #reject!: (error: Error) => void;
  #failed: Error | undefined;
  #onOver: (() => void) | undefined;

  /** What tracers are told, where there are any. */
  readonly #trace: AttemptTrace | undefined;

  constructor(outgoing: Outgoing, startedAt: number, trace?: AttemptTrace) {
    this.outgoing = outgoing;
    this.#trace = trace;
    this.instants = { startedAt, connectedAt: 0, sentAt: 0, firstByteAt: 0, endedAt: 0 };
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether it failed; nothing more happens then. */
  get failure(): Error | undefined {
    return this.#failed;
  }

  /** Its head goes out over this connection. */
  onSending({ link }: Carrier): void {
    this.#trace?.onSending(link.facts);
    this.outgoing.asker.onSending(this);
  }

  /** The whole request was handed to the socket. */
  onSent(at: number): void {
    this.requestSent = true;
    this.instants.sentAt = at;
    this.#trace?.onSent();
  }

  /** The final head came; a length of its body that it announces, in bytes. */
  respond(connection: Carrier, head: ResponseHead, announcedBytes: number | undefined): IncomingBody {
    this.head = head;
    this.#trace?.onHead(head);
    const body = new IncomingBody(this, announcedBytes);
    this.body = body;
    this.#resolve({ head, body, connection, call: this });
    return body;
  }

  /** Runs `then` when the call is over, body included; at once if it is. */
  whenOver(then: () => void): void {
    if (this.isOver) then();
    else this.#onOver = then;
  }

  complete(completion: Completion, at: number): void {
    this.completion = completion;
    this.#trace?.onComplete(this.trailers);
    this.#onOver?.();
    this.instants.endedAt = at;
    this.body?.finish();
  }

  /** The request failed, or the body did. */
  fail(error: Error): void {
    if (this.isOver) return;
    this.#failed = error;
    this.#trace?.onFailure(error);
    this.#onOver?.();
    this.instants.endedAt = performance.now();
    if (this.body === undefined) this.#reject(error);
    else this.body.fail(error);
  }

  /** The body's reader has room again. */
  resume(): void {
    if (!this.isOver) this.connection?.resume();
  }

  /** The body's reader has a buffer for what is to come, or has lent it. */
  readInto(buffer: Uint8Array | undefined): void {
    if (!this.isOver) this.connection?.readInto(buffer);
  }

  /** The rest of the answer is worth more or less than was said before. */
  prioritize(priority: string): void {
    if (!this.isOver) this.connection?.prioritize(priority);
  }

  /** The body's reader wants no more. */
  abandon(reason: Error): void {
    if (!this.isOver) this.connection?.giveUp(this, reason);
  }

  get isOver(): boolean {
    return this.#failed !== undefined || this.completion !== undefined;
  }

  /** Where it stands, for messages. */
  get phase(): string {
    if (this.connection === undefined) return this.opening;
    if (this.body !== undefined) return "body";
    return this.requestSent ? "head" : "send";
  }
}
