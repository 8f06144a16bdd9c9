/** A field section: names in any case, lines in their order. */
import { describe, expect, test } from "vitest";
import { fieldsFrom } from "./fields.ts";

const cookies = fieldsFrom([
  ["Set-Cookie", "a=1"],
  ["List", "x"],
  ["SET-COOKIE", "b=2"],
  ["list", "y"],
]);

describe("a field section", () => {
  test("counts its lines", () => {
    expect(cookies.size).toBe(4);
    expect(fieldsFrom([]).size).toBe(0);
  });

  test.each(["Set-Cookie", "set-cookie", "SET-COOKIE"])(
    "gives the first line of %s, in whatever case it is asked for",
    (name) => {
      expect(cookies.get(name)).toBe("a=1");
      expect(cookies.getAll(name)).toEqual(["a=1", "b=2"]);
    },
  );

  test("joins the lines of any other name", () => {
    expect(cookies.get("LIST")).toBe("x, y");
  });
});

describe("names", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz";

  test("of the same letters are one, in any case", () => {
    expect(fieldsFrom([[letters, "1"]]).get(letters.toUpperCase())).toBe("1");
    expect(fieldsFrom([[letters.toUpperCase(), "1"]]).get(letters)).toBe("1");
  });

  test.each([
    ["ETag", "Etab"],
    ["Via", "Age"],
    ["a`", "a@"],
    ["a{", "a["],
    ["a0", "aP"],
    ["a-", "aM"],
  ])("%s and %s are two, although of one length", (one, other) => {
    for (const [held, asked] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(fieldsFrom([[held, "1"]]).has(asked)).toBe(false);
      expect(fieldsFrom([[held, "1"]]).get(asked)).toBeUndefined();
    }
  });
});
