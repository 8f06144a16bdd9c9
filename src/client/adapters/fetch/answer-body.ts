/**
 * The body of an answer on its way to whoever reads the platform's Response: as a whole where it is asked for so, as a
 * stream of bytes elsewhere. The fetch's signal ends it until its end was read, however much of it has arrived.
 */
import { onAbort } from "../../../core/index.ts";
import { knownBytes, knownChunks, type Response } from "../../response.ts";
import { inClientsNames } from "../setting-names.ts";
import { reportTiming } from "./resource-timing.ts";

/** The fetch that was answered. */
export interface Asker {
  readonly url: string;
  readonly signal: AbortSignal | undefined;
  /** The platform ends a Request's signal only for as long as the Request is there. */
  readonly request: object | undefined;
}

/** Takes the listeners away of bodies that nobody has any more. */
const forgotten = new FinalizationRegistry<() => void>((stop) => stop());

/** Gives up what is left of a body whose stream was begun, and that nobody has any more: it would hold its connection. */
const abandoned = new FinalizationRegistry<Response>((response) => response.cancel());

export class AnswerBody {
  readonly #response: Response;
  readonly #asker: Asker;
  #controller: ReadableByteStreamController | undefined;
  #stop: (() => void) | undefined;
  #readBytes = 0;
  #isOver = false;

  constructor(response: Response, asker: Asker) {
    this.#response = response;
    this.#asker = asker;
  }

  /** The whole body. @throws the signal's reason, or a TypeError caused by an HttpsError */
  async bytes(): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      bytes = await knownBytes(this.#response);
    } catch (error) {
      throw this.#failed(error);
    }
    this.#asker.signal?.throwIfAborted();
    this.#readBytes = bytes.length;
    this.#end();
    return bytes;
  }

  /** Nothing is read before it is asked for, so that a response nobody reads is given up when it is forgotten. */
  stream(): ReadableStream<Uint8Array> {
    const { signal } = this.#asker;
    let chunks: AsyncIterator<Uint8Array> | undefined;
    const stream = new ReadableStream({
      type: "bytes",
      start: (controller: ReadableByteStreamController): void => {
        this.#controller = controller;
      },
      pull: async (controller: ReadableByteStreamController): Promise<void> => {
        // Fetch, "handle content codings": the bytes as they are, where a coding is not supported.
        chunks ??= knownChunks(this.#response)[Symbol.asyncIterator]();
        await this.#pull(controller, chunks);
      },
      cancel: (): void => {
        this.#response.cancel();
        this.#end();
      },
    } as const);
    abandoned.register(this, this.#response, this);
    if (signal?.aborted === true) this.#abort(signal);
    else if (signal !== undefined) this.#watch(signal);
    return stream;
  }

  /** Nobody will read it. */
  giveUp(): void {
    this.#response.cancel();
    this.#end();
  }

  async #pull(controller: ReadableByteStreamController, chunks: AsyncIterator<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await nextFilled(chunks);
      if (this.#isOver) return;
      if (done !== true) {
        this.#readBytes += value.length;
        return controller.enqueue(value as Uint8Array<ArrayBuffer>);
      }
      controller.close();
      controller.byobRequest?.respond(0);
      this.#end();
    } catch (error) {
      if (this.#isOver) return;
      throw this.#failed(error);
    }
  }

  #watch(signal: AbortSignal): void {
    const body = new WeakRef(this);
    this.#stop = onAbort(signal, () => {
      const held = body.deref();
      if (held !== undefined) held.#abort(signal);
    });
    forgotten.register(this, this.#stop, this);
  }

  #abort({ reason }: AbortSignal): void {
    if (this.#isOver) return;
    this.#controller?.error(reason);
    this.giveUp();
  }

  #failed(error: unknown): unknown {
    const { signal } = this.#asker;
    this.#end();
    return signal?.aborted === true
      ? signal.reason
      : new TypeError("terminated", { cause: inClientsNames(error) });
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    abandoned.unregister(this);
    if (this.#stop !== undefined) {
      this.#stop();
      forgotten.unregister(this);
    }
    if (this.#asker.signal?.aborted !== true) reportTiming(this.#response, this.#asker.url, this.#readBytes);
  }
}

/** A byte stream takes no empty chunk. */
async function nextFilled(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  for (;;) {
    const next = await chunks.next();
    if (next.done === true || next.value.length > 0) return next;
  }
}
