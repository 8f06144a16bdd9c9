/** What npm installs is what was locked: each package by its version and the hash of its content, other platforms' too. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
}

const text = readFileSync(new URL("../package-lock.json", import.meta.url), "utf8");
const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Locked>> };
const installed = Object.entries(packages).filter(([folder]) => folder !== "");

test("every package in the lock has the hash of its content", () => {
  expect(installed.length).toBeGreaterThan(100);
  const without = installed.filter(([, { integrity = "" }]) => !/^sha512-[\w+/]{86}==$/.test(integrity));
  expect(without.map(([folder]) => folder)).toEqual([]);
});
