/** What package.json promises of the package: the form of its doors, what comes with it, and what runs when it is installed. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { conditionsOf, doors, manifest } from "../../tools/doors.ts";

const text = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: object;
  readonly optionalDependencies?: object;
  readonly peerDependencies: object;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
};

test.each(doors.map((door) => [door.name, door] as const))(
  "%s names the same kinds of file as every other door, in the same order",
  (name, door) => {
    const entry = manifest.exports[name.replace(/^meerkat/, ".")];
    expect(JSON.stringify(entry, undefined, 2)).toBe(JSON.stringify(conditionsOf(door), undefined, 2));
  },
);

test("installing it installs nothing else", () => {
  expect(text).not.toHaveProperty("dependencies");
  expect(text).not.toHaveProperty("optionalDependencies");
  const optional = Object.entries(text.peerDependenciesMeta).flatMap(([name, meta]) =>
    meta.optional === true ? [name] : [],
  );
  expect(optional).toEqual(Object.keys(text.peerDependencies));
});

test("installing it runs nothing", () => {
  const atInstall = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"];
  expect(Object.keys(text.scripts).filter((script) => atInstall.includes(script))).toEqual([]);
});
