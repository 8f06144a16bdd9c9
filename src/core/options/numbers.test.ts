/** Which numbers each check takes; everything else is refused by name. */
import { describe, expect, it } from "vitest";
import {
  ageMs,
  deadlineMs,
  instant,
  longestTimerMs,
  pauseMs,
  ratio,
  wholeNumber,
  wholeOrInfinity,
  type NumberCheck,
} from "./numbers.ts";

const tooLarge = Number.MAX_SAFE_INTEGER + 1;

const table: Readonly<Record<string, readonly [NumberCheck, readonly number[], readonly number[]]>> = {
  "a whole number": [
    wholeNumber(1),
    [1, 2, Number.MAX_SAFE_INTEGER],
    [0, -1, 1.5, NaN, Infinity, -Infinity, tooLarge],
  ],
  "a whole number within bounds": [wholeNumber(0, 10), [0, -0, 10], [-1, 11, 0.5, NaN, Infinity]],
  "a whole number or no limit": [wholeOrInfinity(0), [0, 1, Infinity], [-1, 0.5, NaN, -Infinity, tooLarge]],
  "a ratio": [ratio, [0.5, 1, 1e300, Infinity], [0, -1, NaN, -Infinity]],
  "a deadline": [deadlineMs, [0.5, 1, longestTimerMs, Infinity], [0, -1, NaN, longestTimerMs + 1]],
  "a pause": [pauseMs, [0, 0.5, longestTimerMs], [-1, NaN, longestTimerMs + 1, Infinity]],
  "an age": [ageMs, [0, 0.5, 1e300, Infinity], [-1, NaN, -Infinity]],
  "a moment": [instant, [0, -1, 8.64e15], [NaN, Infinity, -Infinity, 8.65e15]],
};

const notNumbers: readonly unknown[] = [
  {},
  [],
  [5],
  "5",
  "",
  true,
  null,
  5n,
  new Date(5),
  { valueOf: () => 5 },
];

describe.each(Object.entries(table))("%s", (_name, [check, taken, refused]) => {
  it.each(taken)("takes %d", (value) => {
    expect(check(value, "option")).toBe(value);
  });

  it.each([...refused, ...notNumbers])("refuses %o, by the option's name", (value) => {
    expect(() => check(value, "the.option")).toThrow(
      expect.objectContaining({
        code: "option-invalid",
        detail: expect.objectContaining({ option: "the.option" }),
      }),
    );
  });
});

it.each([
  [wholeNumber(1), "a whole number, 1 or more"],
  [wholeNumber(0, 10), "a whole number from 0 to 10"],
  [wholeOrInfinity(2), "a whole number, 2 or more, or Infinity"],
])("a refusal says what is taken (%#)", (check, expected) => {
  const detail = { option: "option", value: "-1", expected };
  expect(() => check(-1, "option")).toThrow(
    expect.objectContaining({ code: "option-invalid", detail }) as Error,
  );
});

it("what is not a number is not shown: it may be a secret in the wrong place", () => {
  expect(() => ratio("hunter2", "maxDecodedRatio")).toThrow("was given a value of type string");
});
