/**
 * Writes the pages of `docs/api/`, one a door. The beginning of a page, with an example for each main name, is written by
 * hand and run by a test; below it stands every name that the door exports, as the compiler knows it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PublicName, PublicNames } from "./api.ts";

const heading = "## Every name";

/** The pages by their path from the root, and `docs/api.md`, which lists them. */
export function writeApiPages(api: PublicNames, root: string): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  const rows: string[] = [];
  for (const [door, names] of api) {
    const path = `docs/api/${pageOf(door)}.md`;
    const written = readFileSync(join(root, path), "utf8");
    const [byHand = ""] = written.split(`\n${heading}\n`);
    pages.set(path, `${byHand.trimEnd()}\n\n${renderNames(names)}`);
    rows.push(`| [\`${door}\`](api/${pageOf(door)}.md) | ${firstSentence(introOf(byHand))} |`);
  }
  pages.set("docs/api.md", renderIndex(rows));
  return pages;
}

/** `meerkat/mongoose/7` to `mongoose-7`. */
function pageOf(door: string): string {
  return door.replace(/^meerkat\//, "").replaceAll("/", "-");
}

function introOf(page: string): string {
  return page.split("\n\n")[1] ?? "";
}

function renderIndex(rows: readonly string[]): string {
  return `# Reference

A page for each door of the package: an example for each main name, and every name that it exports. The declarations that
npm installs hold the rest: each name's docstring gives shapes, units, errors and the source.

Durations end in \`Ms\` and are milliseconds, instants in \`At\` and are milliseconds since 1970, sizes in \`Bytes\`. What a
call throws is an \`HttpsError\` whose \`code\` is one of [errors.md](errors.md).

| door | what it is for |
| --- | --- |
${rows.join("\n")}
`;
}

function renderNames(names: readonly PublicName[]): string {
  if (names.length === 0) return `${heading}\n\nNone: it is imported for what it does.\n`;
  const sorted = names.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const rows = sorted.map(
    ({ name, declaration, says }) =>
      `| \`${name}\` | ${kindOf(declaration)} | ${cell(firstSentence(says))} |`,
  );
  const options = sorted.flatMap(renderFields);
  return `${[`${heading}\n\n| name | kind | what it is |\n| --- | --- | --- |\n${rows.join("\n")}`, ...options].join("\n\n")}\n`;
}

function kindOf(declaration: string): string {
  const [word = ""] = declaration.split(" ", 1);
  return word === "interface" ? "type" : word;
}

/** The fields of what a caller writes: options and requests. */
function renderFields({ name, declaration, inherited }: PublicName): readonly string[] {
  if (!/(?:Options|Request|Timeouts)$/.test(name) || !/^(?:interface|type) /.test(declaration)) return [];
  const rows = [declaration, ...inherited].flatMap(rowsOf);
  if (rows.length === 0) return [];
  const base = /^interface \w+ extends ([\w, ]+)/.exec(inherited[0] ?? declaration)?.[1]?.trim();
  const more = base === undefined ? "" : `\n\nAnd what \`${base}\` has.`;
  return [`### ${name}\n\n| field | type | what it is |\n| --- | --- | --- |\n${rows.join("\n")}${more}`];
}

function rowsOf(declaration: string): readonly string[] {
  const field = /(?:\/\*\*([^]*?)\*\/\s*)?readonly (\w+)(\??): ((?:\{[^{}]*\}|[^;{}])*);/g;
  return [...declaration.matchAll(field)].map(([, says = "", name = "", optional = "", type = ""]) => {
    const text = says.replaceAll(/^\s*\* ?/gm, "").trim();
    return `| \`${name}${optional}\` | ${cell(`\`${oneLine(type)}\``)} | ${cell(oneLine(text))} |`;
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

function firstSentence(text: string): string {
  const [prose = ""] = text.split("```", 1);
  const plain = oneLine(prose.split("\n\n", 1)[0] ?? "").trim();
  return /^.*?[.!?](?= |$)/.exec(plain)?.[0] ?? plain;
}

/** Text inside a table. */
function cell(text: string): string {
  return text.replaceAll("|", String.raw`\|`);
}
