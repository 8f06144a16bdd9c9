/** Whatever a peer sends costs time in proportion to its size, and never holds the event loop for long. */
import { describe, expect, test } from "vitest";
import { isWithin, measureGrowth } from "./growth.ts";
import { peerWorks } from "./works.ts";

describe.each(Object.entries(peerWorks))("twice as much costs about twice as long: %s", (_, works) => {
  test.each(works)("$what", { timeout: 120_000 }, (work) => {
    const growth = measureGrowth(work);
    expect(growth).toSatisfy(isWithin);
  });
});

test("a reader that looks back over what it has read is found out", () => {
  const blanks = (size: number): string => " ".repeat(size);
  const growth = measureGrowth({
    what: "one regular expression over a head",
    bound: 8_000,
    prepare: (size) => () => `x${blanks(size)}y`.replace(/[\t ]*\r?\n[\t ]+/g, " "),
  });
  expect(isWithin(growth)).toBe(false);
});
