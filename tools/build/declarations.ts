/**
 * The declarations of the doors: those that the compiler wrote and that a door reaches (`.d.ts`), and for `require` (`.d.cts`)
 * a file a door that takes everything from them, since TypeScript tells by the ending which of the two a file describes.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** A module that a declaration names: `from "./a.ts"`, `import("./a.ts")`, `import "./a.ts"`, `declare module "./a.ts"`. */
const specifiers = /(?<before>\bfrom |\bimport\(|^import |^declare module )"(?<path>\.[^"]*)\.ts"/gm;

/** Keeps what the doors reach of the compiler's output in `outdir`. */
export function writeDeclarations(outdir: string, doors: readonly string[]): void {
  const texts = readReached(doors.map((place) => join(outdir, place)));
  const written = readdirSync(outdir, { recursive: true, encoding: "utf8" });
  for (const path of written) if (path.endsWith(".d.ts")) rmSync(join(outdir, path));
  for (const [place, text] of texts) {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(`${place}.d.ts`, text.replace(specifiers, '$<before>"$<path>.js"'));
  }
}

/**
 * Writes the doors' declarations for `require`, over the built doors. A CommonJS file may take types alone from an ES module,
 * so each value is declared by the type that it has there, and each class once more as the type of what it makes.
 */
export async function writeCommonJsDeclarations(outdir: string, doors: readonly string[]): Promise<void> {
  for (const place of doors) {
    const door = (await import(pathToFileURL(resolve(outdir, `${place}.js`)).href)) as object;
    const texts = [...readReached([join(outdir, place)]).values()];
    const from = `"./${basename(place)}.js"`;
    const lines = Object.keys(door).map((name) => declareValue(name, from, texts));
    const types = `export type * from ${from} with { "resolution-mode": "import" };\n`;
    writeFileSync(join(outdir, `${place}.d.cts`), types + lines.join(""));
  }
}

function declareValue(name: string, from: string, texts: readonly string[]): string {
  const it = memberOf(from, name);
  if (name === "default") return `declare const it: typeof ${it};\nexport default it;\n`;
  const kinds = "(?:declare )?(?:abstract )?(?:class|interface|type|enum)";
  const type = new RegExp(`^export ${kinds} ${name}\\b(?:<(?<parameters>[^>]*)>)?`, "m");
  const found = texts.map((text) => type.exec(text)).find((match) => match !== null);
  const value = `export declare const ${name}: typeof ${it};\n`;
  if (found === undefined) return value;
  const parameters = (found.groups?.["parameters"] ?? "").split(", ").filter((parameter) => parameter !== "");
  const given = parameters.map((parameter) => parameter.replace(/ .*/, ""));
  const qualified = parameters.map((parameter) =>
    parameter.replace(/(?<=(?:\bextends|=) )[A-Z]\w*/g, (bound) => memberOf(from, bound)),
  );
  return `${value}export type ${name}${angled(qualified)} = ${it}${angled(given)};\n`;
}

function memberOf(from: string, name: string): string {
  return `import(${from}, { with: { "resolution-mode": "import" } }).${name}`;
}

function angled(list: readonly string[]): string {
  return list.length === 0 ? "" : `<${list.join(", ")}>`;
}

/** Every declaration from these on, by its path without an ending. */
function readReached(entries: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const wanted = [...entries];
  for (let place = wanted.pop(); place !== undefined; place = wanted.pop()) {
    if (texts.has(place)) continue;
    const text = readFileSync(`${place}.d.ts`, "utf8");
    texts.set(place, text);
    for (const { groups } of text.replaceAll('.js"', '.ts"').matchAll(specifiers))
      wanted.push(join(dirname(place), groups?.["path"] ?? ""));
  }
  return texts;
}
