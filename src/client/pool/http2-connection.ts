/**
 * One connection of HTTP/2 on a socket: carries what the engine has to say, gives it what comes, and keeps the requests
 * that are under way. What is said within one turn of the event loop goes out in one write.
 */
import { asError, HttpsError, type Ending } from "../../core/index.ts";
import { defaultReaderLimits } from "../../http1/index.ts";
import { ClientConnection, errorFromFailure, type Failure, type RetireReason } from "../../http2/index.ts";
import { decodeLatin1, type Handler, type Link } from "../../net/index.ts";
import type { Call, TunnelProtocol } from "./call.ts";
import { closeSocket, closeWithWords } from "./close-socket.ts";
import { nextConnectionId } from "./connection-id.ts";
import type { ConnectionOptions, ConnectionOwner } from "./connection-owner.ts";
import { Http2Exchange, type Exchanges, type Http2Member } from "./http2-exchange.ts";
import { Http2Heads } from "./http2-lines.ts";
import { Http2Tunnel } from "./http2-tunnel.ts";
import { Liveness } from "./liveness.ts";
import type { PooledConnection } from "./pooled-connection.ts";
import { Roster } from "./roster.ts";
import { settleAfterReads } from "./settle.ts";
import { SharedDeadline } from "./shared-deadline.ts";

export class Http2Connection implements PooledConnection, Handler, Exchanges {
  readonly id: number = nextConnectionId();
  readonly link: Link;
  readonly openedAt: number = performance.now();
  idleSince: number = this.openedAt;
  served = 0;
  readonly protocol = "h2";
  readonly keepAliveMs: number = Infinity;
  readonly remainingRequests: number = Infinity;
  readonly unsolicited = undefined;
  refusal: HttpsError | undefined;

  readonly engine: ClientConnection;
  readonly deadline: SharedDeadline = new SharedDeadline();
  readonly heads: Http2Heads;
  /** When the bytes came that are being read. */
  readAt: number = this.openedAt;

  readonly #owner: ConnectionOwner<PooledConnection>;
  readonly #exchanges = new Roster<Http2Member>();
  readonly #liveness: Liveness;
  /** Tunnels that wait for the server's word that it takes them, or for room. */
  readonly #unopened: Http2Tunnel[] = [];
  /** A request was sent on it. */
  #hasCarried = false;
  /** Whose content came in this read. */
  readonly #withContent: Http2Exchange[] = [];
  #retired: string | undefined;
  #isFlushing = false;
  /** Whether the socket takes no more for now. */
  #isFull = false;
  #isOver = false;
  #isUnref = false;
  /** How many of its requests wait for their readers alone. */
  #held = 0;

  constructor(
    link: Link,
    owner: ConnectionOwner<PooledConnection>,
    options: ConnectionOptions & { readonly assumedStreams: number },
  ) {
    const { limits, allow = [], pingMs, assumedStreams } = options;
    this.link = link;
    this.#owner = owner;
    this.heads = new Http2Heads(link.facts.protocol === undefined ? "http" : "https");
    this.engine = new ClientConnection(
      {
        decodeLatin1,
        limits: { ...defaultReaderLimits, ...limits },
        allowsControls: allow.includes("ctl-in-value"),
        chosenBy: link.facts.protocol === undefined ? "caller" : "server",
        assumedStreams,
      },
      {
        onCapacity: () => this.flushSoon(),
        onRetired: (reason) => this.#onEngineRetired(reason),
        onBroken: (failure) => this.#break(failure),
      },
    );
    this.#liveness = new Liveness(pingMs, {
      lastReadAt: () => this.readAt,
      ask: () => this.#ping(),
      onSilent: (limitMs) =>
        this.fail(new HttpsError("http2-ping-unanswered", { host: link.trust.host, limitMs })),
    });
    this.#keepAwake(false);
    this.flushSoon();
    link.receiver.handTo(this);
    // What came before anybody read it stopped the reading.
    if (!this.#isOver) link.socket.resume();
  }

  get retired(): string | undefined {
    return this.#retired;
  }

  get size(): number {
    return this.#exchanges.size;
  }

  get streamsAtOnce(): number | undefined {
    return this.engine.streamsAtOnce;
  }

  get takesTunnels(): boolean {
    return this.engine.takesProtocols;
  }

  get isSettled(): boolean {
    return this.engine.isOpen;
  }

  canTake({ outgoing: { body, tunnel } }: Call): boolean {
    if (!this.#hasRoom) return false;
    // Whoever asks for a tunnel waits for SETTINGS, and is not to wait behind what else may be too much then.
    if (tunnel !== undefined && !this.engine.isOpen) return this.#exchanges.size === 0;
    // What can be read once only is not sent where it may be one too many: it could not be sent again.
    return this.engine.isOpen || this.#exchanges.size === 0 || body.kind !== "stream" || body.replayable;
  }

  get #hasRoom(): boolean {
    return this.#retired === undefined && this.engine.capacity > 0;
  }

  send(call: Call): void {
    clearTimeout(call.poolTimer);
    if (call.outgoing.tunnel !== undefined) return this.#openTunnel(call, call.outgoing.tunnel);
    const exchange = new Http2Exchange(call, this);
    this.#exchanges.add(exchange);
    exchange.begin(this.#hasCarried);
    this.#hasCarried = true;
  }

  isHeldSince(since: number): boolean {
    if (this.#exchanges.size === 0 || this.engine.capacity > 0) return false;
    for (const exchange of this.#exchanges.members) if (!exchange.isUnreadSince(since)) return false;
    return true;
  }

  endUnread(since: number, limitMs: number): void {
    for (const exchange of this.#exchanges.members)
      if (exchange.isUnreadSince(since)) exchange.endUnread(limitMs);
  }

  fail(error: Error): void {
    this.refusal ??= error instanceof HttpsError ? error : undefined;
    this.#shut(error instanceof HttpsError ? error.code : error.message, error);
  }

  retire(reason: string): void {
    this.#retire(reason);
    this.engine.retire();
    this.#closeIfDone();
  }

  outlast(): void {
    this.deadline.keepAwake();
  }

  // What its exchanges ask of it.

  flushSoon(): void {
    if (this.#isFlushing || this.#isOver) return;
    this.#isFlushing = true;
    settleAfterReads(this);
  }

  onContent(exchange: Http2Exchange): void {
    this.#withContent.push(exchange);
  }

  onHeld(isHeld: boolean): void {
    this.#held += isHeld ? 1 : -1;
    this.flushSoon();
  }

  onExchangeOver(exchange: Http2Member, isAnswered: boolean): void {
    if (!this.#exchanges.delete(exchange)) return;
    if (isAnswered) this.served++;
    if (this.link.receiver.readsInto === exchange.landing) this.link.receiver.readsInto = undefined;
    if (this.#isOver) return;
    if (this.#exchanges.size === 0) this.idleSince = performance.now();
    this.flushSoon();
  }

  // What the socket says. Nobody could catch what is thrown inside a read: it ends the requests, not the process.

  onBytes(buffer: Uint8Array, length: number): boolean {
    if (this.#isOver) return true;
    try {
      this.readAt = performance.now();
      this.engine.receive(buffer, 0, length, this.readAt);
      this.#deliver();
      this.flushSoon();
    } catch (error) {
      this.fail(asError(error));
    }
    return true;
  }

  onEnd(ending: Ending, cause: Error | undefined): void {
    if (this.#isOver) return;
    try {
      const failure = cause && this.link.failureOf(cause);
      if (failure !== undefined) return this.fail(failure);
      this.engine.end(this.link.seenEnding(ending));
      const error = new HttpsError("empty-response", { ending: this.link.seenEnding(ending) }, { cause });
      this.#shut(ending === "reset" ? "reset" : "closed-by-server", error);
    } catch (error) {
      this.fail(asError(error));
    }
  }

  onDrain(): void {
    this.#isFull = false;
    this.engine.released();
    this.engine.drained();
    this.#flush();
  }

  /** The turn's reads are over: what was said in it goes out, and whoever waits may have room. */
  settle(): void {
    this.#isFlushing = false;
    if (this.#isOver) return;
    if (this.#unopened.length > 0) this.#openTunnels();
    this.#flush();
    this.#closeIfDone();
    if (this.#isOver) return;
    if (this.#isAwaited === this.#isUnref) this.#keepAwake(this.#isAwaited);
    // One that takes nothing any more is idle all the same: it goes when others wait for it, or when its time is over.
    if (this.#exchanges.size === 0) this.#owner.onIdle(this);
    else if (this.#hasRoom) this.#owner.onRoom();
  }

  #openTunnel(call: Call, protocol: TunnelProtocol): void {
    const tunnel = new Http2Tunnel(call, this, protocol);
    this.#exchanges.add(tunnel);
    this.#unopened.push(tunnel);
    tunnel.begin(this.#hasCarried);
    this.#hasCarried = true;
    this.flushSoon();
  }

  #openTunnels(): void {
    const { engine } = this;
    while (this.#unopened.length > 0 && engine.isOpen && (engine.capacity > 0 || !engine.takesProtocols))
      this.#unopened.shift()?.open();
  }

  #deliver(): void {
    if (this.#withContent.length === 0) return;
    for (const exchange of this.#withContent.splice(0)) exchange.deliver();
  }

  #flush(): void {
    const { socket } = this.link;
    while (!this.#isFull && !this.#isOver) {
      const piece = this.engine.takeOutput();
      if (piece === undefined) return;
      this.#isFull = !socket.write(piece);
      if (!this.#isFull) this.engine.drained();
    }
  }

  /** Whether anybody waits for what it brings: not where all that is under way are answers that are not read on. */
  get #isAwaited(): boolean {
    return this.#exchanges.size > this.#held;
  }

  /** One that nobody waits for keeps no process alive. */
  #keepAwake(isAwaited: boolean): void {
    this.#isUnref = !isAwaited;
    if (isAwaited) this.link.socket.ref();
    else this.link.socket.unref();
  }

  #ping(): void {
    this.engine.ping();
    this.flushSoon();
  }

  /** What broke it, or ended it, is told with the error that follows at once. */
  #onEngineRetired(reason: RetireReason): void {
    if (reason === "goaway") this.#noteGoaway();
    if (reason !== "broken" && reason !== "ended") this.#retire(reason);
  }

  /** Where it comes before the first request, it says why there was none. */
  #noteGoaway(): void {
    const { goaway } = this.engine;
    if (goaway !== undefined)
      this.refusal = new HttpsError("http2-goaway", { ...goaway, isProcessed: false });
  }

  #retire(reason: string): void {
    if (this.#retired !== undefined) return;
    this.#retired = reason;
    this.#owner.onRetired(this, reason);
    for (const tunnel of this.#unopened.splice(0))
      tunnel.turnAway(this.refusal ?? new HttpsError("empty-response", { ending: "fin" }));
  }

  #closeIfDone(): void {
    if (this.#retired === undefined || this.#exchanges.size > 0 || this.#isOver) return;
    this.engine.close();
    this.#end(true);
  }

  #break(failure: Failure): void {
    const error = (this.refusal = errorFromFailure(failure));
    this.#shut(error.code, error, true);
  }

  #shut(reason: string, error: Error, hasWords = false): void {
    if (this.#isOver) return;
    const exchanges = this.#exchanges.members;
    for (const exchange of exchanges) this.#exchanges.delete(exchange);
    this.#retire(reason);
    this.#end(hasWords);
    for (const exchange of exchanges) exchange.fail(error);
  }

  /** @param hasWords whether the engine has a last word, which says why */
  #end(hasWords: boolean): void {
    this.#isOver = true;
    this.#liveness.stop();
    this.deadline.clear();
    this.link.receiver.readsInto = undefined;
    const words = hasWords ? this.engine.takeOutput() : undefined;
    if (words === undefined) closeSocket(this.link, true);
    else closeWithWords(this.link, words);
    this.#owner.onClosed(this);
  }
}
