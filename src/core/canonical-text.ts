/**
 * Text that is equal for equal values, and for those alone: for keys of what is kept. JSON will not do: it writes a
 * Map as `{}`, NaN as null, leaves out what is undefined, and asks every object, and so `Object.prototype`, for a
 * `toJSON`.
 */
import { isRecord } from "./options/own.ts";

/** The text of a value made of records, lists, strings, numbers and the like; `undefined` where anything else is in it. */
export function canonicalText(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? textOfList(value) : textOfRecord(value);
    case "bigint":
    case "symbol":
    case "function":
      return undefined;
  }
}

function textOfList(list: readonly unknown[]): string | undefined {
  const parts = Array.from(list, canonicalText);
  return parts.includes(undefined) ? undefined : `[${parts.join(",")}]`;
}

function textOfRecord(record: object): string | undefined {
  if (!isRecord(record)) return undefined;
  const parts: string[] = [];
  for (const name of Object.keys(record).toSorted()) {
    const text = canonicalText(record[name]);
    if (text === undefined) return undefined;
    parts.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${parts.join(",")}}`;
}
