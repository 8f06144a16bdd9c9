/** The reference names what the doors export, says something of each call, and shows examples by their differences. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deviceNames, devices } from "../../src/device/index.ts";
import * as client from "../../src/index.ts";
import * as mongoose from "../../src/mongoose/index.ts";
import { readApi, renderDiff, root, writeApiPages } from "../../tools/docs/index.ts";

const api = readApi(root);
const namesOf = (door: string): Set<string> => new Set(api.get(door)?.map(({ name }) => name));

describe("docs/api", () => {
  it.each([
    ["meerkat", client],
    ["meerkat/mongoose", mongoose],
  ])("has every name that %s exports at run time", (door, exported) => {
    expect(Object.keys(exported).filter((name) => !namesOf(door).has(name))).toEqual([]);
  });

  it.each([...api])("says in a sentence what each name of %s is", (_, names) => {
    const silent = names.filter(({ says }) => says === "" || says.startsWith("```"));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it("shows declarations whole, without what is private", () => {
    const shown = new Map(api.get("meerkat/mongoose")?.map((entry) => [entry.name, entry]));
    expect(shown.get("mg_time")).toMatchObject({
      declaration: "function mg_time(): number;",
      source: "src/mongoose/shared/manager.ts",
    });
    const headers = api.get("meerkat")?.find(({ name }) => name === "ReadonlyHeaders");
    expect(headers?.declaration).toMatch(
      /^class ReadonlyHeaders implements [^]*get\(name: string\): string \| null;[^]*\}$/,
    );
    for (const names of api.values()) {
      for (const { declaration } of names) {
        expect(declaration).not.toContain("#private");
        expect(declaration.split("{").length).toBe(declaration.split("}").length);
      }
    }
  });

  it.each([...api])("has no name of %s that the compiler takes for anything", (_, names) => {
    const loose = names.filter(({ declaration }) =>
      /[:<|,] any\b/.test(declaration.replaceAll(/\/\*\*[^]*?\*\//g, "")),
    );
    expect(loose.map(({ name }) => name)).toEqual([]);
  });

  it("has a page for each door, with every name and the options", () => {
    const pages = writeApiPages(api, root);
    for (const [door, names] of api) {
      const page = pages.get(`docs/api/${door.replace(/^meerkat\//, "").replaceAll("/", "-")}.md`);
      for (const { name } of names) expect(page).toContain(`| \`${name}\` |`);
    }
    expect(pages.get("docs/api/meerkat.md")).toContain("| `addRoots?` |");
  });
});

it("docs/devices.md tells the figures of memory that a profile has, not their notes alone", () => {
  const lines = readFileSync(join(root, "docs/devices.md"), "utf8").match(/^- Memory: .*$/gm) ?? [];
  const figures = deviceNames.map((name) => devices[name].memory.heapBytes?.toLocaleString("en-US"));
  expect(figures.filter((figure) => figure !== undefined).length).toBeGreaterThan(6);
  for (const [i, figure] of figures.entries()) expect(lines[i]).toContain(figure ?? "");
});

describe("a diff", () => {
  it("shows what went, what came, and two lines around", () => {
    const before = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const after = ["a", "b", "c", "d", "E", "f", "g", "h", "i"];
    expect(renderDiff(before, after)).toEqual([" ...", " c", " d", "-e", "+E", " f", " g", " h", "+i"]);
  });

  it("of two equal texts shows nothing", () => {
    expect(renderDiff(["a", "b"], ["a", "b"])).toEqual([" ..."]);
    expect(renderDiff([], ["a"])).toEqual(["+a"]);
  });
});
