/**
 * What an object says by itself. A property found on a prototype is not the caller's word: whoever can write to
 * `Object.prototype` (a careless merge of somebody's JSON is enough) would choose every option that nobody gave.
 */

import { equalBytes } from "../bytes.ts";

/**
 * T as it is read behind a door: every option is an own property, `undefined` where nothing was said. A literal has to
 * name every option to be one, so that no code of ours reads an option from a prototype either.
 */
export type Own<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? T[K] | undefined : T[K];
};

/** What `object` has under `name` by itself. */
export function ownValue<T extends object, K extends keyof T>(object: T, name: K): T[K] | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The same for several names, each read once. */
export function ownValues<T extends object, K extends keyof T>(
  object: T,
  names: readonly K[],
): { readonly [N in K]: T[N] | undefined } {
  const values = Object.create(null) as { [N in K]: T[N] | undefined };
  for (const name of names) values[name] = ownValue(object, name);
  return values;
}

/** Which of a union `object` is, by a property that it has by itself. */
export function hasOwn<T extends object, K extends string>(object: T, name: K): object is WithKey<T, K> {
  return Object.hasOwn(object, name);
}

/** Those of a union that can have it. */
type WithKey<T, K> = T extends unknown ? (K extends keyof T ? T : never) : never;

/** The same properties without a prototype: the platform would read from it what its options lack. */
export function bare<T extends object>(options: T): T {
  return Object.assign(Object.create(null) as T, options);
}

/** The entries that `record` has by itself, each read once, in an object without a prototype. */
export function ownEntries<V, W = V>(
  record: Readonly<Record<string, V>>,
  read: (value: V, name: string) => W,
): Readonly<Record<string, W>> {
  const copy = Object.create(null) as Record<string, W>;
  for (const name of Object.keys(record)) copy[name] = read(record[name] as V, name);
  return Object.freeze(copy);
}

/** `defaults`, and what `given` says in their place. */
export function withDefaults<T extends object>(
  defaults: T,
  given: Partial<T> | Own<Partial<T>> | undefined,
): T {
  if (given === undefined) return defaults;
  const settled = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof T)[]) {
    const value = ownValue(given, name);
    if (value !== undefined) settled[name] = value as T[keyof T];
  }
  return settled;
}

/** Whether two values read by the same check say the same: records, lists and bytes by what is in them, all else by identity. */
export function saysTheSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalBytes(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, at) => saysTheSame(value, b[at]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && saysTheSame(a[name], b[name]))
  );
}

/** Whether a value is a record: made by a literal, in this realm or another, or without a prototype. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** What kind of object says nothing by properties of its own: `Map`, `Promise`, `AbortSignal`; `undefined` for any that may. */
export function kindOfOpaque(given: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(given);
  if (prototype === Object.prototype || prototype === null || Object.keys(given).length > 0) return undefined;
  const kind = Object.prototype.toString.call(given).slice("[object ".length, -1);
  return kind === "Object" ? undefined : kind;
}
