/** Which retries a caller can ask for: when, how often, and after which pause. */
import { listOf, needed, pauseMs, wholeNumber, type Checks } from "../../core/index.ts";
import { clientLimits } from "../limits.ts";

export interface RetryOptions {
  /** Further attempts after the first; at most 10. */
  readonly attempts: number;
  /** Statuses worth another attempt. Default 408, 429, 500, 502, 503, 504. */
  readonly statuses?: readonly number[];
  /** The first pause, in milliseconds; doubled each time. Default 500. */
  readonly delayMs?: number;
  /** The longest pause, and the longest Retry-After that is honoured. Default one minute. */
  readonly maxDelayMs?: number;
}

export const retryChecks: Checks<RetryOptions> = {
  attempts: needed(wholeNumber(0, clientLimits.retries.value)),
  statuses: listOf(wholeNumber(100, 999)),
  delayMs: pauseMs,
  maxDelayMs: pauseMs,
};
