/**
 * Reads the options that a caller gives by a table of checks, one for each option: own properties only, each read
 * once, and a name that the table lacks is refused. What is behind a door works on what is read here alone.
 */
import { HttpsError } from "../error.ts";
import { kindOfOpaque, type Own } from "./own.ts";
import { unknownOption, type Elsewhere } from "./unknown-option.ts";

/** Reads the value of one option, named for messages. @throws HttpsError `option-invalid`, `option-unknown` */
export type Check<V> = (value: unknown, option: string) => V;

/** The check of an option that has to be given: it is asked about `undefined` too. */
export interface NeededCheck<V> extends Check<V> {
  readonly isNeeded: true;
}

/** A check for each option that T declares; T with an option more does not compile. */
export type Checks<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K>
    ? Check<Exclude<T[K], undefined>>
    : NeededCheck<T[K]>;
};

/** How options are called in messages. */
export interface Naming {
  /** What stands before the name: `timeouts.`. */
  readonly prefix: string;
  /** What other programs call options, and how the same is said here. */
  readonly elsewhere: Elsewhere;
}

const plainNaming: Naming = { prefix: "", elsewhere: new Map() };

/** @throws HttpsError `option-unknown`, `option-invalid`, and what a getter of the caller's throws */
export function readOptions<T>(given: unknown, checks: Checks<T>, naming: Naming = plainNaming): Own<T> {
  const table = checks as Readonly<Record<string, Check<unknown> | NeededCheck<unknown>>>;
  const said = given as Readonly<Record<string, unknown>>;
  const { prefix, elsewhere } = naming;
  const read = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(table)) read[name] = undefined;
  for (const name of ownNames(given, table, prefix)) {
    const check = Object.hasOwn(table, name) ? table[name] : undefined;
    if (check === undefined) throw unknownOption(name, Object.keys(table), { prefix, elsewhere });
    const value = said[name];
    if (value !== undefined) read[name] = check(value, prefix + name);
  }
  for (const name of Object.keys(table)) {
    const check = table[name];
    if (read[name] === undefined && check !== undefined && Object.hasOwn(check, "isNeeded"))
      read[name] = check(undefined, prefix + name);
  }
  return Object.freeze(read) as Own<T>;
}

/** What `base` says, and `given` in its place where that says something. */
export function mergeOptions<T>(checks: Checks<T>, base: Own<T>, given: Own<T>): Own<T> {
  const merged = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(checks) as (string & keyof T)[])
    merged[name] = given[name] === undefined ? base[name] : given[name];
  return Object.freeze(merged) as Own<T>;
}

/** The names that an object has by itself. An option that it inherits is refused, rather than ignored. */
export function ownNames(given: unknown, table: object, prefix: string): readonly string[] {
  const whole = prefix === "" ? "options" : prefix.slice(0, -1);
  if (typeof given !== "object" || given === null) {
    throw new HttpsError("option-invalid", {
      option: whole,
      value: nameKind(given),
      expected: objectOf(table),
    });
  }
  const opaque = kindOfOpaque(given);
  if (opaque !== undefined) {
    const value = `an object of the kind ${opaque}`;
    throw new HttpsError("option-invalid", {
      option: whole,
      value,
      expected: "an object with options of its own",
    });
  }
  const inherited = findInherited(given, table);
  if (inherited === undefined) return Object.keys(given);
  throw new HttpsError("option-invalid", {
    option: prefix + inherited,
    value: "a value that the object inherits",
    expected: "a property of the object's own",
  });
}

/** The option that a class, or an object that was made the prototype, has for the object. */
function findInherited(given: object, table: object): string | undefined {
  let holder: unknown = Object.getPrototypeOf(given);
  // The last prototype of all is the realm's Object.prototype: what was written there is nobody's word.
  for (; holder !== Object.prototype && typeof holder === "object" && holder !== null;) {
    const above: unknown = Object.getPrototypeOf(holder);
    const found = above === null ? undefined : Object.getOwnPropertyNames(holder).find(isIn(table));
    if (found !== undefined) return found;
    holder = above;
  }
  return undefined;
}

function isIn(table: object): (name: string) => boolean {
  return (name) => Object.hasOwn(table, name);
}

/** What a table of few names describes; of a longer one, that it is an object is what can be said in a line. */
function objectOf(table: object): string {
  const names = Object.keys(table);
  return names.length > 4 ? "an object" : `an object: { ${names.join(", ")} }`;
}

/** What kind of value was given, without the value: it may be a secret. */
export function nameKind(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}
