/** What goes on beside a client's pools: a socket that is opened, questions, a request's own waits. It ends with the client. */
import { HttpsError, onAbort } from "../../core/index.ts";

export class UnderWay {
  readonly #ends = new Set<() => void>();

  /** What `work` gives, unless the client ends before; the caller's signal ends it too. */
  async run<T>(
    { host, signal }: { readonly host: string; readonly signal: AbortSignal | undefined },
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    let closed: HttpsError | undefined;
    const abort = (): void => stop.abort(signal?.reason);
    const end = (): void => {
      closed = new HttpsError("client-closed", { host });
      stop.abort();
    };
    if (signal?.aborted === true) abort();
    const stopListening = signal && onAbort(signal, abort);
    this.#ends.add(end);
    try {
      return await work(stop.signal);
    } catch (error) {
      throw closed ?? error;
    } finally {
      stopListening?.();
      this.#ends.delete(end);
    }
  }

  /** A wait that can be ended: so is it, by `end`, when the client ends. */
  hold<T>(wait: Promise<T>, end: () => void): Promise<T> {
    this.#ends.add(end);
    return wait.finally(() => this.#ends.delete(end));
  }

  endAll(): void {
    for (const end of this.#ends) end();
  }
}
