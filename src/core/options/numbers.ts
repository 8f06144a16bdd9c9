/**
 * The checks of options that are numbers. A number that is none compares as less and as greater with nothing, so that
 * a limit of NaN, or of an object, would be no limit at all. `Infinity` is taken where "no limit" means something.
 */
import { HttpsError } from "../error.ts";
import { nameKind, type Check } from "./read-options.ts";

/** The check of a number. */
export type NumberCheck = Check<number>;

/** The longest delay that a timer takes (it would fire at once after a longer one): 2^31 - 1 ms, 24 days. */
export const longestTimerMs = 2_147_483_647;

interface Rule {
  readonly isValid: (value: number) => boolean;
  /** What the option takes, for messages. */
  readonly expected: string;
}

function numberThat({ isValid, expected }: Rule): NumberCheck {
  return (value, option) => {
    if (typeof value === "number" && isValid(value)) return value;
    throw new HttpsError("option-invalid", { option, value: describe(value), expected });
  };
}

/** What was given. Only a number is shown: anything else may be a secret in the wrong place. */
function describe(value: unknown): string {
  return typeof value === "number" ? String(value) : nameKind(value);
}

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): NumberCheck {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `, ${least} or more` : ` from ${least} to ${most}`;
  return numberThat({
    isValid: (value) => Number.isSafeInteger(value) && value >= least && value <= most,
    expected: `a whole number${bounds}`,
  });
}

/** A whole number of that many or more, or `Infinity` for no limit. */
export function wholeOrInfinity(least: number): NumberCheck {
  return numberThat({
    isValid: (value) => value === Infinity || (Number.isSafeInteger(value) && value >= least),
    expected: `a whole number, ${least} or more, or Infinity`,
  });
}

/** How many times as much: above 0, or `Infinity` for no limit. */
export const ratio: NumberCheck = numberThat({
  isValid: (value) => value > 0,
  expected: "a number above 0, or Infinity",
});

/** A deadline: milliseconds above 0 that a timer can wait, or `Infinity` for none. */
export const deadlineMs: NumberCheck = numberThat({
  isValid: (value) => value === Infinity || (value > 0 && value <= longestTimerMs),
  expected: `milliseconds above 0, up to ${longestTimerMs} (24 days), or Infinity`,
});

/** A pause: milliseconds that a timer can wait; 0 for none. */
export const pauseMs: NumberCheck = numberThat({
  isValid: (value) => value >= 0 && value <= longestTimerMs,
  expected: `milliseconds from 0 to ${longestTimerMs} (24 days)`,
});

/** An age: milliseconds, 0 or more, or `Infinity`. */
export const ageMs: NumberCheck = numberThat({
  isValid: (value) => value >= 0,
  expected: "milliseconds, 0 or more, or Infinity",
});

/** A moment: epoch milliseconds of a date that there is (ECMA-262 §21.4.1.1). */
export const instant: NumberCheck = numberThat({
  isValid: (value) => Math.abs(value) <= 8.64e15,
  expected: "a moment in epoch milliseconds",
});
