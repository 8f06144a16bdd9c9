/** Reads JSON of a known shape: each step either is what it should be, or says where it is not. */
import { parseEndpoint } from "../../../core/index.ts";
import { parseDate } from "../../frame/flags.ts";
import { askNearest } from "../../frame/nearest.ts";

/** JSON that is not of the shape it should have; the message is a clause. */
export class Unshaped extends Error {
  override readonly name = "Unshaped";
}

/** A value somewhere in a JSON text, with the way there. */
export class Shape {
  readonly #value: unknown;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.#path = path;
  }

  at(key: string): Shape {
    const record = this.#record();
    if (!Object.hasOwn(record, key)) throw this.wrong(`has no "${key}"`);
    return new Shape(record[key], this.#below(key));
  }

  /** The member, where it is there. */
  find(key: string): Shape | undefined {
    return Object.hasOwn(this.#record(), key) ? this.at(key) : undefined;
  }

  /** The member's text, where this is an object that has one. */
  findText(key: string): string | undefined {
    const whole = this.#value;
    if (typeof whole !== "object" || whole === null || !Object.hasOwn(whole, key)) return undefined;
    const value: unknown = (whole as Readonly<Record<string, unknown>>)[key];
    return typeof value === "string" ? value : undefined;
  }

  /** Refuses members of other names: a misspelt one would be passed over in silence. */
  only(keys: readonly string[]): this {
    for (const key of Object.keys(this.#record())) {
      if (keys.includes(key)) continue;
      throw this.wrong(`has "${key}", which is unknown. ${askNearest(key, keys)}It takes ${keys.join(", ")}`);
    }
    return this;
  }

  /** The value where it is not null. */
  nullable(): Shape | undefined {
    return this.#value === null ? undefined : this;
  }

  entries(): readonly (readonly [string, Shape])[] {
    return Object.entries(this.#record()).map(([key, value]) => [key, new Shape(value, this.#below(key))]);
  }

  isList(): boolean {
    return Array.isArray(this.#value);
  }

  isRecord(): boolean {
    return typeof this.#value === "object" && this.#value !== null && !Array.isArray(this.#value);
  }

  list(): readonly Shape[] {
    if (!Array.isArray(this.#value)) throw this.wrong("is not a list");
    return this.#value.map((value: unknown, index) => new Shape(value, `${this.#path}[${index}]`));
  }

  text(): string {
    if (typeof this.#value !== "string") throw this.wrong("is not text");
    // No file name, no URL and no other format could hold it.
    if (/\p{Cs}/u.test(this.#value)) throw this.wrong("has half a surrogate pair");
    return this.#value;
  }

  url(): string {
    const text = this.text();
    if (!parseEndpoint(text).ok) throw this.wrong("is not a URL");
    return text;
  }

  /** An instant as these files have it: in UTC, of a year that has four digits. */
  instant(): number {
    const text = this.text();
    const at = /^\d{4}-[\d-]{5}T[\d:.]{8,12}Z$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(at)) throw this.wrong("is not a date");
    return at;
  }

  number(): number {
    if (typeof this.#value !== "number") throw this.wrong("is not a number");
    return this.#value;
  }

  /** A whole number, 0 or more. */
  count(): number {
    const value = this.number();
    if (!Number.isSafeInteger(value) || value < 0) throw this.wrong("is not a whole number");
    return value;
  }

  /** What a program may end with that did not succeed. */
  exitCode(): number {
    const value = this.count();
    if (value < 1 || value > 255) throw this.wrong("is not an exit code");
    return value;
  }

  /** A day, or an instant in UTC, as a flag takes one. */
  day(): number {
    const at = parseDate(this.text());
    if (at === undefined) throw this.wrong("is not a date such as 2029-01-31 or 2029-01-31T12:00:00Z");
    return at;
  }

  flag(): boolean {
    if (typeof this.#value !== "boolean") throw this.wrong("is neither true nor false");
    return this.#value;
  }

  #record(): Readonly<Record<string, unknown>> {
    if (typeof this.#value !== "object" || this.#value === null || Array.isArray(this.#value)) {
      throw this.wrong("is not an object");
    }
    return this.#value as Readonly<Record<string, unknown>>;
  }

  /** The place is the way there, and "it" is the whole. */
  wrong(says: string): Unshaped {
    return new Unshaped(`${this.#path === "" ? "it" : this.#path} ${says}`);
  }

  #below(key: string): string {
    return this.#path === "" ? key : `${this.#path}.${key}`;
  }
}

/**
 * The whole of a JSON text. What is said of one that is not JSON holds nothing of it: it may be another file than was
 * meant, with a key in it.
 */
export function parseShape(text: string): Shape {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const [, at] = /at position (\d+)/.exec(error instanceof Error ? error.message : "") ?? [];
    const line = at === undefined ? undefined : text.slice(0, Number(at)).split("\n").length;
    throw new Unshaped(`it is not JSON${line === undefined ? "" : `, from line ${line} on`}`);
  }
  return new Shape(value, "");
}
