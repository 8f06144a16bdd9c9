/** The checks that tables of options are made of: what shape a value has, read once, and own properties only. */
import { HttpsError } from "../error.ts";
import { likely, type Elsewhere } from "./unknown-option.ts";
import { isRecord, ownEntries } from "./own.ts";
import { nameKind, readOptions, type Check, type Checks, type NeededCheck } from "./read-options.ts";

/** A value that is not looked into here: a function, an object with methods, or what is judged where it is used. */
export function asGiven<V>(): Check<V> {
  return (value) => value as V;
}

export const text: Check<string> = (value, option) => {
  if (typeof value === "string") return value;
  throw invalid(option, nameKind(value), "a string");
};

export const flag: Check<boolean> = (value, option) => {
  if (typeof value === "boolean") return value;
  throw invalid(option, nameKind(value), "true or false");
};

/** A function of the caller's, which is called as it is. */
export function callback<F extends (...args: never) => unknown>(): Check<F> {
  return (value, option) => {
    if (typeof value === "function") return value as F;
    throw invalid(option, nameKind(value), "a function");
  };
}

/** An object that can do what is asked of it: of a class of ours, of the platform's, or of somebody else's. */
export function objectWith<V extends object>(
  methods: readonly (string & keyof V)[],
  expected: string,
): Check<V> {
  return (value, option) => {
    if (typeof value !== "object" || value === null) throw invalid(option, nameKind(value), expected);
    const lacking = methods.find((name) => typeof (value as V)[name] !== "function");
    if (lacking === undefined) return value as V;
    throw invalid(option, `an object without ${lacking}()`, expected);
  };
}

/** One of the words that there are; another one is refused with the word that was most likely meant. */
export function oneOf<W extends string>(words: readonly W[]): Check<W> {
  return (value, option) => {
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    if (typeof value !== "string") throw invalid(option, nameKind(value), renderChoice(words));
    const meant = likely(value, words);
    const expected = meant === undefined ? renderChoice(words) : `"${meant}", perhaps`;
    // What does not look like a word may be a secret in the wrong place.
    const isWord = /^[\w.-]{1,24}$/.test(value);
    throw invalid(option, isWord ? JSON.stringify(value) : nameKind(value), expected);
  };
}

function renderChoice(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

/** `null` turns a default off. */
export function orNull<V>(check: Check<V>): Check<V | null> {
  return (value, option) => (value === null ? null : check(value, option));
}

/** The check of an option that has to be there. */
export function needed<V>(check: Check<V>): NeededCheck<V> {
  const asked: Check<V> = (value, option) => check(value, option);
  return Object.assign(asked, { isNeeded: true } as const);
}

/** An object with options of its own. All of them stand in what is read, as in an `Own<T>`. */
export function record<T>(checks: Checks<T>, elsewhere: Elsewhere = noOthers): Check<T> {
  return (value, option) => readOptions(value, checks, { prefix: `${option}.`, elsewhere }) as T;
}

const noOthers: Elsewhere = new Map();

/** A plain object whose names are the caller's: hosts, variables. */
export function dictionary<V>(check: Check<V>, expected: string): Check<Readonly<Record<string, V>>> {
  return (value, option) => {
    if (isRecord(value)) return ownEntries(value, (one, name) => check(one, `${option}[${name}]`));
    throw invalid(option, "something other than a plain object", expected);
  };
}

/** Variables by name. `process.env` is one, though it is not a plain object: its prototype is Node's own. */
export const variables: Check<Readonly<Record<string, string | undefined>>> = (value, option) => {
  if (Object.prototype.toString.call(value) === "[object Object]")
    return ownEntries(value as Readonly<Record<string, string | undefined>>, (one) => one);
  throw invalid(option, nameKind(value), "variables by name");
};

export function listOf<V>(check: Check<V>): Check<readonly V[]> {
  return (value, option) => {
    if (Array.isArray(value)) return Object.freeze(value.map((one) => check(one, option)));
    throw invalid(option, nameKind(value), "a list");
  };
}

export function invalid(option: string, value: string, expected: string): HttpsError<"option-invalid"> {
  return new HttpsError("option-invalid", { option, value, expected });
}
