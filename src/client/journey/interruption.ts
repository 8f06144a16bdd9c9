/** What ends a journey from outside, whatever it waits for: the caller's signal, its total deadline, a jar's deadline. */
import { setTimeout as delay } from "node:timers/promises";
import { bare } from "../../core/index.ts";

export class Interruption {
  #error: Error | undefined;
  #leave: ((error: Error) => void) | undefined;

  /** The error it ended with, once it has. */
  get error(): Error | undefined {
    return this.#error;
  }

  end(error: Error): void {
    this.#error = error;
    this.#leave?.(error);
  }

  /** The answer to something that may never come: it is waited for no longer than the journey lasts. */
  until<T>(answer: Promise<T>): Promise<T> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return new Promise<T>((resolve, reject) => {
      this.#leave = reject;
      answer.then(resolve, reject);
    });
  }

  /** Waits, in milliseconds. */
  async pause(delayMs: number): Promise<void> {
    const over = new AbortController();
    await this.until(delay(delayMs, undefined, bare({ signal: over.signal }))).finally(() => over.abort());
  }
}
