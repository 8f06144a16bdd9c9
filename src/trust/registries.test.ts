/** Which domains of two labels are a registry's, so that no wildcard may stand over them (BR 3.2.2.6). */
import { expect, test } from "vitest";
import { isRegistry } from "./registries.ts";

const rows: readonly (readonly [law: string, name: string, isRegistry: boolean])[] = [
  ["a general word of a country that registers under it is one", "co.uk", true],
  ["so is another word of the same country", "org.uk", true],
  ["the same word of a country that does not is somebody's", "co.de", false],
  ["another word of a country is somebody's", "example.uk", false],
  ["any word of a country that registers at the second level alone is one", "example.ck", true],
  ["what is below it is somebody's", "www.example.ck", false],
  ["what is below a registry is somebody's", "example.co.uk", false],
  ["a country alone is not of two labels", "uk", false],
  ["a country that registers at the second level alone is not either", "ck", false],
  ["a name that only ends alike is somebody's", "disco.uk", false],
  ["a top-level domain that only ends alike is another", "example.duck", false],
];
test.each(rows)("%s", (_, name, expected) => {
  expect(isRegistry(name)).toBe(expected);
});
