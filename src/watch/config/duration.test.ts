/** Spans and shares of time, as people write them. */
import { expect, test } from "vitest";
import { parseShare, parseSpan } from "./duration.ts";

test.each([
  ["250ms", 250],
  ["90s", 90_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["180d", 15_552_000_000],
  ["2w", 1_209_600_000],
  ["1.5h", 5_400_000],
  ["0.0005s", undefined],
  ["0.001s", 1],
  [" 2 d ", 172_800_000],
  ["0s", 0],
  ["999999999s", 999_999_999_000],
  ["1000000000s", undefined],
  ["90", undefined],
  ["s", undefined],
  ["1y", undefined],
  ["-1s", undefined],
  ["1h30m", undefined],
  ["", undefined],
])("%j is %s ms", (text, ms) => {
  expect(parseSpan(text)).toBe(ms);
});

test.each([
  ["25%", 0.25],
  [" 12.5 % ", 0.125],
  ["0%", 0],
  ["100%", 1],
  ["100.001%", undefined],
  ["101%", undefined],
  ["25", undefined],
  ["-1%", undefined],
  ["%", undefined],
])("%j is a share of %s", (text, share) => {
  expect(parseShare(text)).toBe(share);
});
