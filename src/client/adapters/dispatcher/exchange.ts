/**
 * One request of a dispatcher's, from its dispatch to the one outcome that its handler is told. The handler pauses it and
 * lets it go on, or ends it, by the controller that this is.
 */
import type { Duplex } from "node:stream";
import { asError } from "../../../core/index.ts";
import type { ResponseHead } from "../../../http1/index.ts";
import { inNodesNames } from "../node-names.ts";
import { inClientsNames } from "../setting-names.ts";
import type { Response } from "../../response.ts";
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
      this.#handler.onRequestStart?.(this, {});
      signal.throwIfAborted();
      const onInformational = ({ status, fields, reason }: ResponseHead): void =>
        this.#tellHead(status, fields, reason);
      const answer = await ask({ signal, onInformational });
      if ("socket" in answer) return this.#tellSwitched(answer);
      await this.#tellAnswer(answer);
    } catch (error) {
      this.#handler.onResponseError?.(this, this.#errorOf(error));
    }
  }

  async #tellAnswer(response: Response): Promise<void> {
    const { status, headers, reason } = response;
    try {
      this.#handler.onResponseStarted?.();
      this.#tellHead(status, headers, reason);
      await this.#flow();
      for await (const { buffer, byteOffset, length } of response) {
        this.#handler.onResponseData?.(this, Buffer.from(buffer, byteOffset, length));
        await this.#flow();
      }
    } finally {
      // A body that was not begun, or was left.
      response.cancel();
    }
    this.rawTrailers = rawFields(response.trailers);
    this.#handler.onResponseEnd?.(this, handlerFields(response.trailers));
  }

  #tellHead(status: number, fields: Iterable<readonly [string, string]>, reason: string): void {
    this.rawHeaders = rawFields(fields);
    this.#handler.onResponseStart?.(this, status, handlerFields(fields), reason);
  }

  #tellSwitched({ status, fields, socket }: Switched): void {
    this.rawHeaders = rawFields(fields);
    try {
      this.#handler.onRequestUpgrade?.(this, status, handlerFields(fields), socket);
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

/** What undici gives whoever gave no reason. */
function abortError(): Error {
  return Object.assign(new Error("Request aborted"), { name: "AbortError", code: "UND_ERR_ABORTED" });
}
