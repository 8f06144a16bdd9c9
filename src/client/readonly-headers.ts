/**
 * The fields of a message as a caller has them: asked and walked through as the platform's `Headers` are (Fetch §5.1), so that
 * what was written for one reads the other. How they stood on the wire is `lines()`.
 */
import { showAs } from "../core/index.ts";
import type { Field, Fields } from "../http1/index.ts";

/** The field lines of a request or of a response, of its head or behind its body (RFC 9110 §5). Names compare without regard to case. */
export class ReadonlyHeaders implements Iterable<Field> {
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  /** How many field lines there are. */
  get size(): number {
    return this.#fields.size;
  }

  /** Whether a field of this name, in any case, is present. */
  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /**
   * The value of a field, or `null`. Repeated lines are joined with ", " in their order, as RFC 9110 §5.3 permits for lists.
   * `Set-Cookie` cannot be joined, so its first line is given: ask `getSetCookie()`.
   */
  get(name: string): string | null {
    return this.#fields.get(name) ?? null;
  }

  /** The values of every line of this name, in order. */
  getAll(name: string): string[] {
    return this.#fields.getAll(name);
  }

  /** The values of every `Set-Cookie`, in order. */
  getSetCookie(): string[] {
    return this.#fields.getAll("set-cookie");
  }

  /** The field lines as they stood on the wire: in their order, with names in the case they came in, repeated ones apart. */
  lines(): IterableIterator<Field> {
    return this.#fields[Symbol.iterator]();
  }

  /** Names in lower case with their values, sorted by name; repeated lines joined, but for `Set-Cookie` (Fetch §5.1, sort and combine). */
  *entries(): Generator<[name: string, value: string]> {
    const names = new Set([...this.#fields].map(([name]) => name.toLowerCase()));
    for (const name of [...names].sort()) {
      if (name === "set-cookie") for (const value of this.getSetCookie()) yield [name, value];
      else yield [name, this.#fields.get(name) ?? ""];
    }
  }

  /** As `entries()`. */
  [Symbol.iterator](): Generator<[name: string, value: string]> {
    return this.entries();
  }

  /** The names that `entries()` gives. */
  *keys(): Generator<string> {
    for (const [name] of this.entries()) yield name;
  }

  /** The values that `entries()` gives. */
  *values(): Generator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Calls `fn` with what `entries()` gives: value first, as `Headers` does. */
  forEach(fn: (value: string, name: string, headers: this) => void): void {
    for (const [name, value] of this.entries()) fn(value, name, this);
  }

  /** By name, for logs: credentials and the queries of URLs are masked. */
  toJSON(): Record<string, string | readonly string[]> {
    return this.#fields.toJSON();
  }
}

showAs(ReadonlyHeaders.prototype, "ReadonlyHeaders", (headers) => headers.toJSON());
