/** Whether a body that breaks off is gone on with, how often, and after which pause. */
import {
  pauseMs,
  record,
  wholeNumber,
  HttpsError,
  nameKind,
  type Check,
  type Checks,
} from "../../core/index.ts";
import { clientLimits } from "../limits.ts";

/** How a body that breaks off is gone on with (RFC 9110 §13.1.5, §14). */
export interface ResumeOptions {
  /** How often the rest of one body is asked for at most, over all of it. Default 10; at most 1,000. */
  readonly attempts?: number;
  /** The pause after a rest that could not be had, in milliseconds; doubled each time. After a part of the body, there is none. Default 500. */
  readonly delayMs?: number;
  /** The longest pause, and the longest Retry-After that is honoured. Default one minute. */
  readonly maxDelayMs?: number;
}

const attempts = wholeNumber(1, clientLimits.mostResumptions.value);

const resumeRecord = record<ResumeOptions>({
  attempts,
  delayMs: pauseMs,
  maxDelayMs: pauseMs,
} satisfies Checks<ResumeOptions>);

/** A number stands for that many attempts. */
export const resumeCheck: Check<ResumeOptions | number | boolean> = (value, option) => {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return attempts(value, option);
  if (typeof value === "object" && value !== null) return resumeRecord(value, option);
  const expected = "true, false, how often, or an object with attempts, delayMs and maxDelayMs";
  throw new HttpsError("option-invalid", { option, value: nameKind(value), expected });
};

/** Whether a body is to be gone on with at all. */
export function isContinued(
  resume: ResumeOptions | number | boolean | undefined,
): resume is ResumeOptions | number | true {
  return resume !== undefined && resume !== false;
}

/** What holds of it, defaults included; `undefined` where a body is not to be gone on with. */
export function resumePolicy(
  resume: ResumeOptions | number | boolean | undefined,
): Required<ResumeOptions> | undefined {
  if (!isContinued(resume)) return undefined;
  const said = typeof resume === "number" ? { attempts: resume } : resume === true ? {} : resume;
  return {
    attempts: said.attempts ?? clientLimits.resumptions.value,
    delayMs: said.delayMs ?? clientLimits.retryDelayMs.value,
    maxDelayMs: said.maxDelayMs ?? clientLimits.retryAfterMs.value,
  };
}
