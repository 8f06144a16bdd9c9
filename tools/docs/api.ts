/** Reads every public name with its declaration and docstring, as the compiler emits them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { doors } from "../doors.ts";

/** A name that a door exports. */
export interface PublicName {
  readonly name: string;
  /** The declaration, without `export` and `declare`; private members left out. */
  readonly declaration: string;
  /** The interfaces of the same file that it extends, and theirs. */
  readonly inherited: readonly string[];
  /** The docstring as text; empty where there is none. */
  readonly says: string;
  /** The source file, from the project's root. */
  readonly source: string;
}

/** Every door of the package, and what it exports. */
export type PublicNames = ReadonlyMap<string, readonly PublicName[]>;

/** Reads the declarations behind the doors. */
export function readApi(root: string): PublicNames {
  const emitted = mkdtempSync(join(tmpdir(), "meerkat-api-"));
  try {
    emitDeclarations(root, emitted);
    return new Map(
      doors.map(({ name, place }) => [name, readNames(join(emitted, `${place}.d.ts`), emitted)]),
    );
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
}

function emitDeclarations(root: string, into: string): void {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags = ["-p", "tsconfig.build.json", "--emitDeclarationOnly", "--outDir", into];
  try {
    execFileSync(process.execPath, [tsc, ...flags], { cwd: root, stdio: "pipe" });
  } catch (error) {
    // Declarations come out of code that does not compile too; whether it compiles is said elsewhere.
    if (!existsSync(join(into, "index.d.ts"))) throw error;
  }
}

interface Reference {
  readonly name: string;
  readonly original: string;
  readonly from: string;
}

function readNames(index: string, emitted: string): PublicName[] {
  return readExports(index).map(({ name, original, from }) => {
    const { declaration, says, file } = findDeclaration(resolve(dirname(index), from), original);
    const source = `src/${relative(emitted, file).replace(/\.d\.ts$/, ".ts")}`;
    const inherited = findInherited(readFileSync(file, "utf8"), declaration);
    return { name, declaration, inherited, says, source };
  });
}

/** `export { a, type B as C } from "./x.js";`, one by one. */
function readExports(file: string): Reference[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\} from "([^"]+)";/gm)].flatMap(
    ([, list = "", from = ""]) =>
      list
        .split(",")
        .map((entry) => entry.trim().replace(/^type /, ""))
        .filter((entry) => entry !== "")
        .map((entry) => {
          const [original = "", name = original] = entry.split(" as ");
          return { name, original, from };
        }),
  );
}

/** The declarations of a name, however many files pass it on: overloads, or a type and a value of one name. */
function findDeclaration(
  path: string,
  name: string,
): { readonly declaration: string; readonly says: string; readonly file: string } {
  const file = path.replace(/\.(?:js|ts)$/, ".d.ts");
  const text = readFileSync(file, "utf8");
  const start = String.raw`^export (?:declare )?(?:abstract )?(?:const|function|class|interface|type) ${name}\b`;
  const starts = [...text.matchAll(new RegExp(start, "gm"))].map(({ index }) => index);
  if (starts.length === 0) {
    const passedOn = readExports(file).find((entry) => entry.name === name);
    if (passedOn === undefined) throw new Error(`${file} does not declare ${name}`);
    return findDeclaration(resolve(dirname(file), passedOn.from), passedOn.original);
  }
  const declaration = starts.map((at) => statementAt(text, at)).join("\n");
  const says = starts.map((at) => docstringBefore(text, at)).filter((docstring) => docstring !== "");
  return { declaration, says: says.join("\n\n"), file };
}

function findInherited(text: string, declaration: string): readonly string[] {
  const bases = /^interface \w+ extends ([\w, ]+)/.exec(declaration)?.[1]?.trim().split(/,\s*/) ?? [];
  return bases.flatMap((base) => {
    const at = text.search(new RegExp(String.raw`^export interface ${base}\b`, "m"));
    if (at === -1) return [];
    const found = statementAt(text, at);
    return [...findInherited(text, found), found];
  });
}

function statementAt(text: string, from: number): string {
  return text
    .slice(from, statementEnd(text, from))
    .replace(/^export (?:declare )?/, "")
    .split("\n")
    .filter((line) => !/^\s*(?:#private|private )/.test(line))
    .join("\n");
}

/** Where a statement ends: at a `;` outside of all brackets, or behind the body of a class or interface. */
function statementEnd(text: string, from: number): number {
  const hasBody = /^export (?:declare )?(?:abstract )?(?:class|interface) /.test(text.slice(from, from + 60));
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const skipped = skipText(text, at);
    if (skipped > at) {
      at = skipped - 1;
      continue;
    }
    const sign = text[at] ?? "";
    if ("{([".includes(sign)) depth++;
    if ("})]".includes(sign)) depth--;
    if (depth === 0 && (sign === ";" || (hasBody && sign === "}"))) return at + 1;
  }
  return text.length;
}

/** The end of a comment or string that begins here; the same place where none does. */
function skipText(text: string, at: number): number {
  if (text.startsWith("/*", at)) return text.indexOf("*/", at) + 2;
  if (text.startsWith("//", at)) return text.indexOf("\n", at);
  const quote = text[at];
  if (quote !== '"' && quote !== "'" && quote !== "`") return at;
  let end = at + 1;
  while (end < text.length && text[end] !== quote) end += text[end] === "\\" ? 2 : 1;
  return end + 1;
}

/** The docstring that ends right before `at`, as text: a tag a line, examples as code. */
function docstringBefore(text: string, at: number): string {
  const before = text.slice(0, at).trimEnd();
  if (!before.endsWith("*/")) return "";
  const start = before.lastIndexOf("/**");
  if (start === -1 || before.indexOf("*/", start) !== before.length - 2) return "";
  const lines = before
    .slice(start + 3, -2)
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const [prose = "", ...tags] = lines.join("\n").trim().split(/^@/m);
  return [prose.trim(), ...tags.map(renderTag)].filter((part) => part !== "").join("\n\n");
}

function renderTag(tag: string): string {
  const [, kind = "", rest = ""] = /^(\w+)\s*([^]*)$/.exec(tag.trim()) ?? [];
  const words = rest.trim();
  switch (kind) {
    case "example":
      return words.startsWith("```") ? words : `\`\`\`ts\n${words}\n\`\`\``;
    case "throws":
      return `**Throws** ${words}`;
    case "returns":
      return `**Gives** ${words}`;
    case "param":
      return `**\`${words.split(/\s/)[0] ?? ""}\`** ${words.replace(/^\S+\s*/, "")}`;
    default:
      return words;
  }
}
