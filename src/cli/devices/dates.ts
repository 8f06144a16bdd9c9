/** Dates in reports: ISO 8601 in UTC, never this machine's time zone. */

/** The same day of the calendar, some years on. */
export function addYears(at: number, years: number): number {
  const date = new Date(at);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.getTime();
}

/** `2029-01-31`. */
export function renderDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
