/** Reads JSON of a known shape: each step either is what it should be, or says where it is not. */
import { parseUrl } from "../../core/index.ts";

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
    if (!Object.hasOwn(record, key)) throw this.#wrong(`has no "${key}"`);
    return new Shape(record[key], `${this.#path}.${key}`);
  }

  /** The value where it is not null. */
  nullable(): Shape | undefined {
    return this.#value === null ? undefined : this;
  }

  entries(): readonly (readonly [string, Shape])[] {
    return Object.entries(this.#record()).map(([key, value]) => [
      key,
      new Shape(value, `${this.#path}.${key}`),
    ]);
  }

  list(): readonly Shape[] {
    if (!Array.isArray(this.#value)) throw this.#wrong("is not a list");
    return this.#value.map((value: unknown, index) => new Shape(value, `${this.#path}[${index}]`));
  }

  text(): string {
    if (typeof this.#value !== "string") throw this.#wrong("is not text");
    return this.#value;
  }

  url(): string {
    const text = this.text();
    if (!parseUrl(text).ok) throw this.#wrong("is not a URL");
    return text;
  }

  instant(): number {
    const at = Date.parse(this.text());
    if (Number.isNaN(at)) throw this.#wrong("is not a date");
    return at;
  }

  number(): number {
    if (typeof this.#value !== "number") throw this.#wrong("is not a number");
    return this.#value;
  }

  flag(): boolean {
    if (typeof this.#value !== "boolean") throw this.#wrong("is neither true nor false");
    return this.#value;
  }

  #record(): Readonly<Record<string, unknown>> {
    if (typeof this.#value !== "object" || this.#value === null || Array.isArray(this.#value)) {
      throw this.#wrong("is not an object");
    }
    return this.#value as Readonly<Record<string, unknown>>;
  }

  #wrong(says: string): Unshaped {
    return new Unshaped(`${this.#path} ${says}`);
  }
}

/** The whole of a JSON value. */
export function shapeOf(value: unknown): Shape {
  return new Shape(value, "it");
}
