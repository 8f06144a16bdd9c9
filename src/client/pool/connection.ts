/**
 * One HTTP/1.1 connection: writes requests, feeds the reader what comes, and knows whether it can carry another.
 *
 * It is the socket's handler and the reader's sink at once, so that bytes go from OpenSSL to the body's queue
 * through plain calls: no stream, no event and no allocation in between.
 */
import { asError, HttpsError, type Details, type Ending } from "../../core/index.ts";
import {
  errorFromFailure,
  parseKeepAlive,
  ResponseReader,
  type Completion,
  type Failure,
  type Fields,
  type Framing,
  type ResponseHead,
  type ResponseSink,
} from "../../http1/index.ts";
import { decodeLatin1, type Handler, type Link } from "../../net/index.ts";
import type { Call, Carrier } from "./call.ts";
import { closeSocket } from "./close-socket.ts";
import { nextConnectionId } from "./connection-id.ts";
import type { ConnectionOptions, ConnectionOwner } from "./connection-owner.ts";
import { Deadline } from "./deadline.ts";
import { callListener } from "../events.ts";
import { Held } from "./held.ts";
import type { PooledConnection } from "./pooled-connection.ts";
import { settleAfterReads } from "./settle.ts";
import { sendRequest, type Upload, type UploadEvents } from "./upload.ts";
import { Waiting, type Wait } from "./wait.ts";

export class Connection implements Carrier, PooledConnection, Handler, ResponseSink, UploadEvents {
  readonly id: number = nextConnectionId();
  readonly link: Link;
  readonly openedAt: number = performance.now();
  idleSince: number = this.openedAt;
  /** Requests it has answered. */
  served = 0;
  readonly streamsAtOnce = undefined;
  readonly protocol = "http/1.1";
  readonly isSettled = true;
  readonly takesTunnels = false;
  /** The server's Keep-Alive hint: how long it keeps an idle connection, and for how many more requests. */
  keepAliveMs: number = Infinity;
  remainingRequests: number = Infinity;
  /** Bytes that came while nothing was asked (RFC 9112 §9.2); they closed it. */
  unsolicited: Details["unsolicited-bytes"] | undefined;
  /** What TLS itself ended it with, where that is known. */
  refusal: HttpsError | undefined;

  readonly #owner: ConnectionOwner<Connection>;
  readonly #reader: ResponseReader;
  readonly #pipelining: number;
  readonly #waiting = new Waiting(new Deadline(() => this.#timeOut()));
  /** Sent and not yet answered, in order. */
  readonly #calls: Call[] = [];
  /** Answered in this turn; what else the turn brings is unsolicited (RFC 9112 §9.2). */
  #settling = false;
  /** Whether a whole turn went by since. */
  #looked = false;
  /** Waits for the end of the turn. */
  #unsent: Call | undefined;
  #upload: Upload | undefined;
  /** When the bytes came that are being read. */
  #readAt = 0;
  #retired: string | undefined;
  #isFull = false;
  #isUnref = false;
  #held = new Held();

  constructor(link: Link, owner: ConnectionOwner<Connection>, options: ConnectionOptions) {
    const { limits = {}, allow = [], pipelining } = options;
    this.link = link;
    this.#owner = owner;
    this.#pipelining = pipelining;
    this.#reader = new ResponseReader({ decodeLatin1, limits, allow });
    this.#unref();
    link.receiver.handTo(this);
  }

  /** Why it carries no other request; `undefined` while it can. */
  get retired(): string | undefined {
    return this.#retired;
  }

  get size(): number {
    return this.#calls.length + (this.#unsent === undefined ? 0 : 1);
  }

  isHeldSince(since: number): boolean {
    const [call] = this.#calls;
    return call?.body?.isRead === false && call.instants.firstByteAt <= since;
  }

  endUnread(since: number, limitMs: number): void {
    if (!this.isHeldSince(since)) return;
    const { host } = this.link.trust;
    this.fail(new HttpsError("body-unread", { host, limitMs, bytesReceived: this.#reader.bodyBytes }));
  }

  /** Whether a request can be sent now: it is idle, or it pipelines and has room. */
  canTake({ outgoing: { idempotent, body } }: Call): boolean {
    if (this.#retired !== undefined || this.#unsent !== undefined) return false;
    if (this.#calls.length === 0) return true;
    // RFC 9112 §9.3.2: only idempotent requests, and only on a connection that has shown that it persists.
    const hasRoom = this.#calls.length < this.#pipelining && !this.#settling;
    const pipelines = hasRoom && this.served > 0 && this.#upload === undefined;
    return pipelines && idempotent && body.kind === "none";
  }

  /** Sends a request; `canTake` has to have said so. */
  send(call: Call): void {
    clearTimeout(call.poolTimer);
    if (!this.#settling && this.served > 0 && !call.outgoing.idempotent) this.#settleLater();
    if (this.#settling) this.#unsent = call;
    else this.#send(call);
  }

  /** The requests it has end with this error, and so does the connection. */
  fail(error: Error): void {
    const calls = this.#calls.splice(0);
    this.#shut(error instanceof HttpsError ? error.code : error.message);
    for (const call of calls) call.fail(error);
  }

  /** One of its requests is wanted no more. Those sent behind it are lost with the connection, unanswered. */
  giveUp(call: Call, error: Error): void {
    if (this.#calls[0] !== call) return call.fail(error); // Its answer is dropped when it comes.
    const behind = this.#calls.splice(0).slice(1);
    this.#shut(error instanceof HttpsError ? error.code : error.message);
    call.fail(error);
    for (const other of behind) other.fail(new HttpsError("empty-response", { ending: "reset" }));
  }

  /** Takes no more requests, and closes when those it has are answered. */
  retire(reason: string): void {
    this.#retire(reason);
    if (this.#calls.length === 0) this.#close();
  }

  /** Somebody waits for its end: a body that is not read on keeps no socket busy, and is ended by its deadline. */
  outlast(): void {
    this.#waiting.keepAwake();
  }

  // What the socket says. Nobody could catch what is thrown inside a read: it ends the requests, not the process.

  onBytes(buffer: Uint8Array, length: number): boolean {
    try {
      // TLS hands over what it has decrypted even after it was asked to stop.
      if (this.#isFull) this.#held.keep(buffer, 0, length, "reused");
      else this.#consume(buffer, length, "reused");
    } catch (error) {
      this.fail(asError(error));
    }
    return !this.#isFull;
  }

  onEnd(ending: Ending, cause: Error | undefined): void {
    if (this.#isFull && ending !== "reset") {
      this.#held.ending = ending;
      return;
    }
    try {
      this.#end(ending, cause);
    } catch (error) {
      this.fail(asError(error));
    }
  }

  onDrain(): void {
    this.#upload?.onDrain();
  }

  /** The body's reader has room again. */
  resume(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#await("body");
    const held = this.#held;
    this.#held = new Held(held.ending);
    for (const bytes of held.bytes) {
      if (this.#isFull) this.#held.keep(bytes, 0, bytes.length, "kept");
      else this.#consume(bytes, bytes.length, "kept");
    }
    if (this.#isFull) return;
    const { ending } = this.#held;
    this.#held.ending = undefined;
    if (ending !== undefined) this.#end(ending, undefined);
    else this.link.socket.resume();
  }

  readInto(buffer: Uint8Array | undefined): void {
    this.link.receiver.readsInto = buffer;
  }

  /** HTTP/1.1 says it with the request or not at all: one answer at a time has the connection to itself. */
  prioritize(): void {}

  // What the sending of a request meets.

  onSent(call: Call): void {
    const now = performance.now();
    call.onSent(now);
    if (this.#calls[0] === call) this.#awaitNext(call, now);
    if (this.#calls.at(-1) === call) this.#upload = undefined;
  }

  onStalled(): void {
    this.#await("send");
  }

  onMoving(call: Call): void {
    this.#awaitNext(call, performance.now());
  }

  onUploadFailed(error: Error): void {
    this.fail(error);
  }

  // What the response reader finds.

  onInformational(head: ResponseHead): void {
    if (head.status === 100) this.#upload?.onContinue();
    this.#calls[0]?.outgoing.asker.onInformational(head);
  }

  onHead(head: ResponseHead, framing: Framing): void {
    const call = this.#calls[0];
    if (call === undefined || call.isOver) return;
    if (head.fields.has("keep-alive")) this.#noteKeepAlive(head.fields);
    // RFC 9110 §10.1.1: a final answer instead of 100 Continue means that the body is not wanted.
    if (!call.requestSent && call.outgoing.expectContinueMs !== undefined) this.#upload?.stop();
    call.respond(this, head, framing.kind === "length" ? framing.bytes : undefined);
    this.#await("body", this.#readAt);
  }

  onBody(bytes: Uint8Array, start: number, end: number): boolean {
    const call = this.#calls[0];
    if (call?.body === undefined || call.isOver) return true;
    const hasRoom = call.body.push(bytes, start, end);
    callListener(call.outgoing.onDownloadProgress, this.#reader.bodyBytes, call.body.announcedBytes);
    if (!hasRoom) {
      this.#isFull = true;
      this.#await("reader");
    }
    return hasRoom;
  }

  onTrailers(fields: Fields, dropped: readonly string[]): void {
    const call = this.#calls[0];
    if (call === undefined) return;
    call.trailers = fields;
    call.droppedTrailers = dropped;
  }

  onComplete(completion: Completion): void {
    const call = this.#calls.shift();
    if (call === undefined) return;
    this.served++;
    this.remainingRequests--;
    this.#isFull = false;
    this.link.receiver.readsInto = undefined;
    const { persistence } = completion;
    if (!persistence.persists) this.#retire(persistence.because);
    // RFC 9112 §9.5: an answer that came before the request was sent ends the sending, and the connection.
    if (!call.requestSent) this.#retire("answered-before-sent");
    this.#stopUpload();
    if (!call.isOver) call.complete(completion, this.#readAt);
    const next = this.#calls[0];
    if (!persistence.persists || !call.requestSent) {
      for (const behind of this.#calls.splice(0))
        behind.fail(new HttpsError("empty-response", { ending: "fin" }));
      this.#close();
    } else if (next !== undefined) {
      this.#begin(next, this.#readAt);
      this.#settleLater();
    } else if (this.#retired === undefined) this.#becomeIdle();
    else this.#close();
  }

  onFailure(failure: Failure): void {
    if (failure.code === "unsolicited-bytes") this.unsolicited = failure.detail;
    this.fail(errorFromFailure(failure));
  }

  #send(call: Call): void {
    const now = performance.now();
    call.connection = this;
    call.reused = this.served > 0;
    call.instants.connectedAt = now;
    this.#calls.push(call);
    const isFirst = this.#calls.length === 1;
    if (isFirst) {
      if (this.#isUnref) this.link.socket.ref();
      this.#isUnref = false;
      this.#begin(call, now);
    }
    call.onSending(this);
    this.#upload = sendRequest(call, this.link.socket, this);
    // Nothing is owed by the server while the caller's own stream is being read.
    if (this.#upload !== undefined && isFirst) this.#waiting.stop();
  }

  #begin(call: Call, now: number): void {
    const { method, closes: close } = call.outgoing;
    this.#reader.begin({ method, close });
    this.#await("head", now);
  }

  /** What it cannot take now it keeps. */
  #consume(buffer: Uint8Array, length: number, is: "reused" | "kept"): void {
    const now = (this.#readAt = performance.now());
    const instants = this.#calls[0]?.instants;
    if (instants?.firstByteAt === 0) instants.firstByteAt = now;
    let at = 0;
    while (at < length && !this.#isFull && this.#reader.phase !== "tunnel") {
      at = this.#reader.push(buffer, at, length, this);
    }
    if (this.#isFull && at < length) this.#held.keep(buffer, at, length, is);
    else if (this.#waiting.for === "body") this.#await("body", now);
  }

  #end(ending: Ending, cause: Error | undefined): void {
    const failure = cause && this.link.failureOf(cause);
    if (failure !== undefined) this.fail((this.refusal = failure));
    const seen = this.link.seenEnding(ending);
    this.#readAt = performance.now();
    this.#reader.end(seen, this);
    if (this.#calls.length > 0) this.fail(new HttpsError("empty-response", { ending: seen }, { cause }));
    this.#retire(ending === "reset" ? "reset" : "closed-by-server");
    this.#close();
  }

  #becomeIdle(): void {
    this.#waiting.stop();
    this.idleSince = this.#readAt;
    this.#settleLater();
    this.#owner.onIdle(this);
  }

  #settleLater(): void {
    this.#settling = true;
    settleAfterReads(this);
  }

  /** The turn in which it was answered is read: what waited for that can be sent. */
  settle(): void {
    // What must not be sent twice is not given to a peer that has left: libuv reads an end in the turn after the bytes.
    if (!this.#looked && this.#unsent?.outgoing.idempotent === false) {
      this.#looked = true;
      return settleAfterReads(this);
    }
    this.#settling = false;
    this.#looked = false;
    const call = this.#unsent;
    this.#unsent = undefined;
    if (this.#retired !== undefined) return;
    if (call !== undefined && !call.isOver) {
      this.#send(call);
    } else if (this.#calls.length === 0) {
      this.#unref();
      if (call !== undefined) this.#owner.onIdle(this);
    }
    if (this.#pipelining > 1) this.#owner.onRoom();
  }

  /** An idle connection keeps no process alive. */
  #unref(): void {
    this.#isUnref = true;
    this.link.socket.unref();
  }

  #noteKeepAlive(fields: Fields): void {
    const { timeoutMs = Infinity, max = Infinity } = parseKeepAlive(fields);
    this.keepAliveMs = timeoutMs;
    this.remainingRequests = max + 1; // This answer is counted when it is complete.
  }

  #retire(reason: string): void {
    if (this.#retired !== undefined) return;
    this.#retired = reason;
    const unsent = this.#unsent;
    this.#unsent = undefined;
    this.#owner.onRetired(this, reason);
    if (unsent !== undefined && !unsent.isOver) this.#owner.onUnsent(unsent);
  }

  /** Retires it and closes it without a word: for failures. */
  #shut(reason: string): void {
    this.#isFull = false;
    this.link.receiver.readsInto = undefined;
    this.#held = new Held();
    this.#retire(reason);
    this.#close(true);
  }

  #stopUpload(): void {
    this.#upload?.stop();
    this.#upload = undefined;
  }

  #close(abruptly = false): void {
    this.#waiting.clear();
    this.#stopUpload();
    closeSocket(this.link, abruptly);
    this.#owner.onClosed(this);
  }

  /** The deadline for what the request waits for now. */
  #awaitNext(call: Call, now: number): void {
    if (this.#isFull) this.#await("reader", now);
    else if (call.head !== undefined) this.#await("body", now);
    else if (call.requestSent) this.#await("head", now);
    else this.#waiting.stop();
  }

  #await(wait: Wait, now?: number): void {
    this.#waiting.begin(wait, this.#calls[0], now);
  }

  #timeOut(): void {
    const call = this.#calls[0];
    if (call === undefined) return;
    const { host } = call.outgoing;
    const { receivedBytes, bodyBytes } = this.#reader;
    const sentBytes = this.link.socket.bytesWritten;
    this.fail(this.#waiting.lateError({ host, sentBytes, receivedBytes, bodyBytes }));
  }
}
