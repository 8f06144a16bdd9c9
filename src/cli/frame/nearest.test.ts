/** The nearest name is offered where it is near, and nothing where none is. */
import { expect, it } from "vitest";
import { findNearest } from "./nearest.ts";

const codes = ["expired", "not-yet-valid", "self-signed", "wrong-host"];

it.each([
  ["expird", "expired"],
  ["exipred", "expired"],
  ["self-singed", "self-signed"],
  ["not-valid-yet", undefined],
  ["wrong_host", "wrong-host"],
  ["xyzzy", undefined],
  ["", undefined],
])('"%s" is likely %s', (word, nearest) => {
  expect(findNearest(word, codes)).toBe(nearest);
});
