/** Which retries a caller can ask for: when, how often, and after which pause. */
import { listOf, needed, pauseMs, record, wholeNumber, type Check, type Checks } from "../../core/index.ts";
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

const attempts = wholeNumber(0, clientLimits.retries.value);

const retryChecks: Checks<RetryOptions> = {
  attempts: needed(attempts),
  statuses: listOf(wholeNumber(100, 999)),
  delayMs: pauseMs,
  maxDelayMs: pauseMs,
};

/** What got, ky, undici and axios-retry call the same. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ["limit", "attempts"],
  ["retries", "attempts"],
  ["maxRetries", "attempts"],
  ["statusCodes", "statuses"],
  ["minTimeout", "delayMs"],
  ["backoff", "delayMs"],
  ["maxTimeout", "maxDelayMs"],
  ["backoffLimit", "maxDelayMs"],
  ["maxRetryAfter", "maxDelayMs"],
]);

const retryRecord = record(retryChecks, elsewhere);

/** A number stands for that many further attempts. */
export const retryCheck: Check<RetryOptions | number> = (value, option) =>
  typeof value === "number" ? attempts(value, option) : retryRecord(value, option);

export function retryPolicy(retry: RetryOptions | number | undefined): RetryOptions | undefined {
  return typeof retry === "number" ? { attempts: retry } : retry;
}
