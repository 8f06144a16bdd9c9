/**
 * A client in the shape of undici's Dispatcher, for programs that give one to `fetch`, to undici's own functions, or to
 * `setGlobalDispatcher`. Its requests are the client's. undici itself is not used.
 */
import { EventEmitter } from "node:events";
import { HttpsError } from "../../../core/index.ts";
import { runtimeHere } from "../../../runtime/index.ts";
import { findRefusal, requireClient, type Door } from "../refusal.ts";
import type { Client } from "../../client.ts";
import { readAsked, type DispatchOptions } from "./asked.ts";
import { composed, type Dispatch, type Interceptor } from "./compose.ts";
import { Exchange } from "./exchange.ts";
import { asHandler, type EarlierHandler, type Handler } from "./handler.ts";
import { dispatchRows } from "./options.ts";
import { requestOver, type RequestDone, type RequestResult } from "./request.ts";
import { switchProtocol } from "./switching.ts";

const door: Door = (option) => `new MeerkatDispatcher(new Client({ ${option} }))`;

/**
 * A dispatcher for undici, and for whatever takes one, whose requests are the client's. Handlers of undici 6 and of undici 7
 * are told. An error has the sentence, the `code` that Node has for it, and the `HttpsError` as its `cause`.
 * docs/adapters.md has every option of a request. On Bun, whose undici asks no dispatcher, making one is refused.
 *
 * @example
 * setGlobalDispatcher(new MeerkatDispatcher(client));
 */
export class MeerkatDispatcher extends EventEmitter {
  readonly #client: Client;
  readonly #underWay = new Map<Exchange, Promise<void>>();
  #closed = false;
  #destroyed = false;

  /** @throws HttpsError `runtime-unfit` on Bun */
  constructor(client: Client) {
    super();
    const made: unknown = new.target;
    if (made !== Composed && made !== Found) checkAsking();
    this.#client = requireClient(client);
  }

  /** Whether it takes no more requests. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether it ended what was under way. */
  get destroyed(): boolean {
    return this.#destroyed;
  }

  /**
   * Sends a request; the handler is told what comes of it, exactly once. `true`: more can be sent, the client has a queue.
   * @throws TypeError for what is not a handler
   */
  dispatch(options: DispatchOptions, handler: Handler | EarlierHandler): boolean {
    const exchange = new Exchange(asHandler(handler));
    const ended = exchange.run(async ({ signal, onInformational }) => {
      const refusal = findRefusal(options, dispatchRows, door);
      if (refusal !== undefined) throw refusal;
      const asked = readAsked(options);
      if (this.#closed) throw new HttpsError("client-closed", { host: new URL(asked.url).hostname });
      return asked.upgrade === undefined
        ? this.#client.request(asked.url, { ...asked.options, signal, onInformational })
        : switchProtocol(this.#client, asked, signal);
    });
    this.#underWay.set(exchange, ended);
    void ended.finally(() => this.#underWay.delete(exchange));
    return true;
  }

  /** One answer, as undici's own dispatchers give it: a promise, or what `callback` is told. */
  request(options: DispatchOptions): Promise<RequestResult>;
  request(options: DispatchOptions, callback: RequestDone): void;
  request(options: DispatchOptions, callback?: RequestDone): Promise<RequestResult> | void {
    return requestOver((asked, handler) => this.dispatch(asked, handler), options, callback);
  }

  /** Takes no more requests; ends when those under way have. The client stays open. */
  async close(callback?: () => void): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay.values());
    callback?.();
  }

  /** Ends what is under way with this error. The client stays open. */
  async destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> {
    this.#destroyed = true;
    const reason = error instanceof Error ? error : destroyedError();
    for (const exchange of this.#underWay.keys()) exchange.abort(reason);
    await this.close(typeof error === "function" ? error : callback);
  }

  /** A dispatcher whose requests go through these first, the last one outermost. */
  compose(...given: readonly (Interceptor | null | undefined | readonly Interceptor[])[]): MeerkatDispatcher {
    const dispatch = composed((options, handler) => this.dispatch(options, handler), given);
    return new Composed(this.#client, this, dispatch);
  }
}

/** What `compose` gives: its life is that of the dispatcher below it. */
class Composed extends MeerkatDispatcher {
  readonly #below: MeerkatDispatcher;
  readonly #dispatch: Dispatch;

  constructor(client: Client, below: MeerkatDispatcher, dispatch: Dispatch) {
    super(client);
    this.#below = below;
    this.#dispatch = dispatch;
  }

  override get closed(): boolean {
    return this.#below.closed;
  }

  override get destroyed(): boolean {
    return this.#below.destroyed;
  }

  override dispatch(options: DispatchOptions, handler: Handler | EarlierHandler): boolean {
    return this.#dispatch(options, handler);
  }

  override close(callback?: () => void): Promise<void> {
    return this.#below.close(callback);
  }

  override destroy(error?: Error | null | (() => void), callback?: () => void): Promise<void> {
    return this.#below.destroy(error, callback);
  }
}

/** For where dispatchers are looked for: nobody gives it to a function that may not ask it. */
class Found extends MeerkatDispatcher {}

export function globalDispatcher(client: Client): MeerkatDispatcher {
  return new Found(client);
}

/** Whoever gives a dispatcher to undici must not get answers that went around it. @throws HttpsError `runtime-unfit` */
function checkAsking(): void {
  const { name, asksDispatchers } = runtimeHere;
  if (asksDispatchers) return;
  const reason =
    "its undici takes a dispatcher and never asks it, so that requests would go around the client.";
  const instead = "createFetch(client) and client.request() work here; or run the program on Node.";
  throw new HttpsError("runtime-unfit", { runtime: name, reason, instead });
}

/** What undici says then. */
function destroyedError(): Error {
  return Object.assign(new Error("The dispatcher is destroyed."), { code: "UND_ERR_DESTROYED" });
}
