/**
 * A connection of Mongoose 6 at work: turns what happens on the wire into the library's events, in the library's
 * order: POLL any number of times, CONNECT, SEND, RECV, HTTP_CHUNK, HTTP_REPLY, and CLOSE, always last.
 */
import { randomBytes } from "node:crypto";
import { HttpsError, type Ending } from "../../core/index.ts";
import type { Framing, ResponseHead } from "../../http1/index.ts";
import type { DialPhase, Link } from "../../net/index.ts";
import type { TrustReport } from "../../trust/index.ts";
import type { mg_connection } from "./connection.ts";
import {
  MG_EV_CLOSE,
  MG_EV_CONNECT,
  MG_EV_HTTP_CHUNK,
  MG_EV_HTTP_REPLY,
  MG_EV_POLL,
  MG_EV_RECV,
  MG_EV_SEND,
  MG_EV_TIMER,
  MG_EV_WEBSOCKET_CONTROL_FRAME,
  MG_EV_WEBSOCKET_FRAME,
  MG_EV_WEBSOCKET_HANDSHAKE_DONE,
  type mg_event_args,
  type mg_event_payloads,
} from "./events.ts";
import {
  MG_F_CLOSE_IMMEDIATELY,
  MG_F_CONNECTING,
  MG_F_DELETE_CHUNK,
  MG_F_IS_WEBSOCKET,
  MG_F_RESOLVING,
  MG_F_SEND_AND_CLOSE,
  MG_F_SSL,
  MG_F_SSL_HANDSHAKE_DONE,
  MG_F_WEBSOCKET_NO_DEFRAG,
} from "./flags.ts";
import { describeHead, type http_message, type MessageHead } from "./http-message.ts";
import { HttpProtocol, methodOf, type HttpEvents, type Question } from "../shared/http-protocol.ts";
import { mongooseLimits } from "../limits.ts";
import { mg_time, type Managed, type mg_mgr } from "../shared/manager.ts";
import { mbuf } from "../shared/mbuf.ts";
import { openLink, type Opening } from "../shared/open-link.ts";
import { inOurNames } from "./setting-names.ts";
import { statusOf } from "./status.ts";
import { mg_str } from "../shared/str.ts";
import { Timer } from "./timer.ts";
import {
  checkHandshake,
  WEBSOCKET_OP_CLOSE,
  WEBSOCKET_OP_PING,
  WebsocketProtocol,
  writeFrame,
  type WebsocketEvents,
} from "../../websocket/index.ts";
import type { Handshake } from "./websocket-handshake.ts";
import { WebsocketHeartbeat } from "./websocket-heartbeat.ts";
import { Wire, type WireEvents } from "../shared/wire.ts";

/** What a connection is made of. */
export interface ConnectionPlan {
  readonly mgr: mg_mgr;
  readonly opening: Opening;
  readonly flags: number;
  readonly user_data: unknown;
  readonly handler: (...args: mg_event_args) => void;
}

const closing = MG_F_CLOSE_IMMEDIATELY | MG_F_SEND_AND_CLOSE;

export class LiveConnection implements mg_connection, Managed, WireEvents, HttpEvents {
  readonly mgr: mg_mgr;
  user_data: unknown;
  readonly send_mbuf: mbuf = new mbuf();
  recv_mbuf_limit: number = mongooseLimits.receiveBytes.value;
  error: HttpsError | undefined;

  readonly #plan: ConnectionPlan;
  readonly #wire: Wire;
  #flags: number;
  #received = new mbuf();
  #justCame: mbuf | undefined;
  #closed = false;
  #isConnected = false;
  #isScheduled = false;
  #http: HttpProtocol | undefined;
  #reply: { readonly head: MessageHead; readonly octets: Uint8Array } | undefined;
  #hasNews = false;
  #handshake: Handshake | undefined;
  #websocket: WebsocketProtocol | undefined;
  #heartbeat: WebsocketHeartbeat | undefined;
  readonly #timer: Timer;

  constructor(plan: ConnectionPlan) {
    this.#plan = plan;
    this.mgr = plan.mgr;
    this.user_data = plan.user_data;
    this.#flags = plan.flags | MG_F_RESOLVING | (plan.opening.destination.isTls ? MG_F_SSL : 0);
    this.#wire = new Wire(plan.mgr, this);
    this.#timer = new Timer((at) =>
      this.#wire.deliver(() => {
        this.#emit(MG_EV_TIMER, at);
        this.#settle();
      }),
    );
    plan.mgr.add(this);
  }

  get flags(): number {
    return this.#flags;
  }

  set flags(flags: number) {
    this.#flags = flags;
    if ((flags & closing) !== 0) this.#schedule();
  }

  get recv_mbuf(): mbuf {
    return this.#justCame ?? this.#received;
  }

  get trust(): TrustReport | undefined {
    return this.#wire.link?.trust ?? this.error?.trust;
  }

  get facts(): Link["facts"] | undefined {
    return this.#wire.link?.facts;
  }

  // What the calls of the API do.

  /** Begins; what was put into `send_mbuf` before goes out first. */
  open(): void {
    this.#wire.open((signal, onPhase) => openLink(this.#plan.opening, signal, onPhase));
  }

  send(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (this.send_mbuf.len + bytes.length > mongooseLimits.sendBytes.value) {
      const { value } = mongooseLimits.sendBytes;
      return this.#fail(new HttpsError("send-buffer-full", { host: this.#host, value }));
    }
    this.send_mbuf.append(bytes);
    if (this.#http !== undefined && this.#websocket === undefined)
      this.#http.ask({ method: methodOf(bytes) });
    this.#schedule();
  }

  /** From here on what comes is HTTP, and so is what was sent. */
  speakHttp(question?: Question, handshake?: Handshake): void {
    this.#http ??= new HttpProtocol(this);
    this.#handshake = handshake;
    if (question !== undefined) this.#http.ask(question);
    else if (this.send_mbuf.len > 0) this.#http.ask({ method: methodOf(this.send_mbuf.buf) });
  }

  sendFrame(op: number, payload: Uint8Array): void {
    this.send(writeFrame(op, payload, randomBytes(4)));
    if ((op & 0x0f) === WEBSOCKET_OP_CLOSE) this.flags |= MG_F_SEND_AND_CLOSE;
  }

  /** Sets the timer, in seconds since 1970, 0 for none; what it was set to. */
  setTimer(at: number): number {
    return this.#timer.set(this.#closed ? 0 : at);
  }

  // What the manager says.

  onPoll(nowSeconds: number): void {
    this.#emit(MG_EV_POLL, nowSeconds);
    if (this.#heartbeat !== undefined) this.#keepAlive(this.#heartbeat);
    this.#settle();
  }

  onManagerFreed(): void {
    this.#close("now");
  }

  // What the wire says.

  onPhase(phase: DialPhase): void {
    if (phase === "dns") return;
    this.#flags = (this.#flags & ~MG_F_RESOLVING) | MG_F_CONNECTING;
  }

  onOpened(): void {
    this.#isConnected = true;
    this.#flags &= ~(MG_F_RESOLVING | MG_F_CONNECTING);
    if (this.#plan.opening.destination.isTls) this.#flags |= MG_F_SSL_HANDSHAKE_DONE;
    this.#awaitHead();
    this.#emit(MG_EV_CONNECT, 0);
    this.#settle();
  }

  onFailed(error: HttpsError): void {
    this.error = inOurNames(error);
    this.#flags &= ~(MG_F_RESOLVING | MG_F_CONNECTING);
    if (!this.#isConnected) {
      // mg_net.c tells of a DNS time-out twice: by MG_EV_TIMER, then by the status -1.
      if (error.code === "dns-timeout") this.#emit(MG_EV_TIMER, mg_time());
      this.#emit(MG_EV_CONNECT, statusOf(error));
    }
    this.#close("now");
  }

  onBytes(bytes: Uint8Array): void {
    this.#heartbeat?.hear(performance.now());
    if (this.#http === undefined) {
      this.#received.append(bytes);
      if (this.#received.len >= this.recv_mbuf_limit) this.#wire.pause();
      this.#emit(MG_EV_RECV, bytes.length);
      return this.#settle();
    }
    this.#justCame = new mbuf();
    this.#justCame.append(bytes);
    this.#emit(MG_EV_RECV, bytes.length);
    this.#justCame = undefined;
    if (this.#isLive) this.#read(bytes, this.#http);
    this.#settle();
  }

  onSent(count: number): void {
    this.send_mbuf.remove(count);
    this.#awaitHead();
    this.#emit(MG_EV_SEND, count);
    this.#settle();
  }

  onEnded(ending: Ending): void {
    if (this.#websocket !== undefined) {
      if (!this.#websocket.isClosed && (this.#flags & MG_F_SEND_AND_CLOSE) === 0) {
        this.error = inOurNames(new HttpsError("websocket-cut", { host: this.#host, ending }));
      }
    } else this.#http?.end(ending);
    this.#close("now");
  }

  // What is found in the bytes.

  onHead(head: ResponseHead, framing: Framing, octets: Uint8Array): void {
    const announced = framing.kind === "length" ? framing.bytes : undefined;
    this.#reply = { head: describeHead(head, announced), octets };
    this.#received = new mbuf();
    this.#received.append(octets);
    if (framing.kind === "tunnel" && this.#handshake !== undefined)
      this.#openWebsocket(head, this.#handshake);
  }

  onBody(bytes: Uint8Array): void {
    const value = this.recv_mbuf_limit;
    // So written, a limit of NaN holds nothing.
    if (!(this.#received.len + bytes.length <= value))
      return this.#fail(new HttpsError("body-too-large", { limit: "recv_mbuf_limit", value }));
    this.#received.append(bytes);
    this.#hasNews = true;
  }

  onComplete(): void {
    if (this.#handshake !== undefined) {
      // The handshake was refused, with a status: an answer, and the end.
      this.#emit(MG_EV_WEBSOCKET_HANDSHAKE_DONE, this.#message());
      this.flags |= MG_F_CLOSE_IMMEDIATELY;
      return;
    }
    this.#deliverChunk();
    this.#emit(MG_EV_HTTP_REPLY, this.#message());
    this.#received = new mbuf();
    this.#reply = undefined;
  }

  onFailure(error: HttpsError): void {
    this.#fail(error);
  }

  #read(bytes: Uint8Array, http: HttpProtocol): void {
    const rest = (this.#flags & MG_F_IS_WEBSOCKET) === 0 ? http.read(bytes) : bytes;
    if (this.#closed) return;
    if (this.#websocket !== undefined) return this.#websocket.read(rest);
    if (this.#hasNews) this.#deliverChunk();
    this.#awaitBody(http);
  }

  /** The body so far; or, when the handler deletes what it gets, what is new. */
  #deliverChunk(): void {
    this.#hasNews = false;
    this.#flags &= ~MG_F_DELETE_CHUNK;
    this.#emit(MG_EV_HTTP_CHUNK, this.#message());
    if ((this.#flags & MG_F_DELETE_CHUNK) === 0 || this.#reply === undefined) return;
    this.#received = new mbuf();
    this.#received.append(this.#reply.octets);
  }

  #message(): http_message {
    const { buf } = this.#received;
    const body = new mg_str(buf.subarray(this.#reply?.octets.length ?? 0));
    const head = this.#reply?.head;
    if (head === undefined) throw new TypeError("A message begins with its head.");
    return { ...head, message: new mg_str(buf), body };
  }

  #openWebsocket(head: ResponseHead, handshake: Handshake): void {
    const reason = checkHandshake(head, handshake);
    if (reason !== undefined)
      return this.#fail(
        new HttpsError("websocket-refused", { host: this.#host, reason, status: head.status }),
      );
    this.#wire.setDeadline(Infinity);
    this.#flags |= MG_F_IS_WEBSOCKET;
    this.#heartbeat = new WebsocketHeartbeat(performance.now());
    const events: WebsocketEvents = {
      onMessage: (message) => this.#emit(MG_EV_WEBSOCKET_FRAME, message),
      onControl: (message) => this.#emit(MG_EV_WEBSOCKET_CONTROL_FRAME, message),
      send: (op, payload) => this.sendFrame(op, payload),
      onFailure: (error) => this.#fail(error),
    };
    this.#websocket = new WebsocketProtocol(events, {
      host: this.#host,
      limitBytes: () => this.recv_mbuf_limit,
      assembles: () => (this.#flags & MG_F_WEBSOCKET_NO_DEFRAG) === 0,
    });
    this.#emit(MG_EV_WEBSOCKET_HANDSHAKE_DONE, this.#message());
    this.#received = new mbuf();
  }

  #keepAlive(heartbeat: WebsocketHeartbeat): void {
    const beat = heartbeat.beat(performance.now());
    if (beat === "ping") this.sendFrame(WEBSOCKET_OP_PING, new Uint8Array(0));
    else if (beat === "gone")
      this.#fail(new HttpsError("websocket-cut", { host: this.#host, ending: "silence" }));
  }

  get #host(): string {
    return this.#plan.opening.destination.host;
  }

  /** Whether events other than the last may still come. */
  get #isLive(): boolean {
    return !this.#closed && (this.#flags & MG_F_CLOSE_IMMEDIATELY) === 0;
  }

  #emit<E extends keyof mg_event_payloads>(ev: E, data: mg_event_payloads[E]): void {
    if (!this.#isLive && ev !== MG_EV_CLOSE) return;
    // The pair is one of the union's; that this one was chosen by `E` is beyond the compiler.
    this.#plan.handler(...([this, ev, data, this.#plan.user_data] as unknown as mg_event_args));
    if (!this.#isLive) this.#http?.stop();
  }

  /** At the end of an event: sends what there is, closes if that was asked, reads on if there is room. */
  #settle(): void {
    if (this.#closed) return;
    if ((this.#flags & MG_F_CLOSE_IMMEDIATELY) !== 0) return this.#close("now");
    if (!this.#isConnected || this.#wire.isWriting) return;
    if (this.send_mbuf.len > 0) this.#wire.write(this.send_mbuf.buf);
    else if ((this.#flags & MG_F_SEND_AND_CLOSE) !== 0) return this.#close("after-sending");
    if (this.#received.len < this.recv_mbuf_limit) this.#wire.resume();
  }

  /** The same, soon: for what is done outside of an event. */
  #schedule(): void {
    if (this.#isScheduled || this.#closed) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#wire.deliver(() => {
        this.#isScheduled = false;
        this.#settle();
      });
    });
  }

  #fail(error: HttpsError): void {
    if (this.#closed) return;
    this.error = inOurNames(error);
    // A WebSocket that failed has been told so, and is closed when that has gone out.
    const saysWhy = this.#websocket !== undefined && this.send_mbuf.len > 0;
    if (saysWhy && error.code !== "send-buffer-full") this.flags |= MG_F_SEND_AND_CLOSE;
    else this.#close("now");
  }

  #close(how: "now" | "after-sending"): void {
    if (this.#closed) return;
    this.#wire.close(how);
    this.#timer.set(0);
    this.#emit(MG_EV_CLOSE, null);
    this.#closed = true;
    this.#http?.stop();
    this.mgr.delete(this);
  }

  // Deadlines. The library has none.

  #awaitHead(): void {
    if (this.#http?.isReadingHead !== true) return;
    const { headMs: limitMs } = this.#plan.opening.timeouts;
    const late = { host: this.#host, limitMs, bytesReceived: 0 };
    this.#wire.setDeadline(limitMs, () => this.#fail(new HttpsError("head-timeout", late)));
  }

  #awaitBody(http: HttpProtocol): void {
    if (http.isReadingHead) return;
    if (!http.isAwaiting)
      return this.#wire.setDeadline(mongooseLimits.idleMs.value, () => this.#close("after-sending"));
    const { bodyIdleMs: limitMs } = this.#plan.opening.timeouts;
    const late = { host: this.#host, limitMs, bytesReceived: http.bodyBytes };
    this.#wire.setDeadline(limitMs, () => this.#fail(new HttpsError("body-timeout", late)));
  }
}
