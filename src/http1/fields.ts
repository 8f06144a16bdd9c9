/**
 * A field section: ordered, case-insensitive, raw case kept, repeated lines kept apart (RFC 9110 §5.2, §5.3).
 *
 * A response's fields are held as the text of the head and where in it each name and value lies, and no string
 * is made for a field nobody asks for. Values are ISO 8859-1: one character is one octet.
 */

import { showAs } from "../core/index.ts";
import { shownFields } from "./masked-fields.ts";

/** A field as it stood on the wire. */
export type Field = readonly [name: string, value: string];

/** Numbers kept of each field line: where its name and its value begin and end. */
export const marksPerField = 4;

/** The field lines of a header or trailer section (RFC 9110 §5). Names compare without regard to case. */
export class Fields implements Iterable<Field> {
  readonly #text: string;
  /** For each field: name start, name end, value start, value end. */
  readonly #marks: readonly number[];

  /** Made by the reader from a head's text, and by `fieldsFrom`; no one else needs it. */
  constructor(text: string, marks: readonly number[]) {
    this.#text = text;
    this.#marks = marks;
  }

  /** How many field lines there are. */
  get size(): number {
    return this.#marks.length / marksPerField;
  }

  /** Whether a field of this name, in any case, is present. */
  has(name: string): boolean {
    return this.#find(name, 0) >= 0;
  }

  /**
   * The value of a field, or `undefined`. Repeated lines are joined with ", " in their order, as
   * RFC 9110 §5.3 permits for lists; `Set-Cookie` cannot be joined, so its first line is given.
   * Where only one value makes sense, ask `getAll` or `singleField`.
   */
  get(name: string): string | undefined {
    const first = this.#find(name, 0);
    if (first < 0) return undefined;
    const second = this.#find(name, first + marksPerField);
    if (second < 0 || name.toLowerCase() === "set-cookie") return this.#value(first);
    return [this.#value(first), ...this.#values(name, second)].join(", ");
  }

  /** The values of every line of this name, in order. */
  getAll(name: string): string[] {
    return this.#values(name, this.#find(name, 0));
  }

  /** Each field line in order, with its name in the case it came in. */
  *[Symbol.iterator](): Generator<Field> {
    for (let mark = 0; mark < this.#marks.length; mark += marksPerField)
      yield [this.#name(mark), this.#value(mark)];
  }

  /** By name, for logs: credentials and the queries of URLs are masked. */
  toJSON(): Record<string, string | readonly string[]> {
    return shownFields(this);
  }

  /** These fields without those whose lower-case name is in `names`. */
  without(names: ReadonlySet<string>): Fields {
    return fieldsFrom([...this].filter(([name]) => !names.has(name.toLowerCase())));
  }

  #values(name: string, from: number): string[] {
    const values: string[] = [];
    for (let mark = from; mark >= 0; mark = this.#find(name, mark + marksPerField))
      values.push(this.#value(mark));
    return values;
  }

  /** Where the marks of the first field of this name begin, at or after `from`; -1 when there is none. */
  #find(name: string, from: number): number {
    const marks = this.#marks;
    const length = name.length;
    for (let mark = from; mark < marks.length; mark += marksPerField) {
      const start = marks[mark] as number;
      if ((marks[mark + 1] as number) - start === length && equalsIgnoringCase(this.#text, start, name))
        return mark;
    }
    return -1;
  }

  #name(mark: number): string {
    return this.#text.slice(this.#marks[mark], this.#marks[mark + 1]);
  }

  #value(mark: number): string {
    return this.#text.slice(this.#marks[mark + 2], this.#marks[mark + 3]);
  }
}

showAs(Fields.prototype, "Fields", (fields) => fields.toJSON());

/** Whether `name` stands in `text` at `start`, in any case. Both are tokens, so ASCII. */
function equalsIgnoringCase(text: string, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (toLower(text.charCodeAt(start + i)) !== toLower(name.charCodeAt(i))) return false;
  }
  return true;
}

function toLower(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

/** Puts fields together from names and values, one by one. */
export class FieldsBuilder {
  #text = "";
  readonly #marks: number[] = [];

  add(name: string, value: string): void {
    const start = this.#text.length;
    this.#text += name + value;
    this.#marks.push(start, start + name.length, start + name.length, this.#text.length);
  }

  /** The fields that were added; nothing is added any more. */
  build(): Fields {
    return new Fields(this.#text, this.#marks);
  }
}

/** Fields from names and values. */
export function fieldsFrom(pairs: Iterable<Field>): Fields {
  const builder = new FieldsBuilder();
  for (const [name, value] of pairs) builder.add(name, value);
  return builder.build();
}

/** No fields. */
export const noFields: Fields = new Fields("", []);
