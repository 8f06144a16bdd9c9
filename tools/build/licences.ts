/** The licences of the packages that are in the built files: their authors ask for them to go where the code goes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** What every package in these outputs asks to be shown, by name and version. */
export function renderLicences(metafile: Metafile): string {
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = new Set(inputs.flatMap((path) => packageFolder(path) ?? []));
  const sections = new Map([...folders].map((folder) => [titleOf(folder), licenceOf(folder)]));
  const opening =
    "Meerkat's own licence is in LICENSE. Its command-line program and its lab contain these packages:\n";
  return [
    opening,
    ...[...sections.keys()].toSorted().map((title) => `${title}\n\n${sections.get(title)?.trim()}\n`),
  ].join(`\n${"-".repeat(80)}\n\n`);
}

/** The folder of the package that a file is from: the last `node_modules/NAME` of its path. */
function packageFolder(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function titleOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license: string;
  };
  return `${name} ${version} (${license})`;
}

function licenceOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence; it cannot be built into dist`);
  return readFileSync(join(folder, file), "utf8");
}
