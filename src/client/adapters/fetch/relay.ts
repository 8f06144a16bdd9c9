/**
 * A dispatcher of the caller's own as the way of a request, in the place of the client's connections: undici's Agent, ProxyAgent,
 * MockAgent or RetryAgent in the init of a fetch. Everything but the way stays the client's: redirects, cookies, codings, limits.
 *
 * Nobody here sees the certificates of such a connection. So it is taken where there is none to see, for `http:`, and for `https:`
 * where the client asks for no verification anyway; a redirect is held to that too.
 */
import { isUtf8 } from "node:buffer";
import { reportWithoutVerdict } from "../../../admission/index.ts";
import { asError, type HttpsError, type Target } from "../../../core/index.ts";
import { fieldsFrom, noFields, type Field, type Fields } from "../../../http1/index.ts";
import type { Call, Carrier } from "../../pool/call.ts";
import { Deadline } from "../../pool/deadline.ts";
import { noTimings, unseenFacts } from "../../pool/unseen-connection.ts";
import type { Carried, Way } from "../../pool/way.ts";
import { Waiting } from "../../pool/wait.ts";
import type { IncomingBody } from "../../body/incoming-body.ts";
import { callListener } from "../../events.ts";
import type { Settings } from "../../options/settings.ts";
import { handlerFields, type HandlerFields } from "../dispatcher/handler.ts";

/** What undici calls a dispatcher, as far as it is asked for here. */
export interface ForeignDispatcher {
  dispatch(options: object, handler: object): unknown;
  /** Of undici's MockAgent. */
  readonly isMockActive?: unknown;
}

export function isDispatcher(given: unknown): given is ForeignDispatcher {
  return typeof given === "object" && given !== null && typeof Reflect.get(given, "dispatch") === "function";
}

/** The way by the dispatcher; `refuse` makes the error for a URL that it may not be asked for. */
export function wayBy(dispatcher: ForeignDispatcher, refuse: () => HttpsError): Way {
  return (call, target, settings) => {
    const relay = new Relay(call, target, settings);
    if (target.scheme === "https" && settings.policy.insecure === undefined) relay.end(refuse());
    else relay.start(dispatcher, target);
    return relay;
  };
}

/** How a dispatcher lets itself be steered, from undici 7 on. */
interface Controller {
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
  readonly rawHeaders?: unknown;
  readonly rawTrailers?: unknown;
}

/** Names and values in turn. */
type Raw = readonly (Uint8Array | string | readonly (Uint8Array | string)[])[];

let lastId = 0;

class Relay implements Carrier, Carried {
  readonly id = --lastId;
  readonly link: Carrier["link"];
  readonly over: Promise<void>;
  readonly #call: Call;
  readonly #waiting = new Waiting(new Deadline(() => this.#timeOut()));
  #settle!: () => void;
  /** Content that the dispatcher took of a stream. */
  #sentBytes = 0;
  #controller: Controller | undefined;
  #body: IncomingBody | undefined;
  /** Why it is to end, while there is nobody to tell. */
  #ended: Error | undefined;

  constructor(call: Call, target: Target, settings: Settings) {
    this.#call = call;
    this.over = new Promise((resolve) => (this.#settle = resolve));
    const trust = reportWithoutVerdict(settings.policy, {
      kind: target.scheme === "https" ? "unverified" : "plaintext",
      host: target.host,
      note: "The request went by a dispatcher of the caller's: whom it reached was not seen.",
    });
    const { host: remoteAddress, port: remotePort } = target;
    const facts = unseenFacts({ remoteAddress, remotePort, clientCertificate: "unseen" });
    this.link = { trust, facts, timings: noTimings };
  }

  start(dispatcher: ForeignDispatcher, { origin, path }: Target): void {
    const call = this.#call;
    const { method, body } = call.outgoing;
    const options = {
      origin,
      path,
      method,
      headers: handlerFields(sentFields(call)),
      body: bodyOf(call, dispatcher, (wait, takenBytes = 0) => {
        this.#sentBytes += takenBytes;
        this.#await(wait);
      }),
    };
    call.requestSent = body.kind !== "stream";
    this.#await(call.requestSent ? "head" : "send");
    try {
      const returned = dispatcher.dispatch(options, handlerFor(this));
      Promise.resolve(returned).catch((error: unknown) => this.end(asError(error)));
    } catch (error) {
      this.end(asError(error));
    }
  }

  // What the journey and the body's reader ask for.

  resume(): void {
    this.#waiting.begin("body", this.#call);
    this.#controller?.resume();
  }

  /** What comes lies where the dispatcher put it. */
  readInto(): void {}

  /** Nor is anything said that the dispatcher has no words for. */
  prioritize(): void {}

  giveUp(_call: Call, reason: Error): void {
    this.end(reason);
  }

  withdraw(): void {
    this.end(this.#call.failure ?? new Error("nobody waits for it any more"));
  }

  end(error: Error): void {
    this.#ended = error;
    this.#call.fail(error);
    this.#finish();
    callListener(() => this.#controller?.abort(error));
  }

  // What the dispatcher tells.

  onStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#ended !== undefined) return controller.abort(this.#ended);
    const call = this.#call;
    call.connection = this;
    call.instants.connectedAt = performance.now();
    call.onSending(this);
  }

  onHead(status: unknown, fields: Fields, reason: unknown): void {
    const call = this.#call;
    if (call.isOver) return;
    if (this.#body !== undefined) return this.end(new Error("the dispatcher told a second answer"));
    if (!isStatus(status)) return this.end(new TypeError("the dispatcher told a status that is none"));
    const said = typeof reason === "string" ? reason : "";
    const head = { version: "1.1", status, reason: said, fields, ignoredLines: 0 } as const;
    if (status < 200) return call.outgoing.asker.onInformational(head);
    const now = performance.now();
    call.connection ??= this;
    call.onSent(now);
    call.instants.firstByteAt = now;
    // An interceptor may have changed the content, so that a length that was announced says nothing of it.
    this.#waiting.begin("body", call, now);
    this.#body = call.respond(this, head, undefined);
  }

  /** `false`: no more for now. */
  onData(chunk: unknown): boolean {
    if (this.#call.isOver) return true;
    if (this.#body === undefined || !ArrayBuffer.isView(chunk)) {
      const what = this.#body === undefined ? "comes before an answer" : "is not bytes";
      this.end(new TypeError(`the dispatcher told content that ${what}`));
      return true;
    }
    // As plain bytes: a Buffer's `slice` would copy nothing, and around it lies what is none of this body's.
    const { buffer, byteOffset, byteLength } = chunk;
    const hasRoom = this.#body.push(new Uint8Array(buffer, byteOffset, byteLength), 0, byteLength);
    if (!this.#call.isOver) this.#waiting.begin(hasRoom ? "body" : "reader", this.#call);
    return hasRoom;
  }

  onEnd(trailers: Fields): void {
    const call = this.#call;
    if (call.isOver || this.#body === undefined) return this.onError(new Error("it ended without an answer"));
    const { receivedBytes } = this.#body;
    call.trailers = trailers;
    const persistence = { persists: true } as const;
    call.complete(
      { bodyBytes: receivedBytes, receivedBytes, completeness: "complete", persistence },
      performance.now(),
    );
    this.#finish();
  }

  onError(error: unknown): void {
    this.#ended = asError(error);
    this.#call.fail(this.#ended);
    this.#finish();
  }

  /** What is waited for before an answer; `undefined` while it is the caller's own content. */
  #await(wait: "send" | "head" | undefined): void {
    if (this.#body !== undefined || this.#call.isOver) return;
    if (wait === undefined) this.#waiting.stop();
    else this.#waiting.begin(wait, this.#call);
  }

  #finish(): void {
    this.#waiting.clear();
    this.#settle();
  }

  #timeOut(): void {
    const { host } = this.#call.outgoing;
    const bodyBytes = this.#body?.receivedBytes ?? 0;
    this.end(
      this.#waiting.lateError({ host, sentBytes: this.#sentBytes, receivedBytes: bodyBytes, bodyBytes }),
    );
  }
}

/** RFC 9110 §15. */
function isStatus(given: unknown): given is number {
  return Number.isInteger(given) && (given as number) >= 100 && (given as number) <= 999;
}

/** What the connection of a dispatcher's writes by itself, or not at all (RFC 9112). */
const ofConnections: ReadonlySet<string> = new Set(["host", "connection", "transfer-encoding", "expect"]);

/** The fields of a call's head, which is ready to be written. */
function sentFields({ outgoing: { head } }: Call): Field[] {
  const [, ...lines] = head.split("\r\n").filter((line) => line !== "");
  const fields = lines.map((line): Field => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return fields.filter(([name]) => !ofConnections.has(name.toLowerCase()));
}

/** What is in hand as bytes, which a dispatcher can send again; the rest as it comes. */
function bodyOf(
  call: Call,
  { isMockActive }: ForeignDispatcher,
  onWait: (wait: "send" | "head" | undefined, takenBytes?: number) => void,
): Buffer | string | AsyncIterable<Uint8Array | string> | null {
  const { body } = call.outgoing;
  if (body.kind === "none") return null;
  if (body.kind === "bytes") {
    const { buffer, byteOffset, length } = body.bytes;
    const bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, length);
    // undici's mocks compare texts, and are given them by its own fetch.
    return isMockActive === true && isUtf8(bytes) ? bytes.toString() : bytes;
  }
  return {
    async *[Symbol.asyncIterator]() {
      call.bodyOpened = true;
      onWait(undefined);
      for await (const chunk of body.open()) {
        onWait("send");
        yield chunk;
        onWait(undefined, Buffer.byteLength(chunk));
      }
      call.requestSent = true;
      onWait("head");
    },
  };
}

/** A handler with both faces: that of undici 7 and later, which goes first, and that of undici 6. */
function handlerFor(relay: Relay): object {
  let resume: (() => void) | undefined;
  // The fields as they came are not there of HTTP/2, nor of a mock.
  const pairsOf = (raw: unknown, fields: HandlerFields | null | undefined): Fields =>
    Array.isArray(raw) && raw.length > 0 ? fieldsOfRaw(raw as Raw) : fieldsOf(Object.entries(fields ?? {}));
  return {
    onRequestStart: (controller: Controller) => relay.onStart(controller),
    onResponseStart(controller: Controller | null, status: unknown, fields: HandlerFields, reason?: unknown) {
      relay.onHead(status, pairsOf(controller?.rawHeaders, fields), reason);
    },
    onResponseData(controller: Controller | null, chunk: unknown) {
      if (!relay.onData(chunk)) controller?.pause();
    },
    onResponseEnd(controller: Controller | null, trailers: HandlerFields) {
      relay.onEnd(pairsOf(controller?.rawTrailers, trailers));
    },
    onResponseError: (_controller: unknown, error: unknown) => relay.onError(error),
    onConnect(abort: (reason: Error) => void) {
      relay.onStart({ abort, pause: () => {}, resume: () => resume?.() });
    },
    onHeaders(status: unknown, raw: Raw, goOn: () => void, reason?: unknown) {
      resume = goOn;
      relay.onHead(status, fieldsOfRaw(raw), reason);
      return true;
    },
    onData: (chunk: unknown) => relay.onData(chunk),
    onComplete: (trailers: Raw | null) => relay.onEnd(trailers === null ? noFields : fieldsOfRaw(trailers)),
    onError: (error: unknown) => relay.onError(error),
  };
}

function fieldsOfRaw(raw: Raw): Fields {
  const pairs: [unknown, unknown][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at], raw[at + 1]]);
  return fieldsOf(pairs);
}

/** What HTTP/2 has in front of its fields (RFC 9113 §8.3) is not one of them. */
function fieldsOf(pairs: readonly (readonly [unknown, unknown])[]): Fields {
  const fields = pairs.flatMap(([name, value]): Field[] =>
    (Array.isArray(value) ? value : [value]).map((one: unknown): Field => [textOf(name), textOf(one)]),
  );
  return fieldsFrom(fields.filter(([name]) => !name.startsWith(":")));
}

/** One character an octet. */
function textOf(given: unknown): string {
  return given instanceof Uint8Array ? Buffer.from(given).toString("latin1") : String(given);
}
