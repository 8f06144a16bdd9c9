/**
 * What each code's `detail` holds, read from the catalogue's own declarations: a small reader of the few forms of type
 * that stand there (object types, `&`, named interfaces and aliases). A form it does not know is an error, not a gap.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A field of a detail. */
export interface DetailField {
  readonly name: string;
  readonly optional: boolean;
  readonly type: string;
  /** Its docstring as text; empty where there is none. */
  readonly says: string;
}

/** The details of every code, and the named types that their fields speak of. */
export interface DetailTypes {
  readonly details: ReadonlyMap<string, readonly DetailField[]>;
  readonly named: ReadonlyMap<string, string>;
}

/** Reads the declarations of the catalogue under `root`. */
export function readDetails(root: string): DetailTypes {
  const folder = join(root, "src/core/catalogue");
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
  const declared = new Map(sources.flatMap(findDeclarations));
  const details = new Map<string, readonly DetailField[]>();
  for (const [name, type] of declared) {
    if (!/.Details$/.test(name)) continue; // `Details` itself joins the others.
    for (const { name: code, type: detail } of membersOf(type)) details.set(code, fieldsOf(detail, declared));
  }
  return { details, named: namedIn([...details.values()].flat(), declared) };
}

/** Every `interface` and `type` of a file, as the text of a type. */
function findDeclarations(text: string): (readonly [name: string, type: string])[] {
  const starts = text.matchAll(
    /^(?:export )?(?:interface (\w+)(?:\s+extends\s+([\w,\s]+?))?\s+(?=\{)|type (\w+) =)\s*/gm,
  );
  return [...starts].flatMap(({ 0: start, 1: own, 2: bases, 3: alias, index }) => {
    const from = index + start.length;
    if (alias !== undefined) return [[alias, text.slice(from, endOf(text, from, ";")).trim()] as const];
    const body = text.slice(from, endOf(text, from, "}") + 1);
    const parents = bases?.split(",").map((base) => `${base.trim()} & `) ?? [];
    return own === undefined ? [] : [[own, parents.join("") + body] as const];
  });
}

/** The fields of a detail: of each part that `&` joins. */
function fieldsOf(type: string, declared: ReadonlyMap<string, string>): readonly DetailField[] {
  return splitAt(type, "&").flatMap((part) => {
    if (part.startsWith("{")) return membersOf(part);
    const target = declared.get(part);
    if (target === undefined) throw new Error(`the catalogue does not declare the detail ${part}`);
    return fieldsOf(target, declared);
  });
}

/** The members of an object type. */
function membersOf(type: string): readonly DetailField[] {
  if (!type.startsWith("{") || !type.endsWith("}")) throw new Error(`"${type}" is not an object type`);
  return splitAt(type.slice(1, -1), ";").map((member) => {
    const [, comment = "", name = "", mark, fieldType = ""] =
      /^(\/\*\*[^]*?\*\/\s*)?readonly "?([\w-]+)"?(\?)?:\s*([^]+)$/.exec(member) ?? [];
    if (name === "") throw new Error(`"${member}" is not a member that can be read`);
    const says = comment.replace(/^\/\*\*|\*\/\s*$|^\s*\*/gm, "").replace(/\s+/g, " ");
    return { name, optional: mark === "?", type: fieldType.replace(/\s+/g, " ").trim(), says: says.trim() };
  });
}

/** The types that fields name, and those that they name in turn; union types of constants are named by their fields. */
function namedIn(
  fields: readonly DetailField[],
  declared: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  const visit = (text: string): void => {
    for (const name of text.replace(/"[^"]*"|\/\*\*[^]*?\*\//g, "").match(/\b[A-Z]\w+/g) ?? []) {
      const type = declared.get(name);
      if (type === undefined || named.has(name)) continue;
      named.set(name, type);
      visit(type);
    }
  };
  for (const { type } of fields) visit(type);
  return named;
}

/** The parts of a text between separators that stand outside of brackets, strings and comments; none of them empty. */
function splitAt(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length;) {
    const end = endOf(text, from, separator);
    const part = text.slice(from, end).trim();
    if (part !== "") parts.push(part);
    from = end + 1;
  }
  return parts;
}

/** Where `sign` stands first outside of the brackets that open after `from`; the text's end where it does not. */
function endOf(text: string, from: number, sign: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const skipped = /^(?:"(?:[^"\\]|\\.)*"|\/\*[^]*?\*\/|\/\/[^\n]*)/.exec(text.slice(at, at + 2_000))?.[0];
    if (skipped !== undefined) {
      at += skipped.length - 1;
      continue;
    }
    const character = text[at] ?? "";
    if ("}])".includes(character)) depth--;
    if (character === sign && depth === 0) return at;
    if ("{[(".includes(character)) depth++;
  }
  return text.length;
}
