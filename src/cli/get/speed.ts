/** `-Y`, `-y`: a transfer that is slower than so many bytes a second, for so many seconds, is ended (curl(1)). */
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import type { GetFlags } from "./flags/table.ts";

const usualSeconds = 30; // curl(1), --speed-limit.

/** Looks once a second; `signal` ends the request. */
export class SpeedWatch implements Disposable {
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #received = 0;
  #slowSeconds = 0;
  #slow = false;

  constructor({ speedLimit = 1, speedTime = usualSeconds }: Pick<GetFlags, "speedLimit" | "speedTime">) {
    this.#timer = setInterval(() => {
      this.#slowSeconds = this.#received < speedLimit ? this.#slowSeconds + 1 : 0;
      this.#received = 0;
      if (this.#slowSeconds < speedTime) return;
      this.#slow = true;
      this.#stop.abort();
    }, 1000);
    this.#failure = new CommandError(
      `The transfer was slower than ${speedLimit} bytes a second for ${speedTime} s.`,
      { hint: "-Y and -y say how slow it may be, and for how long.", exitCode: exitCode.tooSlow },
    );
  }

  readonly #failure: CommandError;

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** What the request is to fail with, where it was ended by this. */
  get failure(): CommandError | undefined {
    return this.#slow ? this.#failure : undefined;
  }

  count(bytes: number): void {
    this.#received += bytes;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
