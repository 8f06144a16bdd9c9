/** Reads HTTP-date (RFC 9110 §5.6.7) in its three forms, and Retry-After (§10.2.3). No clock: time is an argument. */

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const time = "([0-9]{2}):([0-9]{2}):([0-9]{2})";
const imfFixdate = new RegExp(
  `^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ${time} GMT$`,
);
const rfc850Date = new RegExp(
  `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, ([0-9]{2})-([A-Z][a-z]{2})-([0-9]{2}) ${time} GMT$`,
);
const asctimeDate = new RegExp(
  `^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([ 0-9][0-9]) ${time} ([0-9]{4})$`,
);

/** The instant a date names, in epoch milliseconds, or `undefined`. `at` places the two-digit years of RFC 850. */
export function parseHttpDate(text: string, at: number): number | undefined {
  const imf = imfFixdate.exec(text);
  if (imf !== null) return instant(Number(imf[3]), imf[2], [imf[1], imf[4], imf[5], imf[6]]);
  const rfc850 = rfc850Date.exec(text);
  if (rfc850 !== null) return twoDigitYear(rfc850, at);
  const asctime = asctimeDate.exec(text);
  if (asctime !== null)
    return instant(Number(asctime[6]), asctime[1], [asctime[2], asctime[3], asctime[4], asctime[5]]);
  return undefined;
}

/** A year more than 50 years ahead is the most recent past one with the same digits (RFC 9110 §5.6.7). */
function twoDigitYear(match: RegExpExecArray, at: number): number | undefined {
  const century = Math.floor(new Date(at).getUTCFullYear() / 100) * 100;
  const parts = [match[1], match[4], match[5], match[6]];
  const limit = new Date(at);
  limit.setUTCFullYear(limit.getUTCFullYear() + 50);
  for (const start of [century + 100, century, century - 100]) {
    const found = instant(start + Number(match[3]), match[2], parts);
    if (found !== undefined && found <= limit.getTime()) return found;
  }
  return undefined;
}

function instant(
  year: number,
  monthName: string | undefined,
  parts: readonly (string | undefined)[],
): number | undefined {
  const month = months.indexOf(monthName ?? "");
  const [day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  // A leap second is second 60; the instant is then the next minute's first.
  if (month < 0 || day < 1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(Date.UTC(2000, 0, 1, hour, minute, second));
  // Not through Date.UTC, which takes years below 100 for those of the twentieth century.
  const carried = date.getUTCDate() - 1;
  date.setUTCFullYear(year, month, day);
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) return undefined;
  return date.getTime() + carried * 86_400_000;
}

/** How long a Retry-After field asks to wait, in milliseconds, never negative; `undefined` when it is malformed. */
export function parseRetryAfter(value: string, at: number): number | undefined {
  // Twelve digits are thirty thousand years; no wait will be that long, and every such number is exact.
  if (/^[0-9]{1,12}$/.test(value)) return Number(value) * 1_000;
  const date = parseHttpDate(value, at);
  return date === undefined ? undefined : Math.max(0, date - at);
}
