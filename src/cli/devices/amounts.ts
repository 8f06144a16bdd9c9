/** Amounts as people write them. */

/** `1,939 bytes`, `1 site`. */
export function renderCount(count: number, one: string): string {
  return `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;
}

/** `3 CA certificates as PEM file` and the like need a share: `2 %`, `less than 1 %`. */
export function renderShare(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  return percent > 0 && percent < 1 ? "less than 1 %" : `${Math.round(percent)} %`;
}
