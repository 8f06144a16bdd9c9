/**
 * A tunnel within a connection of HTTP/2, as an extended CONNECT asks for it (RFC 8441). It is asked for only where the server has
 * said that it takes it. The call ends with the head of the answer; the stream is what lives on then. Each half has an end of its
 * own: END_STREAM is what FIN is to TCP, and RST_STREAM what a reset is (§5).
 */
import type { Duplex } from "node:stream";
import { HttpsError } from "../../core/index.ts";
import type { ResponseHead } from "../../http1/index.ts";
import {
  errorFromFailure,
  type ClientStream,
  type Failure,
  type MessageFraming,
  type StreamSink,
} from "../../http2/index.ts";
import type { Link } from "../../net/index.ts";
import type { Call, Carrier, Outgoing, TunnelProtocol } from "./call.ts";
import type { Exchanges, Http2Member } from "./http2-exchange.ts";
import { shownLines, type Http2Lines } from "./http2-lines.ts";
import { TunnelStream, type TunnelPorts } from "./tunnel-stream.ts";
import { Waiting } from "./wait.ts";

const persists = { persists: true } as const;

export class Http2Tunnel implements Carrier, StreamSink, Http2Member, TunnelPorts {
  before: Http2Member | undefined;
  after: Http2Member | undefined;
  readonly landing: undefined = undefined;
  readonly #call: Call;
  readonly #connection: Exchanges;
  readonly #protocol: TunnelProtocol;
  readonly #waiting: Waiting;
  #stream: ClientStream | undefined;
  #tunnel: TunnelStream | undefined;
  /** Our end is in the engine. */
  #hasEnded = false;
  /** The server's end has come. */
  #isEnded = false;
  #isOver = false;

  constructor(call: Call, connection: Exchanges, protocol: TunnelProtocol) {
    this.#call = call;
    this.#connection = connection;
    this.#protocol = protocol;
    this.#waiting = new Waiting(connection.deadline.share(() => this.#timeOut()));
  }

  get id(): number {
    return this.#connection.id;
  }

  get link(): Link {
    return this.#connection.link;
  }

  get tunnel(): Duplex | undefined {
    return this.#tunnel;
  }

  /** The call has its connection. */
  begin(reused: boolean): void {
    const call = this.#call;
    call.connection = this;
    call.reused = reused;
    call.instants.connectedAt = performance.now();
    this.#waiting.begin("head", call);
  }

  /** Asks for the tunnel, now that the server's SETTINGS are known and there is room. */
  open(): void {
    if (this.#isOver) return;
    const { engine } = this.#connection;
    const { outgoing } = this.#call;
    if (!engine.takesProtocols) return this.fail(notTaken(outgoing.host));
    this.#stream = engine.open(this.#linesOf(outgoing), { method: "CONNECT", hasBody: true }, this);
    this.#call.onSending(this);
    this.#call.onSent(performance.now());
  }

  /** The connection takes no more, and this was not asked for yet. */
  turnAway(error: Error): void {
    this.#call.isUnprocessed = true;
    this.fail(error);
  }

  fail(error: Error): void {
    if (!this.#leave(false)) return;
    this.#tunnel?.destroy(error);
    this.#call.fail(error);
  }

  isUnreadSince(): boolean {
    return false;
  }

  endUnread(): void {}

  // What the call asks of its carrier.

  shownHead(outgoing: Outgoing): readonly string[] {
    return shownLines(this.#linesOf(outgoing), outgoing.secretHeaders);
  }

  readInto(): void {}

  prioritize(): void {}

  giveUp(_call: Call, reason: Error): void {
    if (this.#isOver) return;
    this.#reset();
    this.fail(reason);
  }

  // What the tunnel's user asks of it.

  write(bytes: Uint8Array, isLast: boolean): boolean {
    const stream = this.#stream;
    if (this.#isOver || stream === undefined) return true;
    const isWritten = this.#connection.engine.write(stream, bytes, isLast);
    this.#connection.flushSoon();
    if (!isLast) return isWritten;
    this.#hasEnded = true;
    this.#leaveIfEnded();
    return true;
  }

  resume(): void {
    if (this.#isOver || this.#stream === undefined) return;
    this.#connection.engine.resume(this.#stream);
    this.#connection.flushSoon();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#reset();
    this.#leave(true);
  }

  // What comes for the stream.

  onInformational(head: ResponseHead): void {
    this.#call.outgoing.asker.onInformational(head);
  }

  onHead(head: ResponseHead, framing: MessageFraming): void {
    const call = this.#call;
    const { readAt } = this.#connection;
    call.instants.firstByteAt = readAt;
    this.#waiting.clear();
    if (framing.kind === "tunnel") this.#tunnel = new TunnelStream(this);
    call.respond(this, head, undefined);
    // What is said beside a refusal is read by nobody.
    if (framing.kind !== "tunnel") this.cancel();
    call.complete(
      { bodyBytes: 0, receivedBytes: 0, completeness: "complete", persistence: persists },
      readAt,
    );
  }

  onBody(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#tunnel?.push(Buffer.from(bytes.subarray(start, end))) ?? true;
  }

  onTrailers(): void {}

  onComplete(): void {
    this.#isEnded = true;
    this.#tunnel?.push(null);
    this.#leaveIfEnded();
  }

  onFailure(failure: Failure, isUnprocessed: boolean): void {
    this.#call.isUnprocessed = isUnprocessed;
    this.fail(errorFromFailure(failure));
  }

  onWritable(): void {
    this.#tunnel?.onWritable();
  }

  #reset(): void {
    const { engine, readAt } = this.#connection;
    if (this.#stream !== undefined) engine.cancel(this.#stream, Math.max(readAt, performance.now()));
  }

  #linesOf({ head, secretHeaders }: Outgoing): Http2Lines {
    return this.#connection.heads.tunnelLinesOf(head, secretHeaders, this.#protocol);
  }

  /** Our own end goes out by the engine, which may have no room for it yet. */
  #leaveIfEnded(): void {
    if (this.#isEnded && this.#hasEnded) this.#leave(true);
  }

  /** It is over; `false` where it was before. */
  #leave(isAnswered: boolean): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#waiting.clear();
    this.#connection.onExchangeOver(this, isAnswered);
    this.#tunnel?.onWritable();
    return true;
  }

  #timeOut(): void {
    const { host } = this.#call.outgoing;
    const { receivedBytes = 0, sentBytes = 0 } = this.#stream ?? {};
    this.giveUp(this.#call, this.#waiting.lateError({ host, sentBytes, receivedBytes, bodyBytes: 0 }));
  }
}

/** RFC 8441 §3: without the setting there is nothing to ask for. */
function notTaken(host: string): HttpsError {
  const reason = "it has not said that it takes WebSockets over HTTP/2 (SETTINGS_ENABLE_CONNECT_PROTOCOL)";
  return new HttpsError("websocket-refused", { host, reason });
}
