/**
 * A connection of Mongoose 7 at work: OPEN, RESOLVE, CONNECT, TLS_HS, then WRITE, READ, HTTP_HDRS, HTTP_MSG, and CLOSE;
 * or ERROR and CLOSE. TCP and TLS are two steps here, because the program says between them how TLS is to be done.
 */
import { bare, HttpsError, readOptions, type Ending } from "../../core/index.ts";
import type { Framing, ResponseHead } from "../../http1/index.ts";
import { compilePolicy } from "../../admission/index.ts";
import { environmentHere } from "../../runtime/index.ts";
import { directly, startTls, type DialPhase, type Link } from "../../net/index.ts";
import type { TrustReport } from "../../trust/index.ts";
import type { Destination } from "../shared/address.ts";
import { HttpProtocol, methodOf, type HttpEvents } from "../shared/http-protocol.ts";
import { mongooseLimits } from "../limits.ts";
import { mg_time, type Managed, type mg_mgr } from "../shared/manager.ts";
import { mbuf } from "../shared/mbuf.ts";
import { deadlines, openLink } from "../shared/open-link.ts";
import { Wire, type WireEvents } from "../shared/wire.ts";
import type { mg_connection } from "./connection.ts";
import { inOurNames } from "./setting-names.ts";
import {
  MG_EV_CLOSE,
  MG_EV_CONNECT,
  MG_EV_ERROR,
  MG_EV_HTTP_HDRS,
  MG_EV_HTTP_MSG,
  MG_EV_OPEN,
  MG_EV_POLL,
  MG_EV_READ,
  MG_EV_RESOLVE,
  MG_EV_TLS_HS,
  MG_EV_WRITE,
  type mg_event_args,
  type mg_event_handler,
  type mg_event_payloads,
} from "./events.ts";
import { describeMessage, type mg_http_message } from "./http-message.ts";
import { nameOf, tlsChecks, trustOptions, type mg_tls_opts } from "./tls.ts";

export interface ConnectionPlan {
  readonly mgr: mg_mgr;
  readonly destination: Destination;
  readonly fn: mg_event_handler;
  readonly fn_data: unknown;
  readonly resolve: Readonly<Record<string, string>> | undefined;
}

export class LiveConnection implements mg_connection, Managed, WireEvents, HttpEvents {
  readonly mgr: mg_mgr;
  readonly fn_data: unknown;
  data: unknown;
  readonly send: mbuf = new mbuf();
  error: HttpsError | undefined;
  is_tls_hs = false;
  is_connecting = true;
  is_resolving = true;

  readonly #plan: ConnectionPlan;
  readonly #timeouts = deadlines(undefined);
  readonly #http: HttpProtocol = new HttpProtocol(this);
  #wire: Wire;
  #received = new mbuf();
  #justCame: mbuf | undefined;
  #reply: { readonly head: ResponseHead; readonly headBytes: number } | undefined;
  #tls: mg_tls_opts | undefined;
  #trust: TrustReport | undefined;
  #isConnected = false;
  #isDraining = false;
  #isClosing = false;
  #closed = false;

  constructor(plan: ConnectionPlan) {
    this.#plan = plan;
    this.mgr = plan.mgr;
    this.fn_data = plan.fn_data;
    this.#wire = new Wire(plan.mgr, this);
    plan.mgr.add(this);
  }

  get is_tls(): boolean {
    return this.#plan.destination.isTls;
  }

  get is_draining(): boolean {
    return this.#isDraining;
  }

  set is_draining(value: boolean | 0 | 1) {
    this.#isDraining = Boolean(value);
    this.#schedule();
  }

  get is_closing(): boolean {
    return this.#isClosing;
  }

  set is_closing(value: boolean | 0 | 1) {
    this.#isClosing = Boolean(value);
    this.#schedule();
  }

  get recv(): mbuf {
    return this.#justCame ?? this.#received;
  }

  get trust(): TrustReport | undefined {
    return this.#trust ?? this.error?.trust;
  }

  // What the calls of the API do.

  /** TCP first; what the program says in MG_EV_CONNECT decides about TLS. */
  open(): void {
    const { destination, resolve } = this.#plan;
    const plain = { ...destination, isTls: false };
    const policy = compilePolicy({}, environmentHere);
    const common = {
      policy,
      name: undefined,
      alpn: [],
      nameserver: undefined,
      resolve,
      timeouts: this.#timeouts,
    };
    this.#emit(MG_EV_OPEN, null);
    this.#wire.open((signal, onPhase) => openLink({ destination: plain, ...common }, signal, onPhase));
  }

  beginTls(opts: mg_tls_opts): void {
    this.#tls = bare(opts);
  }

  sendBytes(bytes: Uint8Array): void {
    if (this.#closed) return;
    const { value } = mongooseLimits.sendBytes;
    if (this.send.len + bytes.length > value) {
      return this.fail(new HttpsError("send-buffer-full", { host: this.#plan.destination.host, value }));
    }
    this.send.append(bytes);
    this.#http.ask({
      method: methodOf(bytes),
    });
    this.#schedule();
  }

  /** MG_EV_ERROR, then MG_EV_CLOSE; `says` in place of the error's own sentence. */
  fail(error: HttpsError | undefined, says: string = error?.message ?? ""): void {
    if (this.#closed || this.#isClosing) return;
    this.error = error && inOurNames(error);
    this.#emit(MG_EV_ERROR, says);
    this.#close("now");
  }

  // What the manager says.

  onPoll(): void {
    this.#emit(MG_EV_POLL, Math.floor(mg_time() * 1000));
    this.#settle();
  }

  onManagerFreed(): void {
    this.#close("now");
  }

  // What the wire says.

  onPhase(phase: DialPhase): void {
    if (phase !== "connect" || !this.is_resolving) return;
    this.is_resolving = false;
    this.#emit(MG_EV_RESOLVE, null);
    this.#settle();
  }

  onOpened(link: Link): void {
    this.is_connecting = false;
    if (this.is_tls_hs || !this.is_tls) return this.#connected(link);
    this.#emit(MG_EV_CONNECT, null);
    if (this.#isClosing) return this.#close("now");
    // The library goes on in the clear when mg_tls_init was not called; https: never does.
    this.#startTls(link, this.#tls ?? {});
  }

  onFailed(error: HttpsError): void {
    this.fail(error);
  }

  onBytes(bytes: Uint8Array): void {
    this.#justCame = new mbuf();
    this.#justCame.append(bytes);
    this.#emit(MG_EV_READ, bytes.length);
    this.#justCame = undefined;
    if (this.#isLive) this.#http.read(bytes);
    this.#await();
    this.#settle();
  }

  onSent(count: number): void {
    this.send.remove(count);
    this.#emit(MG_EV_WRITE, count);
    this.#await();
    this.#settle();
  }

  onEnded(ending: Ending): void {
    this.#http.end(ending);
    this.#close("now");
  }

  // What is found in the bytes.

  onHead(head: ResponseHead, _framing: Framing, octets: Uint8Array): void {
    this.#reply = { head, headBytes: octets.length };
    this.#received = new mbuf();
    this.#received.append(octets);
    this.#emit(MG_EV_HTTP_HDRS, this.#message(this.#reply));
  }

  onBody(bytes: Uint8Array): void {
    const { value } = mongooseLimits.receiveBytes;
    if (this.#received.len + bytes.length > value)
      return this.fail(new HttpsError("body-too-large", { limit: "recv_mbuf_limit", value }));
    this.#received.append(bytes);
  }

  onComplete(): void {
    if (this.#reply !== undefined) this.#emit(MG_EV_HTTP_MSG, this.#message(this.#reply));
    this.#received = new mbuf();
    this.#reply = undefined;
  }

  onFailure(error: HttpsError): void {
    this.fail(error);
  }

  #startTls(link: Link, given: mg_tls_opts): void {
    const { host, port } = this.#plan.destination;
    this.is_tls_hs = true;
    this.#wire.release();
    const wire = new Wire(this.mgr, this);
    this.#wire = wire;
    wire.open(async (signal) => {
      const timeouts = this.#timeouts;
      try {
        const opts = readOptions(given, tlsChecks);
        const name = nameOf(opts);
        const policy = compilePolicy(trustOptions(opts), environmentHere);
        const names = { host, port, name, sni: name, alpn: ["http/1.1"] };
        return await startTls(link, { ...directly, scheme: "https", ...names, policy, timeouts, signal });
      } catch (error) {
        link.socket.destroy();
        throw error;
      }
    });
  }

  #connected({ trust }: Link): void {
    this.#trust = trust;
    this.#isConnected = true;
    this.is_tls_hs = false;
    this.#emit(this.is_tls ? MG_EV_TLS_HS : MG_EV_CONNECT, null);
    this.#await();
    this.#settle();
  }

  #message({
    head,
    headBytes,
  }: {
    readonly head: ResponseHead;
    readonly headBytes: number;
  }): mg_http_message {
    return describeMessage(head, headBytes, this.#received.buf);
  }

  get #isLive(): boolean {
    return !this.#closed && !this.#isClosing;
  }

  #emit<E extends keyof mg_event_payloads>(ev: E, data: mg_event_payloads[E]): void {
    if (!this.#isLive && ev !== MG_EV_CLOSE) return;
    // The pair is one of the union's; that this one was chosen by `E` is beyond the compiler.
    this.#plan.fn(...([this, ev, data] as unknown as mg_event_args));
    if (!this.#isLive) this.#http.stop();
  }

  #settle(): void {
    if (this.#closed) return;
    if (this.#isClosing) return this.#close("now");
    if (!this.#isConnected || this.#wire.isWriting) return;
    if (this.send.len > 0) this.#wire.write(this.send.buf);
    else if (this.#isDraining) this.#close("after-sending");
  }

  #schedule(): void {
    queueMicrotask(() => this.#wire.deliver(() => this.#settle()));
  }

  #close(how: "now" | "after-sending"): void {
    if (this.#closed) return;
    this.#wire.close(how);
    this.#emit(MG_EV_CLOSE, null);
    this.#closed = true;
    this.#http.stop();
    this.mgr.delete(this);
  }

  /** The deadline of what is awaited now. The library has none. */
  #await(): void {
    if (!this.#isConnected || this.#closed) return;
    const { host } = this.#plan.destination;
    const { headMs, bodyIdleMs } = this.#timeouts;
    const bytesReceived = this.#http.bodyBytes;
    if (!this.#http.isAwaiting) {
      this.#wire.setDeadline(mongooseLimits.idleMs.value, () => this.#close("after-sending"));
    } else if (this.#http.isReadingHead) {
      const late = { host, limitMs: headMs, bytesReceived: 0 };
      this.#wire.setDeadline(headMs, () => this.fail(new HttpsError("head-timeout", late)));
    } else {
      const late = { host, limitMs: bodyIdleMs, bytesReceived };
      this.#wire.setDeadline(bodyIdleMs, () => this.fail(new HttpsError("body-timeout", late)));
    }
  }
}
