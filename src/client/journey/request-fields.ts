/** The fields a request goes out with: the client's defaults, then the caller's, each name in one place. */
import { HttpsError, type Target } from "../../core/index.ts";
import type { Field } from "../../http1/index.ts";
import { isLoopbackName } from "../../net/index.ts";
import type { FieldsInput, FieldValue } from "../options/options.ts";

/** Fields by lower-case name, in the order they are sent; an empty list is a name that was taken out. */
export type FieldTable = Map<string, readonly Field[]>;
export type ReadonlyFieldTable = ReadonlyMap<string, readonly Field[]>;

/** Adds the input's fields to a table; a name that is there already is replaced where it stands. */
export function putFields(table: FieldTable, input: FieldsInput | undefined): FieldTable {
  if (input === undefined) return table;
  if (Symbol.iterator in input) return putPairs(table, input as Iterable<readonly [string, string]>);
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    table.set(name.toLowerCase(), linesOf(name, value));
  }
  return table;
}

/** The fields of both, by name those of `more`; a name that one of them takes out stays out, unless `more` puts it in. */
export function mergeFields(base: FieldsInput | undefined, more: FieldsInput | undefined): FieldsInput {
  const fields = Object.create(null) as Record<string, readonly string[] | null>;
  for (const [key, lines] of putFields(putFields(new Map(), base), more))
    fields[lines[0]?.[0] ?? key] = lines.length === 0 ? null : lines.map(([, value]) => value);
  return fields;
}

/** Sets one field. */
export function putField(table: FieldTable, name: string, value: string): void {
  table.set(name.toLowerCase(), [[name, value]]);
}

/** The same fields for another authority, which comes first (RFC 9110 §7.2). */
export function withHost(fields: ReadonlyFieldTable, authority: string): FieldTable {
  const table: FieldTable = new Map();
  putField(table, "Host", authority);
  for (const [name, lines] of fields) table.set(name, lines);
  return table;
}

/** The same fields for the rest of what they asked for: a condition on what the caller has would be answered by 304. */
export function fieldsForRest(fields: ReadonlyFieldTable, more: readonly Field[]): FieldTable {
  const table: FieldTable = new Map(fields);
  for (const name of ["if-none-match", "if-modified-since"]) table.delete(name);
  for (const [name, value] of more) putField(table, name, value);
  return table;
}

/** Fields that an adapter puts into every request of a kind, and never changes: heads that are made of them can be kept. */
export function lastingFields(fields: readonly (readonly [string, string])[]): FieldsInput {
  lasting.add(fields);
  return fields;
}

const lasting = new WeakSet<object>();

export function areLasting(fields: FieldsInput | undefined): boolean {
  return fields === undefined || lasting.has(fields);
}

/** The fields as they go to this target: Fetch Metadata §2.2 has Sec-Fetch-Mode sent to trustworthy ones alone. */
export function listFieldsFor(target: Target, table: ReadonlyFieldTable): readonly Field[] {
  const fields = listFields(table);
  return !table.has("sec-fetch-mode") || isTrustworthy(target)
    ? fields
    : fields.filter(([name]) => name.toLowerCase() !== "sec-fetch-mode");
}

/** Secure Contexts §3.1: TLS, or this machine. */
function isTrustworthy({ scheme, host }: Target): boolean {
  return scheme === "https" || isLoopbackName(host) || /^127\.|^\[?::1\]?$/.test(host);
}

/** The fields in the order they are sent. */
export function listFields(table: ReadonlyFieldTable): readonly Field[] {
  const fields: Field[] = [];
  for (const lines of table.values()) for (const line of lines) fields.push(line);
  return fields;
}

/** Pairs may repeat a name on purpose; among themselves they are kept apart. */
function putPairs(table: FieldTable, pairs: Iterable<readonly [string, string]>): FieldTable {
  const own = new Map<string, Field[]>();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || typeof pair[0] !== "string")
      throw invalid("headers", "a list of something other than pairs");
    const [name, value] = pair;
    const lines = own.get(name.toLowerCase());
    if (lines === undefined) own.set(name.toLowerCase(), [[name, value]]);
    else lines.push([name, value]);
  }
  for (const [name, lines] of own) table.set(name, lines);
  return table;
}

function linesOf(name: string, value: Exclude<FieldValue, undefined>): readonly Field[] {
  if (value === null || value === false) return [];
  if (Array.isArray(value)) return value.map((line: string): Field => [name, line]);
  if (typeof value !== "number") return [[name, value as string]];
  if (Number.isFinite(value)) return [[name, String(value)]];
  throw invalid(`headers[${name}]`, String(value));
}

function invalid(option: string, value: string): HttpsError {
  const expected =
    "fields by name, or pairs of name and value; a value is a text, a number, or a list of texts";
  return new HttpsError("option-invalid", { option, value, expected });
}
