/**
 * One request of a dispatcher's, from its dispatch to the one outcome that its handler is told. The handler pauses it and
 * lets it go on, or ends it, by the controller that this is.
 */
import type { Duplex } from "node:stream";
import { asError } from "../../../core/index.ts";
import type { ResponseHead } from "../../../http1/index.ts";
import { callListener } from "../../events.ts";
import { inNodesNames } from "../node-names.ts";
import { inClientsNames } from "../setting-names.ts";
import { wireFields, wireTrailers, type Response } from "../../response.ts";
import { handlerFields, rawFields, type Controller, type Handler } from "./handler.ts";

/** How an answer is asked for. */
export interface Asking {
  readonly signal: AbortSignal;
  readonly onInformational: (head: ResponseHead) => void;
}

/** A protocol that the server switched to. */
export interface Switched {
  readonly status: number;
  readonly fields: Iterable<readonly [string, string]>;
  readonly socket: Duplex;
}

export class Exchange implements Controller {
  readonly #handler: Handler;
  readonly #stop = new AbortController();
  #paused = false;
  /** The handler threw, and is told that as its request's end. */
  #hasThrown = false;
  #wake: (() => void) | undefined;
  rawHeaders: readonly Buffer[] | null = null;
  rawTrailers: readonly Buffer[] | null = null;

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  get aborted(): boolean {
    return this.#stop.signal.aborted;
  }

  get reason(): unknown {
    return this.aborted ? this.#stop.signal.reason : null;
  }

  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake?.();
  }

  abort(reason: unknown = abortError()): void {
    this.#stop.abort(reason);
    this.#wake?.();
  }

  /** Asks, and tells the handler what comes of it. Ends when the handler has been told the end. */
  async run(ask: (asking: Asking) => Promise<Response | Switched>): Promise<void> {
    const { signal } = this.#stop;
    try {
      this.#tell((handler) => handler.onRequestStart?.(this, {}));
      signal.throwIfAborted();
      const onInformational = (head: ResponseHead): void => this.#tellInformational(head);
      const answer = await ask({ signal, onInformational });
      if ("socket" in answer) return this.#tellSwitched(answer);
      await this.#tellAnswer(answer);
    } catch (error) {
      this.#tellError(this.#errorOf(error));
    }
  }

  /** What the handler throws ends its request; thrown from here, nobody would hear of it. */
  #tellInformational({ status, fields, reason }: ResponseHead): void {
    if (this.aborted) return;
    try {
      this.#tellHead(status, fields, reason);
    } catch (error) {
      this.abort(error);
    }
  }

  /**
   * The end, if nothing else is. What cannot be told, and what is thrown by whoever is told, is an exception of the program's:
   * no promise has it. Who had thrown already has had that told, and the process is warned.
   */
  #tellError(error: Error): void {
    const handler = this.#handler;
    if (typeof handler.onResponseError !== "function") return raise(error);
    const told = (): void => handler.onResponseError?.(this, error);
    if (this.#hasThrown) return callListener(told);
    try {
      told();
    } catch (thrown) {
      raise(thrown);
    }
  }

  /** Tells the handler something; what it throws ends its request. */
  #tell(tell: (handler: Handler) => void): void {
    try {
      tell(this.#handler);
    } catch (thrown) {
      this.#hasThrown = true;
      throw thrown;
    }
  }

  async #tellAnswer(response: Response): Promise<void> {
    const { status, reason } = response;
    try {
      this.#tell((handler) => handler.onResponseStarted?.());
      this.#tellHead(status, wireFields(response), reason);
      // In place, since that is told of an early end while the handler has paused, too.
      await response.forEachChunk((chunk) =>
        this.#paused || this.aborted
          ? this.#flow().then(() => this.#tellChunk(chunk))
          : this.#tellChunk(chunk),
      );
      await this.#flow();
    } finally {
      // A body that was not begun, or was left.
      response.cancel();
    }
    const trailers = wireTrailers(response);
    this.rawTrailers = rawFields(trailers);
    this.#tell((handler) => handler.onResponseEnd?.(this, handlerFields(trailers)));
  }

  /** A copy, which the handler may keep. */
  #tellChunk(chunk: Uint8Array): void {
    const { buffer } = chunk.slice();
    this.#tell((handler) => handler.onResponseData?.(this, Buffer.from(buffer)));
  }

  #tellHead(status: number, fields: Iterable<readonly [string, string]>, reason: string): void {
    this.rawHeaders = rawFields(fields);
    this.#tell((handler) => handler.onResponseStart?.(this, status, handlerFields(fields), reason));
  }

  #tellSwitched({ status, fields, socket }: Switched): void {
    this.rawHeaders = rawFields(fields);
    try {
      this.#tell((handler) => handler.onRequestUpgrade?.(this, status, handlerFields(fields), socket));
    } catch (error) {
      socket.destroy();
      throw error;
    }
    if (this.#handler.onRequestUpgrade === undefined) socket.destroy();
  }

  /** Waits while it is paused. @throws the reason it was aborted for */
  async #flow(): Promise<void> {
    while (this.#paused && !this.aborted) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#stop.signal.throwIfAborted();
  }

  #errorOf(error: unknown): Error {
    if (this.aborted) return asError(this.reason);
    return asError(inNodesNames(inClientsNames(error)));
  }
}

/** Throws where no promise takes it. */
function raise(thrown: unknown): void {
  process.nextTick(() => {
    throw thrown;
  });
}

/** What undici gives whoever gave no reason. */
export function abortError(): Error {
  return Object.assign(new Error("Request aborted"), { name: "AbortError", code: "UND_ERR_ABORTED" });
}
