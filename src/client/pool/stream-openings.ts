/** Sockets for a caller's own use, while they are opened: a client that is closed opens no more of them. */
import { HttpsError, onAbort } from "../../core/index.ts";

export class StreamOpenings {
  readonly #underWay = new Set<() => void>();

  /** What `open` gives, unless the client is closed before; the caller's signal ends it too. */
  async run<T>(
    { host, signal }: { readonly host: string; readonly signal: AbortSignal | undefined },
    open: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    let closed: HttpsError | undefined;
    const abort = (): void => stop.abort(signal?.reason);
    const close = (): void => {
      closed = new HttpsError("client-closed", { host });
      stop.abort();
    };
    if (signal?.aborted === true) abort();
    const stopListening = signal && onAbort(signal, abort);
    this.#underWay.add(close);
    try {
      return await open(stop.signal);
    } catch (error) {
      throw closed ?? error;
    } finally {
      stopListening?.();
      this.#underWay.delete(close);
    }
  }

  closeAll(): void {
    for (const close of this.#underWay) close();
  }
}
