/**
 * undici's `dispatcher.request(options)` over a dispatcher: one answer with its body as a stream of Node's. Libraries that are given
 * a dispatcher call it, and some take only what has it for one, and make another that verifies nobody (`@fastify/reply-from`).
 */
import { Readable } from "node:stream";
import { arrayBuffer, blob, text } from "node:stream/consumers";
import { asError, bare, ownValues } from "../../../core/index.ts";
import type { DispatchOptions } from "./asked.ts";
import { abortError } from "./exchange.ts";
import type { Controller, Handler, HandlerFields } from "./handler.ts";

/** What comes of `request`. Names are undici's. */
export interface RequestResult {
  readonly statusCode: number;
  readonly statusText: string;
  /** With `responseHeaders: "raw"` names and values in turn. */
  readonly headers: HandlerFields | readonly string[];
  /** Filled when the body has ended. */
  readonly trailers: Record<string, string | readonly string[]>;
  readonly opaque: unknown;
  readonly context: object;
  readonly body: RequestBody;
}

export type RequestDone = (error: Error | null, result: RequestResult | { readonly opaque: unknown }) => void;

const names = ["opaque", "signal", "responseHeaders", "onInfo", "highWaterMark"] as const;

/** Asks by `dispatch`. Without `done`, gives a promise. */
export function requestOver(
  dispatch: (options: DispatchOptions, handler: Handler) => unknown,
  options: DispatchOptions,
  done?: RequestDone,
): Promise<RequestResult> | undefined {
  if (done !== undefined) {
    const { opaque } = ownValues(options, names);
    requestOver(dispatch, options)?.then(
      (result) => process.nextTick(done, null, result),
      // Thrown from a promise, what a callback throws would be nobody's.
      (error: Error) => process.nextTick(done, error, { opaque }),
    );
    return undefined;
  }
  return new Promise((resolve, reject) => {
    const asked = new OneRequest(ownValues(options, names), { resolve, reject });
    if (asked.isUnderWay) dispatch(options, asked);
  });
}

interface Ends {
  readonly resolve: (result: RequestResult) => void;
  readonly reject: (error: unknown) => void;
}
type Said = Readonly<Record<(typeof names)[number], unknown>>;

class OneRequest implements Handler {
  readonly #said: Said;
  readonly #ends: Ends;
  readonly #stopListening: () => void;
  readonly #trailers: Record<string, string | readonly string[]> = {};
  #controller: Controller | undefined;
  #body: RequestBody | undefined;
  #context: object = {};
  isUnderWay = true;

  constructor(said: Said, ends: Ends) {
    this.#said = said;
    this.#ends = ends;
    this.#stopListening = listenTo(said.signal, (reason) => {
      this.isUnderWay = false;
      if (this.#body !== undefined) this.#body.on("error", () => {}).destroy(asError(reason));
      else if (this.#controller === undefined) ends.reject(reason);
      else this.#controller.abort(reason);
    });
  }

  onRequestStart(controller: Controller, context: object): void {
    this.#controller = controller;
    this.#context = context;
    if (!this.isUnderWay) controller.abort();
  }

  onResponseStart(controller: Controller, status: number, fields: HandlerFields, reason: string): void {
    const { opaque, responseHeaders, onInfo, highWaterMark } = this.#said;
    const raw = controller.rawHeaders ?? [];
    const headers = responseHeaders === "raw" ? raw.map((one) => one.toString("latin1")) : fields;
    if (status < 200) {
      if (typeof onInfo === "function") (onInfo as (info: object) => void)({ statusCode: status, headers });
      return;
    }
    const most = typeof highWaterMark === "number" ? highWaterMark : 65_536;
    this.#body = new RequestBody(controller, most);
    this.#ends.resolve({
      statusCode: status,
      statusText: reason,
      headers,
      trailers: this.#trailers,
      opaque,
      context: this.#context,
      body: this.#body,
    });
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#body?.push(chunk) === false) controller.pause();
  }

  onResponseEnd(_controller: Controller, trailers: HandlerFields): void {
    this.#stopListening();
    Object.assign(this.#trailers, trailers);
    this.#body?.end();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#stopListening();
    if (this.#body === undefined) this.#ends.reject(error);
    // Who reads it is told. Where nobody does, it is nobody's exception.
    else this.#body.on("error", () => {}).destroy(error);
  }
}

/** The body of an answer: a stream, or all of it in one form. It is used once. */
export class RequestBody extends Readable {
  readonly #controller: Controller;
  #hasEnded = false;

  constructor(controller: Controller, highWaterMark: number) {
    super(bare({ highWaterMark }));
    this.#controller = controller;
  }

  get bodyUsed(): boolean {
    return this.readableDidRead || this.readableFlowing === true;
  }

  /** All of it has come. */
  end(): void {
    this.#hasEnded = true;
    this.push(null);
  }

  async text(): Promise<string> {
    return text(this.#claimed());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return arrayBuffer(this.#claimed());
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.arrayBuffer());
  }

  async blob(): Promise<Blob> {
    return (await blob(this.#claimed())) as Blob;
  }

  /** Reads it to its end for nothing, as far as `limit` bytes; the rest is given up. */
  async dump({ limit = 131_072 }: { readonly limit?: number } = {}): Promise<void> {
    let left = limit;
    for await (const chunk of this) if ((left -= (chunk as Buffer).length) < 0) break;
  }

  override _read(): void {
    this.#controller.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#hasEnded) this.#controller.abort(error ?? undefined);
    done(error);
  }

  #claimed(): this {
    if (this.bodyUsed || this.destroyed) throw new TypeError("Body is unusable: it has been read already.");
    return this;
  }
}

/** A signal of the platform's, or what emits `abort`. Gives what ends the listening. */
function listenTo(signal: unknown, onAbort: (reason: unknown) => void): () => void {
  if (typeof signal !== "object" || signal === null) return () => {};
  const { aborted, reason } = signal as Partial<AbortSignal>;
  const listener = (): void => onAbort((signal as Partial<AbortSignal>).reason ?? abortError());
  if (aborted === true) {
    onAbort(reason ?? abortError());
    return () => {};
  }
  if (signal instanceof EventTarget) {
    signal.addEventListener("abort", listener, bare({ once: true }));
    return () => signal.removeEventListener("abort", listener);
  }
  const emitter = signal as Partial<NodeJS.EventEmitter>;
  emitter.on?.("abort", listener);
  return () => void emitter.removeListener?.("abort", listener);
}
