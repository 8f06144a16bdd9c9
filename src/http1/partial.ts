/**
 * Parts of a representation: whether the rest of a body can be asked for, how, and whether an answer is that rest. RFC 9110 §14
 * (Range, Content-Range), §13.1.5 (If-Range), §15.3.7 (206), §8.8 (strong validators). A rest that is not certain to be of the
 * same representation is refused.
 *
 * Q: May a 206 leave out the validator that the first answer had? A: Not here. An ETag it must have (RFC 9110 §15.3.7). A Last-Modified
 * it may leave out, but servers that know Range and not If-Range send parts of whatever is there now: without the field
 * nothing would tell.
 */
import { renderPeerText } from "../core/index.ts";
import type { Fields } from "./fields.ts";
import type { ResponseHead } from "./head.ts";
import { parseHttpDate } from "./http-date.ts";
import { parseMediaType } from "./media-type.ts";
import { splitTokenList } from "./octets.ts";
import { singleField } from "./single-field.ts";

/** What the Content-Range of a part says, in bytes; both ends are within it. */
export interface ContentRange {
  readonly first: number;
  readonly last: number;
  /** Of the whole; `undefined` for `*`. */
  readonly completeBytes: number | undefined;
}

/** What tells a representation from every other of the same resource. */
export interface Validator {
  readonly name: "ETag" | "Last-Modified";
  readonly value: string;
}

/** A body that can be gone on with. */
export interface Continuable {
  readonly validator: Validator;
  /** Where its first byte is in the representation: 0, unless it is a part itself. */
  readonly first: number;
  /** Its last byte; `undefined` where only the end will tell. */
  readonly last: number | undefined;
  readonly completeBytes: number | undefined;
  /** The content codings, whose bytes are counted; empty for none. */
  readonly codings: string;
}

/** RFC 9110 §8.8.2.2: a date as fine as a second may stand for two versions, unless it was old enough when it was given. */
const settledMs = 60_000;

/** Fifteen digits: every such number is exact. */
const contentRange = /^bytes ([0-9]{1,15})-([0-9]{1,15})\/([0-9]{1,15}|\*)$/i;

/** `undefined` for what is not a range of bytes, or one that cannot be (RFC 9110 §14.4). */
export function parseContentRange(value: string): ContentRange | undefined {
  const [, from, to, of] = contentRange.exec(value) ?? [];
  if (from === undefined) return undefined;
  const [first, last] = [Number(from), Number(to)];
  const completeBytes = of === "*" ? undefined : Number(of);
  if (last < first || (completeBytes !== undefined && last >= completeBytes)) return undefined;
  return { first, last, completeBytes };
}

/** The strong ETag, else a Last-Modified that is strong by its Date; `at` is now. */
export function strongValidator(fields: Fields, at: number): Validator | undefined {
  const tag = valueOf(fields, "etag");
  if (tag !== undefined && /^"[\x21\x23-\x7E\x80-\xFF]*"$/.test(tag)) return { name: "ETag", value: tag };
  const modified = valueOf(fields, "last-modified");
  const modifiedAt = modified === undefined ? undefined : parseHttpDate(modified, at);
  const sentAt = parseHttpDate(valueOf(fields, "date") ?? "", at);
  if (modified === undefined || modifiedAt === undefined || sentAt === undefined) return undefined;
  return sentAt - modifiedAt < settledMs ? undefined : { name: "Last-Modified", value: modified };
}

/** How the rest of this answer's body is found, if it breaks off; `undefined` where it cannot be. */
export function findContinuable(
  { status, fields }: ResponseHead,
  announcedBytes: number | undefined,
  at: number,
): Continuable | undefined {
  const validator = strongValidator(fields, at);
  // RFC 9110 §14.3: `none` advises not to ask for ranges.
  const refusesRanges = splitTokenList(fields.get("accept-ranges") ?? "").some(
    (unit) => unit.toLowerCase() === "none",
  );
  if (validator === undefined || refusesRanges) return undefined;
  const codings = codingsOf(fields);
  if (status === 200) {
    const last = announcedBytes === undefined ? undefined : announcedBytes - 1;
    return { validator, first: 0, last, completeBytes: announcedBytes, codings };
  }
  const range = status === 206 ? rangeOf(fields) : undefined;
  const hasItsLength = range !== undefined && (announcedBytes ?? lengthOf(range)) === lengthOf(range);
  return hasItsLength ? { validator, ...range, codings } : undefined;
}

/** What is asked for: from `offset` on, of the same representation. */
export function restFields(
  { validator, last, completeBytes }: Continuable,
  offset: number,
): readonly (readonly [string, string])[] {
  // Where the end is that of the whole, it is left open: the shorter form is the better known.
  const end = last === undefined || last + 1 === completeBytes ? "" : String(last);
  return [
    ["Range", `bytes=${offset}-${end}`],
    ["If-Range", validator.value],
  ];
}

/** The rest, as an answer says that it holds it; or why it is not that. */
export type Rest =
  { readonly ok: true; readonly range: ContentRange } | { readonly ok: false; readonly reason: string };

export function readRest(
  { status, fields }: ResponseHead,
  announcedBytes: number | undefined,
  { body, offset }: { readonly body: Continuable; readonly offset: number },
): Rest {
  const { name, value } = body.validator;
  const given = valueOf(fields, name.toLowerCase());
  const change = given === value ? "" : `; its ${name} is ${shown(given)}, and was ${shown(value)}`;
  if (status !== 206) return refused(`it has the status ${status}, and not 206${change}`);
  if (change !== "") return refused(`it is of another representation${change}`);
  const range = rangeOf(fields);
  if (range === undefined)
    return refused(`its Content-Range, ${shown(fields.get("content-range"))}, is not that of one part`);
  const { first, last, completeBytes } = range;
  if (first !== offset) return refused(`it begins at byte ${first}, and byte ${offset} was asked for`);
  if (body.completeBytes !== undefined && completeBytes !== undefined && completeBytes !== body.completeBytes)
    return refused(`it is of ${completeBytes} bytes, and there were ${body.completeBytes}`);
  if (body.last !== undefined && last > body.last)
    return refused(`it ends at byte ${last}, and the body ends at ${body.last}`);
  if (body.last === undefined && completeBytes === undefined)
    return refused("it does not say how long the whole is");
  if (announcedBytes !== undefined && announcedBytes !== lengthOf(range))
    return refused(
      `its Content-Range is of ${lengthOf(range)} bytes, and its Content-Length ${announcedBytes}`,
    );
  if (fields.has("content-encoding") && codingsOf(fields) !== body.codings)
    return refused("its content coding is another one");
  return { ok: true, range };
}

function refused(reason: string): Rest {
  return { ok: false, reason };
}

/** The one part that the fields speak of: several come with ranges of their own, in a multipart body. */
function rangeOf(fields: Fields): ContentRange | undefined {
  if (parseMediaType(fields.get("content-type") ?? "")?.essence === "multipart/byteranges") return undefined;
  return parseContentRange(valueOf(fields, "content-range") ?? "");
}

/** An ETag brings quotes of its own. */
function shown(value: string | undefined): string {
  return value === undefined ? "not there" : renderPeerText(value.replaceAll('"', ""));
}

function lengthOf({ first, last }: ContentRange): number {
  return last - first + 1;
}

function codingsOf(fields: Fields): string {
  return fields
    .getAll("content-encoding")
    .map((line) => line.toLowerCase().replaceAll(/\s/g, ""))
    .join(",");
}

function valueOf(fields: Fields, name: string): string | undefined {
  const field = singleField(fields, name);
  return field.ok ? field.value : undefined;
}
