/** The fields that `-H` names (curl(1), --header), each line one, or a file of such lines. */
import type { Context } from "../../frame/context.ts";
import { CommandError } from "../../frame/failure.ts";
import { readInput, readStdin } from "../../frame/files.ts";
import { dataFileBytes } from "../../limits.ts";

/** By the name as it was typed first; `null` takes a default field out. */
export type FieldLines = Record<string, string[] | null>;

/** The lines themselves, and for `@FILE` and `@-` those that are there. */
export async function readFieldLines(
  given: readonly string[],
  { stdin, signal }: Pick<Context, "stdin" | "signal">,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const one of given) {
    if (!one.startsWith("@")) {
      lines.push(one);
      continue;
    }
    const asked = { what: "The file of fields", hint: "-H takes a field, or @FILE.", signal };
    const bounds = { ...asked, most: dataFileBytes };
    const content = await (one === "@-" ? readStdin(stdin, bounds) : readInput(one.slice(1), bounds));
    lines.push(
      ...content
        .toString()
        .split(/\r?\n/)
        .filter((line) => line.trim() !== ""),
    );
  }
  return lines;
}

/** The fields of some lines, and what is to be said of those that are none. */
export interface ParsedFields {
  readonly fields: FieldLines;
  readonly complaints: readonly string[];
}

/** curl's three forms: `Name: value`, `Name:` to leave a field out, `Name;` for one without a value. What is none of them is not sent. */
export function parseFields(lines: readonly string[]): ParsedFields {
  // Without a prototype: "constructor" and "__proto__" are names like any other.
  const fields = Object.create(null) as FieldLines;
  const typed = new Map<string, string>(); // The same name in another case is the same field.
  const complaints: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === "") continue; // A variable that is not set.
    const [, name = "", sign, value = ""] = /^([^:;]+)([:;])[ \t]*(.*)$/s.exec(line) ?? [];
    if (name === "" || (sign === ";" && value !== "")) {
      // The line itself may be a secret whose name was left out.
      complaints.push(`Header ${index + 1} of ${lines.length} is not of the form "Name: value"`);
      continue;
    }
    const key = typed.get(name.toLowerCase()) ?? name;
    typed.set(name.toLowerCase(), key);
    if (sign === ":" && value.trim() === "") fields[key] ??= null;
    else fields[key] = [...(fields[key] ?? []), asOctets(value.trimEnd())];
  }
  return { fields, complaints };
}

export const fieldForms =
  '"Name: value" sends a field, "Name:" leaves a default one out, "Name;" sends one without a value.';

/** The same, for whoever sends what was asked for or nothing. @throws CommandError */
export function requireFields(lines: readonly string[]): FieldLines {
  const { fields, complaints } = parseFields(lines);
  const [first] = complaints;
  if (first !== undefined) throw new CommandError(`${first}.`, { hint: fieldForms });
  return fields;
}

/** What is typed goes out in UTF-8, an octet a character. */
function asOctets(text: string): string {
  return /[^\u0000-\u007F]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

export function hasField(fields: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.keys(fields).some((given) => given.toLowerCase() === name.toLowerCase());
}

/** The one line of a field, where there is exactly one. */
export function fieldValue(fields: FieldLines, name: string): string | undefined {
  const lines = Object.entries(fields).find(([given]) => given.toLowerCase() === name.toLowerCase());
  return lines?.[1]?.length === 1 ? lines[1][0] : undefined;
}
