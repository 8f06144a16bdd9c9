/** Spans and shares of time as people write them in a configuration: `90s`, `1h`, `180d`, `25%`. */

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** Milliseconds; `undefined` for what is not a number and a unit. */
export function parseSpan(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,3})?)\s*(ms|s|m|h|d|w)$/.exec(text.trim()) ?? [];
  const unitMs = unit === undefined ? undefined : units[unit];
  return amount === undefined || unitMs === undefined ? undefined : Math.round(Number(amount) * unitMs);
}

/** A share between 0 and 1; `undefined` for what is not a percentage. */
export function parseShare(text: string): number | undefined {
  const [, percent] = /^(\d{1,3}(?:\.\d{1,3})?)\s*%$/.exec(text.trim()) ?? [];
  return percent === undefined || Number(percent) > 100 ? undefined : Number(percent) / 100;
}
