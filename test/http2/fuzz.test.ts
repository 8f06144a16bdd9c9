/** Properties of HTTP/2's readers over frames and blocks that were changed, by seeds that are always the same. */
import { test } from "vitest";
import { fuzzBlocks, fuzzFrames } from "./mutated.ts";

test("changed frames read the same in any pieces, and none throws", () => {
  fuzzFrames(10_000, 1);
});

test("changed blocks keep within the limits and the table's size, and none throws", () => {
  fuzzBlocks(10_000, 1);
});
