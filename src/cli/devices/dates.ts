/** Dates on the command line and in reports: ISO 8601 in UTC, never this machine's time zone. */
import { InvalidArgumentError, Option } from "commander";

/** An option that takes a day or an instant; its value is epoch milliseconds. */
export function dateOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseDate);
}

function parseDate(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) {
    throw new InvalidArgumentError("It takes a date such as 2029-01-31 or 2029-01-31T12:00:00Z.");
  }
  return at;
}

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
