/** The pieces that structured field values are made of. */
import { expect, test } from "vitest";
import { TextReader } from "./text-reader.ts";

test("white space is spaces and tabs, and what else is named", () => {
  for (const [text, also] of [
    [" \t a", ""],
    [",\t, a", ","],
  ] as const) {
    const reader = new TextReader(text);
    reader.skipWhite(also);
    expect(reader.readToken()).toBe("a");
  }
  const reader = new TextReader(" ,a");
  reader.skipWhite();
  expect(reader.isNext(",")).toBe(true);
});

test("a character is taken only where it stands", () => {
  const reader = new TextReader("a=b");
  expect(reader.take("=")).toBe(false);
  expect(reader.readToken()).toBe("a");
  expect(reader.take("=")).toBe(true);
  expect(reader.readToken()).toBe("b");
});

test("the end is behind the last character, and is passed by nothing", () => {
  const token = new TextReader("a");
  token.readToken();
  expect(token.atEnd).toBe(true);
  const reader = new TextReader("a ");
  expect(reader.atEnd).toBe(false);
  reader.readToken();
  expect(reader.atEnd).toBe(false);
  reader.skipWhite();
  expect(reader.atEnd).toBe(true);
  reader.skipWhite();
  expect(reader.take("a")).toBe(false);
  expect(reader.atEnd).toBe(true);
});
