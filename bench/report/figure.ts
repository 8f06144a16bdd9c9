/** A figure with its spread, for a table. */
import type { Spread } from "../sample.ts";

/** `18 (17.2–18.9)`. */
export function figure(spread: Spread | null, unit = 1): string {
  if (spread === null) return "";
  const [median, low, high] = [spread.median, spread.low, spread.high].map((value) => digits(value / unit));
  return `${median} (${low}–${high})`;
}

/** Three digits, without an exponent. */
function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
