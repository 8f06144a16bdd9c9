/** Which runtime it is, and that the table of facts says what reports are made of. */
import { expect, test } from "vitest";
import { bun, deno, node, runtimeHere, runtimeOf, runtimes, unseenOn } from "./index.ts";

test.each([
  [{ node: "20.20.2" }, node],
  [{ node: "26.3.0", bun: "1.4.5" }, bun],
  [{ node: "26.3.0", deno: "2.9.6" }, deno],
  [{ node: "26.3.0", another: "1.0.0" }, node],
])("%o is $name", (versions, runtime) => {
  expect(runtimeOf(versions)).toBe(runtime);
});

test("a property that every object inherits is not a runtime", () => {
  expect(runtimeOf(Object.create({ bun: "1.4.5" }) as Record<string, string>)).toBe(node);
});

test("these tests run on Node, which shows everything", () => {
  expect(runtimeHere).toBe(node);
  expect(unseenOn(node)).toEqual([]);
});

test("what was seen in another way is not unseen", () => {
  expect(unseenOn(bun, ["sentChain", "closeNotify", "certificateRequest"])).toEqual([
    "whether the server stapled an OCSP response",
  ]);
});

test("no other runtime shows all that Node does", () => {
  for (const { name, shows } of runtimes) if (name !== "Node") expect(Object.values(shows)).toContain(false);
});
