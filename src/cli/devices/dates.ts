/** Dates in reports: ISO 8601 in UTC, never this machine's time zone. */

/** The same day of the calendar, some years on. */
export function addYears(at: number, years: number): number {
  const date = new Date(at);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.getTime();
}

/** A day of UTC, which has no leap seconds here (POSIX.1, 4.16). */
export const dayMs = 86_400_000;

/** In reports for programs, and in files: `2029-01-31T00:00:00.000Z`. */
export function renderIso(at: number): string {
  return new Date(at).toISOString();
}

/** `2029-01-31`. */
export function renderDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
