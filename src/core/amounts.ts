/** Amounts as people write them. */

/** 42196 as `42,196`. A whole number. */
export function renderAmount(amount: number): string {
  return String(amount).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1,939 bytes`, `1 site`. */
export function renderCount(count: number, one: string): string {
  return `${renderAmount(count)} ${one}${count === 1 ? "" : "s"}`;
}
