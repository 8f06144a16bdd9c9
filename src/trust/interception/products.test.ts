/** A name of a peer's is looked through for a product's in proportion to its length. */
import { expect, test } from "vitest";
import { isWithin, measureGrowth } from "../../../test/linear/growth.ts";
import { findProduct } from "./products.ts";

test.each(["avast ", "avast! ", "a", " ", "palo alto "])("a name made of %o", (unit) => {
  const prepare = (size: number) => {
    const name = unit.repeat(size / unit.length);
    return () => findProduct([name]);
  };
  expect(measureGrowth({ what: unit, bound: 60_000, prepare })).toSatisfy(isWithin);
});

test("a product's name is found where CAs have it", () => {
  expect(findProduct(["CN=avast! Web/Mail Shield Root, O=avast"])).toMatchObject({ kind: "interceptor" });
  expect(findProduct(["CN=Avast Trusted Shield CA"])).toMatchObject({ kind: "interceptor" });
});
