/**
 * What stands where undici looks from undici 8 on, once a client is taken away again and nothing stood there before: the
 * dispatcher of Node's own undici 6 (Node 20 and 22), behind the face of those that came after it. An undici that was loaded
 * meanwhile found the client's, made none of its own, and would have nothing left.
 */
import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import type { DispatchOptions } from "./asked.ts";
import { composed, type Interceptor } from "./compose.ts";
import {
  asHandler,
  handlerFields,
  type Controller,
  type EarlierHandler,
  type Handler,
  type Raw,
} from "./handler.ts";

/** A dispatcher of undici 6. */
interface Earlier {
  dispatch(options: DispatchOptions, handler: EarlierHandler): boolean;
  close(): Promise<void>;
  destroy(error?: unknown): Promise<void>;
}

/** Whether it can stand behind this face. */
export function isDispatcher(given: unknown): given is Earlier {
  return typeof given === "object" && given !== null && typeof Reflect.get(given, "dispatch") === "function";
}

/** A dispatcher of undici 6 for handlers of every generation. */
export class EarlierDispatcher extends EventEmitter {
  readonly #earlier: Earlier;

  constructor(earlier: Earlier) {
    super();
    this.#earlier = earlier;
  }

  dispatch(options: DispatchOptions, handler: Handler | EarlierHandler): boolean {
    return this.#earlier.dispatch(options, new Before(asHandler(handler)));
  }

  async close(callback?: () => void): Promise<void> {
    await this.#earlier.close();
    callback?.();
  }

  async destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> {
    await this.#earlier.destroy(typeof error === "function" ? null : error);
    (typeof error === "function" ? error : callback)?.();
  }

  compose(...given: readonly (Interceptor | null | undefined | readonly Interceptor[])[]): object {
    const dispatch = composed((options, handler) => this.dispatch(options, handler), given);
    return Object.create(this, { dispatch: { value: dispatch } }) as object;
  }
}

/** A handler of undici 7 behind the face of undici 6, which is its request's controller. */
class Before implements EarlierHandler, Controller {
  readonly #handler: Handler;
  #abort: (reason?: unknown) => void = () => {};
  #resume: () => void = () => {};
  aborted = false;
  reason: unknown = null;
  paused = false;
  rawHeaders: readonly Buffer[] | null = null;
  rawTrailers: readonly Buffer[] | null = null;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.#resume();
  }

  abort(reason?: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#abort(reason);
  }

  onConnect(abort: (reason?: unknown) => void, context: object): void {
    this.#abort = abort;
    this.#handler.onRequestStart?.(this, context);
  }

  onUpgrade(status: number, raw: Raw, socket: Duplex): void {
    this.rawHeaders = flat(raw);
    this.#handler.onRequestUpgrade?.(this, status, fieldsOf(raw), socket);
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.();
  }

  onHeaders(status: number, raw: Raw, resume: () => void, reason: string): boolean {
    this.#resume = resume;
    this.rawHeaders = flat(raw);
    this.#handler.onResponseStart?.(this, status, fieldsOf(raw), reason);
    return !this.paused;
  }

  onData(chunk: Buffer): boolean {
    this.#handler.onResponseData?.(this, chunk);
    return !this.paused;
  }

  onComplete(raw: Raw): void {
    this.rawTrailers = flat(raw);
    this.#handler.onResponseEnd?.(this, fieldsOf(raw));
  }

  onError(error: Error): void {
    this.#handler.onResponseError?.(this, error);
  }
}

/** Names and values in turn; several values of one name may be a list. */
function flat(raw: Raw): readonly Buffer[] {
  return pairsOf(raw).flatMap((pair) => pair.map((text) => Buffer.from(text, "latin1")));
}

function fieldsOf(raw: Raw): ReturnType<typeof handlerFields> {
  return handlerFields(pairsOf(raw));
}

function pairsOf(raw: Raw): readonly (readonly [string, string])[] {
  return raw.flatMap((name, at) =>
    at % 2 === 1 ? [] : [raw[at + 1] ?? []].flat().map((value) => [latin1(name), latin1(value)] as const),
  );
}

const latin1 = (bytes: unknown): string => (bytes as Buffer).toString("latin1");
