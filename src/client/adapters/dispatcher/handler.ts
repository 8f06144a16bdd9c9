/**
 * What undici calls a handler: who is told of one request. There are two generations of them, and a program may bring either:
 * up to undici 6 `onConnect`, `onHeaders`, ..., which say by their result whether they want more; from undici 7 on
 * `onRequestStart`, `onResponseStart`, ..., which are given a controller. Told here is the second; the first is put behind it.
 */
import type { Duplex } from "node:stream";

/** Repeated fields are a list. Names are in lower case. */
export type HandlerFields = Readonly<Record<string, string | readonly string[]>>;

/** How whoever is told of a request steers it. */
export interface Controller {
  readonly aborted: boolean;
  readonly reason: unknown;
  readonly paused: boolean;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly Buffer[] | null;
  readonly rawTrailers: readonly Buffer[] | null;
  pause(): void;
  resume(): void;
  abort(reason?: unknown): void;
}

/** A handler of undici 7 and later. */
export interface Handler {
  onRequestStart?(controller: Controller, context: object): void;
  onRequestUpgrade?(controller: Controller, status: number, headers: HandlerFields, socket: Duplex): void;
  onResponseStarted?(): void;
  onResponseStart?(controller: Controller, status: number, headers: HandlerFields, reason: string): void;
  onResponseData?(controller: Controller, chunk: Buffer): void;
  onResponseEnd?(controller: Controller, trailers: HandlerFields): void;
  onResponseError?(controller: Controller, error: Error): void;
}

export type Raw = readonly (Buffer | readonly Buffer[])[];

/** A handler of undici 6 and earlier. */
export interface EarlierHandler {
  onConnect?(abort: (reason?: unknown) => void, context: object): void;
  onUpgrade?(status: number, headers: Raw, socket: Duplex): void;
  onResponseStarted?(): void;
  onHeaders?(status: number, headers: Raw, resume: () => void, reason: string): boolean | void;
  onData?(chunk: Buffer): boolean | void;
  onComplete?(trailers: Raw): void;
  onError?(error: Error): void;
}

/** The handler as one of undici 7. @throws TypeError for what is neither */
export function asHandler(given: unknown): Handler {
  const handler = (typeof given === "object" && given !== null ? given : {}) as Handler & EarlierHandler;
  if (typeof handler.onRequestStart === "function" || typeof handler.onResponseError === "function")
    return handler;
  if (typeof handler.onError === "function") return new Behind(handler);
  throw new TypeError("A handler has to be an object with onResponseError, or with onError.");
}

/** One of undici 6 behind the face of undici 7. It has both: an interceptor may know the first alone. */
class Behind implements Handler, EarlierHandler {
  readonly #handler: EarlierHandler;

  constructor(handler: EarlierHandler) {
    this.#handler = handler;
  }

  onRequestStart(controller: Controller, context: object): void {
    this.#handler.onConnect?.((reason) => controller.abort(reason), context);
  }

  onRequestUpgrade(controller: Controller, status: number, headers: HandlerFields, socket: Duplex): void {
    this.#handler.onUpgrade?.(status, controller.rawHeaders ?? rawOf(headers), socket);
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.();
  }

  onResponseStart(controller: Controller, status: number, headers: HandlerFields, reason: string): void {
    const raw = controller.rawHeaders ?? rawOf(headers);
    const goesOn = this.#handler.onHeaders?.(status, raw, () => controller.resume(), reason);
    if (goesOn === false) controller.pause();
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#handler.onData?.(chunk) === false) controller.pause();
  }

  onResponseEnd(controller: Controller, trailers: HandlerFields): void {
    this.#handler.onComplete?.(controller.rawTrailers ?? rawOf(trailers));
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#handler.onError?.(error);
  }

  onConnect(abort: (reason?: unknown) => void, context: object): void {
    this.#handler.onConnect?.(abort, context);
  }

  onUpgrade(status: number, headers: Raw, socket: Duplex): void {
    this.#handler.onUpgrade?.(status, headers, socket);
  }

  onHeaders(status: number, headers: Raw, resume: () => void, reason: string): boolean | void {
    return this.#handler.onHeaders?.(status, headers, resume, reason);
  }

  onData(chunk: Buffer): boolean | void {
    return this.#handler.onData?.(chunk);
  }

  onComplete(trailers: Raw): void {
    this.#handler.onComplete?.(trailers);
  }

  onError(error: Error): void {
    this.#handler.onError?.(error);
  }
}

/** Fields by name. */
export function handlerFields(fields: Iterable<readonly [string, string]>): HandlerFields {
  const byName: Record<string, string | string[]> = {};
  for (const [given, value] of fields) {
    const name = given.toLowerCase();
    const known = Object.hasOwn(byName, name) ? byName[name] : undefined;
    const next = known === undefined ? value : typeof known === "string" ? [known, value] : [...known, value];
    // A field may be called __proto__.
    Object.defineProperty(byName, name, {
      value: next,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return byName;
}

/** Names and values in turn. */
export function rawFields(fields: Iterable<readonly [string, string]>): readonly Buffer[] {
  return Array.from(fields, (pair) => pair.map((text) => Buffer.from(text, "latin1"))).flat();
}

function rawOf(fields: HandlerFields): readonly Buffer[] {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).map((one) => [name, one] as const),
  );
  return rawFields(pairs);
}
