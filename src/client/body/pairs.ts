/** Names and values as a caller writes them, for a URL's query or a form: one list of pairs. */
import { HttpsError, isRecord, nameKind, ownEntries, type Check } from "../../core/index.ts";

type Scalar = string | number | bigint | boolean;

/**
 * Names and values, in order. A list repeats its name; `null` and `undefined` leave a name out, and a number or a boolean is
 * sent as its text.
 */
export type PairsInput =
  | Readonly<Record<string, Scalar | null | undefined | readonly (Scalar | null | undefined)[]>>
  | Iterable<readonly [name: string, value: Scalar]>;

/** What is read: nothing but texts. */
export type Pairs = readonly (readonly [name: string, value: string])[];

export const pairs: Check<Pairs> = (value, option) => {
  if (typeof value !== "object" || value === null) throw refuse(option, nameKind(value));
  if (isIterable(value)) return Array.from(value, (pair) => readPair(pair, option));
  if (!isRecord(value)) throw refuse(option, "an object that is neither plain nor a list of pairs");
  const read: [string, string][] = [];
  const add = (name: string, one: unknown): void => {
    if (one !== null && one !== undefined) read.push([name, textOf(one, `${option}[${name}]`)]);
  };
  ownEntries(value, (one, name) => {
    if (Array.isArray(one)) for (const item of one as readonly unknown[]) add(name, item);
    else add(name, one);
  });
  return read;
};

/** A query may be given as text too: with or without the "?" in front. */
export const queryPairs: Check<Pairs> = (value, option) =>
  typeof value === "string" ? [...new URLSearchParams(value)] : pairs(value, option);

/** The pairs as application/x-www-form-urlencoded (URL Standard §5.2). */
export function encodePairs(list: Pairs): string {
  return new URLSearchParams(list.map(([name, value]) => [name, value])).toString();
}

function isIterable(value: object): value is Iterable<unknown> {
  return typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === "function";
}

function readPair(pair: unknown, option: string): readonly [string, string] {
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "string")
    throw refuse(option, "a list of something other than pairs");
  return [pair[0], textOf(pair[1], `${option}[${pair[0]}]`)];
}

function textOf(value: unknown, option: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint")
    return String(value);
  throw refuse(option, nameKind(value));
}

function refuse(option: string, value: string): HttpsError {
  return new HttpsError("option-invalid", {
    option,
    value,
    expected: "names and values that are texts, numbers or booleans, or lists of them",
  });
}
