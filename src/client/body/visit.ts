/**
 * A body read in place: a function of the caller's is given each chunk where it lies, and the buffer is used again when it
 * is done. The next bytes wait for a promise that it returns; what it throws ends the reading.
 */

/** Takes a chunk; what it returns is looked at for a promise alone. */
export type VisitChunk = (chunk: Uint8Array) => unknown;

/** How a visit ends where the body does not fail: at the body's end, or with what the caller's function threw. */
export type Visited = { readonly threw: false } | { readonly threw: true; readonly thrown: unknown };

/** Told by a visit how it goes on. */
export interface VisitedBody {
  /** The function is done with the chunk whose promise was waited for. */
  onSettled(): void;
  /** The function threw: nobody reads the rest. */
  onThrown(): void;
}

export class Visit {
  readonly outcome: Promise<Visited>;
  /** Whether a promise is waited for: its chunk has to stay as it is. */
  isBusy = false;
  readonly #visit: VisitChunk;
  readonly #body: VisitedBody;
  #resolve!: (visited: Visited) => void;
  #reject!: (error: Error) => void;

  constructor(visit: VisitChunk, body: VisitedBody) {
    this.#visit = visit;
    this.#body = body;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Gives a chunk. `false`: no more before `onSettled`. */
  give(chunk: Uint8Array): boolean {
    try {
      const returned = this.#visit(chunk);
      if (!isThenable(returned)) return true;
      this.isBusy = true;
      Promise.resolve(returned).then(
        () => {
          this.isBusy = false;
          this.#body.onSettled();
        },
        (thrown: unknown) => this.#stop(thrown),
      );
      return false;
    } catch (thrown) {
      this.#stop(thrown);
      return true;
    }
  }

  finish(): void {
    this.#resolve({ threw: false });
  }

  /** The body failed; a promise that is waited for changes nothing more. */
  fail(error: Error): void {
    this.#reject(error);
  }

  #stop(thrown: unknown): void {
    this.#resolve({ threw: true, thrown });
    this.#body.onThrown();
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return "then" in value && typeof value.then === "function";
}
