/** Each is closed, whatever became of the others. */
import { expect, test } from "vitest";
import { closeAll } from "./close-all.ts";

test("what does not close keeps nothing else open, and is told", async () => {
  const closed: string[] = [];
  const closing = closeAll([
    () => Promise.reject(new Error("first")),
    () => Promise.resolve(closed.push("second")),
    () => Promise.reject(new Error("third")),
    () => Promise.resolve(closed.push("fourth")),
  ]);
  await expect(closing).rejects.toThrow("first");
  expect(closed).toEqual(["second", "fourth"]);
});
