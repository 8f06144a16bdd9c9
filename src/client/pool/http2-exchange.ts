/**
 * One request and its answer over a connection of HTTP/2: what the call wants, said to its stream; what comes for the
 * stream, said to the call. It ends alone: the connection and its other requests go on.
 */
import { HttpsError } from "../../core/index.ts";
import type { Fields, ResponseHead } from "../../http1/index.ts";
import {
  errorFromFailure,
  type ClientConnection,
  type ClientStream,
  type Failure,
  type MessageFraming,
  type StreamCompletion,
  type StreamSink,
} from "../../http2/index.ts";
import type { Link } from "../../net/index.ts";
import type { BodyPart } from "../body/incoming-body.ts";
import { callListener } from "../events.ts";
import { clientLimits } from "../limits.ts";
import type { BodyOutlet } from "./body-outlet.ts";
import type { Call, Carrier, Outgoing } from "./call.ts";
import { shownLines, type Http2Heads } from "./http2-lines.ts";
import type { RosterMember } from "./roster.ts";
import type { SharedDeadline } from "./shared-deadline.ts";
import { Upload, type UploadEvents } from "./upload.ts";
import { Waiting } from "./wait.ts";

/** What an exchange needs of its connection. */
export interface Exchanges {
  readonly id: number;
  readonly link: Link;
  readonly engine: ClientConnection;
  readonly deadline: SharedDeadline;
  readonly heads: Http2Heads;
  /** When the bytes came that are being read. */
  readonly readAt: number;
  /** What the engine has to say goes out at the end of this turn. */
  flushSoon(): void;
  /** Content came for it in this read, the first of it. */
  onContent(exchange: Http2Exchange): void;
  /** It waits for its reader alone now, or does not any more. */
  onHeld(isHeld: boolean): void;
  onExchangeOver(exchange: Http2Member, isAnswered: boolean): void;
}

/** What is under way on a connection: a request, or a tunnel. */
export interface Http2Member extends RosterMember<Http2Member> {
  /** Where reads go while its body is visited in place. */
  readonly landing: Uint8Array | undefined;
  /** Whether nobody has begun to read its answer since then. */
  isUnreadSince(since: number): boolean;
  /** Ends an answer that nobody reads. */
  endUnread(limitMs: number): void;
  /** The connection is gone, or was given up. */
  fail(error: Error): void;
}

const joinedBytes = clientLimits.joinedWriteBytes.value;
const nothing = new Uint8Array(0);
const nowhere: BodyPart = { start: 0, end: 0 };
const persists = { persists: true } as const;

export class Http2Exchange implements Carrier, StreamSink, UploadEvents, BodyOutlet, Http2Member {
  before: Http2Member | undefined;
  after: Http2Member | undefined;
  readonly #call: Call;
  readonly #connection: Exchanges;
  readonly #waiting: Waiting;
  #stream!: ClientStream;
  #upload: Upload | undefined;
  /** The whole body was given to the engine, and a window keeps some of it back. */
  #isHandingOver = false;
  #isEndWritten = false;
  #isFull = false;
  #isHeld = false;
  #isOver = false;
  /** What is being read, and where in it lies content for this body; `undefined`: nothing. */
  #read: Uint8Array | undefined;
  #part: BodyPart = nowhere;
  #further: BodyPart[] | undefined;
  landing: Uint8Array | undefined;

  constructor(call: Call, connection: Exchanges) {
    this.#call = call;
    this.#connection = connection;
    this.#waiting = new Waiting(connection.deadline.share(() => this.#timeOut()));
  }

  get id(): number {
    return this.#connection.id;
  }

  get link(): Link {
    return this.#connection.link;
  }

  /** Sends the request, or what can be sent of it at once. */
  begin(reused: boolean): void {
    const call = this.#call;
    const { engine, heads } = this.#connection;
    const { method, head, body, expectContinueMs, secretHeaders, onUploadProgress } = call.outgoing;
    const now = performance.now();
    call.connection = this;
    call.reused = reused;
    call.instants.connectedAt = now;
    const hasBody = body.kind !== "none";
    this.#stream = engine.open(heads.linesOf(head, secretHeaders), { method, hasBody }, this);
    this.#connection.flushSoon();
    call.onSending(this);
    // Whoever hears of it may want it no more.
    if (this.#isOver) return;
    if (!hasBody) return this.onSent();
    if (body.kind === "bytes" && expectContinueMs === undefined && body.bytes.length <= joinedBytes) {
      const isWritten = this.write(body.bytes, true);
      callListener(onUploadProgress, body.bytes.length, body.bytes.length);
      if (isWritten) return this.onSent();
      this.#isHandingOver = true;
      return this.onStalled();
    }
    this.#upload = Upload.begin(call, this, this);
  }

  isUnreadSince(since: number): boolean {
    const { body, instants } = this.#call;
    return body?.isRead === false && instants.firstByteAt <= since;
  }

  endUnread(limitMs: number): void {
    const { outgoing, body } = this.#call;
    const bytesReceived = body?.receivedBytes ?? 0;
    this.giveUp(this.#call, new HttpsError("body-unread", { host: outgoing.host, limitMs, bytesReceived }));
  }

  fail(error: Error): void {
    if (!this.#leave(false)) return;
    this.#call.fail(error);
  }

  // What the call asks of its carrier.

  shownHead({ head, secretHeaders }: Outgoing): readonly string[] {
    return shownLines(this.#connection.heads.linesOf(head, secretHeaders), secretHeaders);
  }

  resume(): void {
    if (this.#isOver) return;
    if (this.#isFull) {
      this.#isFull = false;
      this.#tellHeld();
      this.#waiting.begin("body", this.#call);
    }
    this.#connection.engine.resume(this.#stream);
    this.#connection.flushSoon();
  }

  readInto(buffer: Uint8Array | undefined): void {
    const { receiver } = this.link;
    if (buffer === undefined && receiver.readsInto !== this.landing) return;
    this.landing = buffer ?? this.landing;
    receiver.readsInto = buffer;
  }

  prioritize(priority: string): void {
    if (this.#isOver) return;
    this.#connection.engine.reprioritize(this.#stream, priority);
    this.#connection.flushSoon();
  }

  giveUp(call: Call, reason: Error): void {
    if (this.#isOver) return;
    const { engine, readAt } = this.#connection;
    engine.cancel(this.#stream, Math.max(readAt, performance.now()));
    this.#leave(false);
    call.fail(reason);
  }

  // Where the body goes.

  write(bytes: Uint8Array, isLast: boolean): boolean {
    if (this.#isOver) return true;
    this.#isEndWritten = isLast;
    const isWritten = this.#connection.engine.write(this.#stream, bytes, isLast);
    this.#connection.flushSoon();
    return isWritten;
  }

  end(): void {
    if (!this.#isEndWritten) this.write(nothing, true);
  }

  // What the sending meets.

  onSent(): void {
    const now = performance.now();
    this.#upload = undefined;
    this.#call.onSent(now);
    this.#tellHeld();
    this.#awaitNext(now);
  }

  onStalled(): void {
    this.#waiting.begin("send", this.#call);
  }

  onMoving(): void {
    this.#awaitNext(performance.now());
  }

  onUploadFailed(error: Error): void {
    this.giveUp(this.#call, error);
  }

  onWritable(): void {
    if (this.#isHandingOver) {
      this.#isHandingOver = false;
      this.onSent();
    } else this.#upload?.onDrain();
  }

  // What comes for the stream.

  onInformational(head: ResponseHead): void {
    this.#noteFirstByte();
    if (head.status === 100) this.#upload?.onContinue();
    this.#call.outgoing.asker.onInformational(head);
  }

  onHead(head: ResponseHead, framing: MessageFraming): void {
    const call = this.#call;
    this.#noteFirstByte();
    if (this.#isOver) return;
    // RFC 9110 §10.1.1: a final answer instead of 100 Continue means that the body is not wanted.
    if (!call.requestSent && call.outgoing.expectContinueMs !== undefined) this.#upload?.stop();
    call.respond(this, head, framing.kind === "length" ? framing.bytes : undefined);
    this.#waiting.begin("body", call, this.#connection.readAt);
  }

  onBody(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#isOver) return true;
    const part = { start, end };
    if (this.#read !== undefined) (this.#further ??= []).push(part);
    else {
      this.#read = bytes;
      this.#part = part;
      this.#connection.onContent(this);
    }
    return !this.#isFull;
  }

  /** The read is over, or what follows is the end: its reader gets what came of the body, for which it may have no room. */
  deliver(): void {
    const call = this.#call;
    const { body } = call;
    const read = this.#read;
    const { start, end } = this.#part;
    const further = this.#further;
    if (body === undefined || read === undefined) return;
    this.#read = this.#further = undefined;
    const hasRoom =
      further === undefined ? body.push(read, start, end) : body.pushParts(read, [this.#part, ...further]);
    callListener(call.outgoing.onDownloadProgress, body.receivedBytes, body.announcedBytes);
    if (this.#isOver) return;
    if (!hasRoom) this.#isFull = true;
    this.#tellHeld();
    this.#waiting.begin(hasRoom ? "body" : "reader", call, this.#connection.readAt);
  }

  onTrailers(fields: Fields, dropped: readonly string[]): void {
    this.#call.trailers = fields;
    this.#call.droppedTrailers = dropped;
  }

  onComplete({ bodyBytes, receivedBytes }: StreamCompletion): void {
    this.deliver();
    if (!this.#leave(true)) return;
    const completion = { bodyBytes, receivedBytes, completeness: "complete", persistence: persists } as const;
    if (!this.#call.isOver) this.#call.complete(completion, this.#connection.readAt);
  }

  onFailure(failure: Failure, isUnprocessed: boolean): void {
    this.deliver();
    if (!this.#leave(false)) return;
    this.#call.isUnprocessed = isUnprocessed;
    this.#call.fail(errorFromFailure(failure));
  }

  #noteFirstByte(): void {
    const { instants } = this.#call;
    if (instants.firstByteAt === 0) instants.firstByteAt = this.#connection.readAt;
  }

  #tellHeld(): void {
    const isHeld = this.#isFull && this.#call.requestSent && !this.#isOver;
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#connection.onHeld(isHeld);
  }

  /** It is over; `false` where it was before. */
  #leave(isAnswered: boolean): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#read = undefined;
    this.#waiting.clear();
    this.#upload?.stop();
    this.#upload = undefined;
    this.#tellHeld();
    this.#connection.onExchangeOver(this, isAnswered);
    return true;
  }

  /** The deadline for what is waited for now. */
  #awaitNext(now: number): void {
    if (this.#isOver) return;
    const call = this.#call;
    if (this.#isFull) this.#waiting.begin("reader", call, now);
    else if (call.head !== undefined) this.#waiting.begin("body", call, now);
    else if (call.requestSent) this.#waiting.begin("head", call, now);
    else this.#waiting.stop();
  }

  #timeOut(): void {
    const { host } = this.#call.outgoing;
    const { sentBytes, receivedBytes, bodyBytes } = this.#stream;
    const { engine } = this.#connection;
    const shutWindow = engine.shutWindow(this.#stream);
    const progress = { host, sentBytes, shutWindow, receivedBytes, bodyBytes };
    this.giveUp(this.#call, this.#waiting.lateError(progress));
  }
}
