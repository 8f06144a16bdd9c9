/**
 * The declarations of the doors: those that the compiler wrote and that a door reaches, once for `import` (`.d.ts`) and once
 * for `require` (`.d.cts`), since TypeScript tells by the ending which of the two a file describes.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A module that a declaration names: `from "./a.ts"`, `import("./a.ts")`, `import "./a.ts"`, `declare module "./a.ts"`. */
const specifiers = /(?<before>\bfrom |\bimport\(|^import |^declare module )"(?<path>\.[^"]*)\.ts"/gm;

/** Keeps what the doors reach of the compiler's output in `outdir`, and writes it for `require` too. */
export function writeDeclarations(outdir: string, doors: readonly string[]): void {
  const texts = readReached(doors.map((place) => join(outdir, place)));
  const written = readdirSync(outdir, { recursive: true, encoding: "utf8" });
  for (const path of written) if (path.endsWith(".d.ts")) rmSync(join(outdir, path));
  for (const [place, text] of texts) {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(`${place}.d.ts`, text.replace(specifiers, '$<before>"$<path>.js"'));
    writeFileSync(`${place}.d.cts`, text.replace(specifiers, '$<before>"$<path>.cjs"'));
  }
}

/** Every declaration from these on, by its path without an ending. */
function readReached(entries: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const wanted = [...entries];
  for (let place = wanted.pop(); place !== undefined; place = wanted.pop()) {
    if (texts.has(place)) continue;
    const text = readFileSync(`${place}.d.ts`, "utf8");
    texts.set(place, text);
    for (const { groups } of text.matchAll(specifiers))
      wanted.push(join(dirname(place), groups?.["path"] ?? ""));
  }
  return texts;
}
