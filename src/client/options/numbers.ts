/** The options that are numbers, and what each takes. */
import { instant, pauseMs, ratio, wholeNumber, wholeOrInfinity, type NumberCheck } from "../../core/index.ts";
import type { SharedOptions } from "./options.ts";

const checks = {
  at: instant,
  redirects: wholeNumber(0),
  maxDecodedBytes: wholeOrInfinity(0),
  maxDecodedRatio: ratio,
  maxBodyBytes: wholeOrInfinity(0),
} as const satisfies Partial<Record<keyof SharedOptions, NumberCheck>>;

/** @throws HttpsError `option-invalid` */
export function checkNumbers(options: SharedOptions): void {
  for (const name of Object.keys(checks) as (keyof typeof checks)[]) {
    const value: unknown = options[name];
    if (value !== undefined) checks[name](value, name);
  }
  const { expectContinue } = options;
  if (expectContinue !== undefined && typeof expectContinue !== "boolean")
    pauseMs(expectContinue, "expectContinue");
}
