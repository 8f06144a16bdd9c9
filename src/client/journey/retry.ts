/** Whether there is another attempt, and after which pause, where the caller asked for retries. */
import { parseRetryAfter, type Fields } from "../../http1/index.ts";
import { clientLimits } from "../limits.ts";
import type { RetryOptions } from "../options/retry-options.ts";

const worthRetrying: readonly number[] = [408, 429, 500, 502, 503, 504];
/** Failures after which another attempt may fare better: the way, not the request, was at fault. */
const passing: ReadonlySet<string> = new Set([
  "dns-failed",
  "dns-timeout",
  "connection-refused",
  "unreachable",
  "connect-failed",
  "connect-timeout",
  "handshake-closed",
  "handshake-reset",
  "tls-timeout",
  "head-timeout",
  "empty-response",
  "head-truncated",
  "proxy-unreachable",
  "proxy-timeout",
]);

/** What ends a body under way by the fault of its way. */
const breaks: ReadonlySet<string> = new Set([
  "body-truncated",
  "body-timeout",
  "http2-stream-reset",
  "http2-goaway",
  "http2-ping-unanswered",
]);

/** Whether a body that ended with this may be had whole by another request. */
export function isBroken(code: string): boolean {
  return breaks.has(code);
}

/** Whether a failure may pass by itself: the way was at fault, and not the request. */
export function isPassing(code: string): boolean {
  return passing.has(code);
}

/** The pause before the next attempt, or `undefined` when there is none; `done` attempts were made. */
export function retryDelay(
  options: RetryOptions | undefined,
  done: number,
  outcome:
    | { readonly status: number; readonly fields: Fields; readonly code: undefined }
    | { readonly code: string },
): number | undefined {
  if (options === undefined || done > options.attempts) return undefined;
  const { statuses = worthRetrying, delayMs = clientLimits.retryDelayMs.value } = options;
  const maxDelayMs = options.maxDelayMs ?? clientLimits.retryAfterMs.value;
  if (outcome.code !== undefined)
    return passing.has(outcome.code) ? backOff(delayMs, done, maxDelayMs) : undefined;
  if (!statuses.includes(outcome.status)) return undefined;
  const asked = outcome.fields.get("retry-after");
  const askedMs = asked === undefined ? undefined : parseRetryAfter(asked, Date.now());
  if (askedMs === undefined) return backOff(delayMs, done, maxDelayMs);
  // Coming back sooner than asked would be worse than not coming back.
  return askedMs > maxDelayMs ? undefined : askedMs;
}

/** Exponential, with full jitter, so that clients which failed together do not come back together. */
export function backOff(delayMs: number, done: number, maxDelayMs: number): number {
  return Math.random() * Math.min(maxDelayMs, delayMs * 2 ** (done - 1));
}
