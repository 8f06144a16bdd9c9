/** When a request is made again, and after which pause: curl(1), --retry and its like. */
import type { Response } from "../../client/index.ts";
import { parseRetryAfter } from "../../http1/index.ts";
import { HttpsError, type Code } from "../../core/index.ts";
import { exitCodeOf } from "../frame/failure.ts";
import { exitCode } from "../frame/exit-codes.ts";
import type { GetFlags } from "./flags/table.ts";

/** curl(1), --retry: statuses that may pass. */
const passing: readonly number[] = [408, 429, 500, 502, 503, 504];
/** Exit codes of a name that did not resolve, and of a deadline. */
const waiting: readonly number[] = [5, 6, exitCode.tooSlow];
const refused: readonly Code[] = ["connection-refused"];

const firstPauseMs = 1000;
const longestPauseMs = 600_000;

export interface Ending {
  readonly response: Response | undefined;
  readonly failure: Error | undefined;
  readonly code: number;
}

/** The tries that are left of one URL, and how long the next pause is. */
export class Tries {
  readonly #flags: GetFlags;
  readonly #startedAt = performance.now();
  #left: number;
  #pauseMs: number;

  constructor(flags: GetFlags) {
    this.#flags = flags;
    this.#left = flags.retry ?? 0;
    this.#pauseMs = (flags.retryDelay ?? 0) * 1000 || firstPauseMs;
  }

  /** Whether there is to be another, so that what came need not be shown. */
  isToFollow(ending: Ending): boolean {
    return this.#left > 0 && this.#isWorth(ending);
  }

  /** The pause before the next try, in milliseconds; `undefined` where there is none. */
  next(ending: Ending): number | undefined {
    const { retryMaxTime, retryDelay = 0 } = this.#flags;
    if (this.#left === 0 || !this.#isWorth(ending)) return undefined;
    const spentMs = performance.now() - this.#startedAt;
    const mostMs = (retryMaxTime ?? 0) * 1000 || Infinity;
    if (spentMs >= mostMs) return undefined;
    const askedMs = retryAfterOf(ending.response) ?? 0;
    const pauseMs = Math.max(this.#pauseMs, askedMs);
    // What the server asks for is waited for, or it is not asked again.
    if (askedMs > 0 && spentMs + pauseMs > mostMs) return undefined;
    this.#left--;
    if (retryDelay === 0) this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
    return pauseMs;
  }

  #isWorth({ response, failure, code }: Ending): boolean {
    const { retryConnrefused, retryAllErrors } = this.#flags;
    if (failure !== undefined && code !== exitCode.statusRefused) {
      if (code === exitCode.interrupted || code === exitCode.usage) return false;
      if (retryAllErrors === true || waiting.includes(exitCodeOf(failure))) return true;
      return retryConnrefused === true && failure instanceof HttpsError && refused.includes(failure.code);
    }
    if (response !== undefined && passing.includes(response.status)) return true;
    return retryAllErrors === true && code !== exitCode.ok;
  }
}

function retryAfterOf(response: Response | undefined): number | undefined {
  const field = response?.headers.get("retry-after") ?? undefined;
  return field === undefined ? undefined : parseRetryAfter(field, Date.now());
}
