/** What npm installs is what was locked: each package by its version and the hash of its content, other platforms' too. */
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  /** A folder of this project. */
  readonly link?: boolean;
}

const text = readFileSync(new URL("../package-lock.json", import.meta.url), "utf8");
const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Locked>> };
const installed = Object.entries(packages).filter(
  ([folder, { link = false }]) => folder.startsWith("node_modules/") && !link,
);

test("every package in the lock has the hash of its content", () => {
  expect(installed.length).toBeGreaterThan(100);
  const without = installed.filter(([, { integrity = "" }]) => !/^sha512-[\w+/]{86}==$/.test(integrity));
  expect(without.map(([folder]) => folder)).toEqual([]);
});

// Two versions are installed, and npm links the program of the one whose folder comes first.
test("`tsc` is the newest TypeScript, not the oldest that users may have", () => {
  const at = (path: string): string =>
    realpathSync(fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url)));
  expect(at(".bin/tsc")).toBe(at("typescript/bin/tsc"));
});
