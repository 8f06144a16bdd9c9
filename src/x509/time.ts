/** Times of certificates, CRLs and OCSP responses: RFC 5280 §4.1.2.5, RFC 6960 §4.2.2.1. */
import { type DerReader, tag } from "../der/index.ts";

/** An instant, and whether it stands in the form that RFC 5280 §4.1.2.5 sets for its year. */
export interface Time {
  readonly at: number;
  readonly isConforming: boolean;
}

/**
 * Takes a Time as certificates and CRLs carry it: UTCTime through 2049, GeneralizedTime from 2050, both to
 * the second and in UTC. A GeneralizedTime before 2050 is read, and marked: a root in every store has one.
 */
export function readTime(reader: DerReader): Time {
  const { offset } = reader;
  if (reader.peekTag() === tag.generalizedTime) {
    const at = readGeneralizedTime(reader);
    const year = new Date(at).getUTCFullYear();
    return { at, isConforming: year < 1950 || year >= 2050 };
  }
  const digits = readDigits(reader.readContent(tag.utcTime), 12);
  const year = digits === undefined ? NaN : number(digits, 0, 2);
  // RFC 5280 §4.1.2.5.1: 50 and above belong to the 20th century.
  const at =
    digits === undefined ? undefined : instant(year < 50 ? 2000 + year : 1900 + year, digits.subarray(2));
  if (at === undefined) reader.fail("UTCTime is not a time of the form YYMMDDHHMMSSZ", offset);
  return { at: at ?? 0, isConforming: true };
}

/** Takes a GeneralizedTime of the form YYYYMMDDHHMMSSZ (RFC 5280 §4.1.2.5.2). */
export function readGeneralizedTime(reader: DerReader, expected: number = tag.generalizedTime): number {
  const { offset } = reader;
  const digits = readDigits(reader.readContent(expected), 14);
  const at = digits === undefined ? undefined : instant(number(digits, 0, 4), digits.subarray(4));
  if (at === undefined) reader.fail("GeneralizedTime is not a time of the form YYYYMMDDHHMMSSZ", offset);
  return at ?? 0;
}

/** The digits before the `Z`, as numbers, or `undefined`. */
function readDigits(content: Uint8Array, count: number): Uint8Array | undefined {
  if (content.length !== count + 1 || content[count] !== 0x5a) return undefined;
  // Not `slice`: on a Buffer that is a view, and the digits would be written into the certificate.
  const digits = Uint8Array.from(content.subarray(0, count));
  for (let i = 0; i < count; i++) {
    const digit = (digits[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    digits[i] = digit;
  }
  return digits;
}

function number(digits: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) value = value * 10 + (digits[i] ?? 0);
  return value;
}

/** Epoch milliseconds, or `undefined` for a date that the calendar does not have. */
function instant(year: number, rest: Uint8Array): number | undefined {
  const [month, day, hour, minute, second] = [0, 2, 4, 6, 8].map((from) => number(rest, from, 2));
  if (month === undefined || day === undefined || hour === undefined) return undefined;
  if (minute === undefined || second === undefined) return undefined;
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month - 1) return undefined;
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}
