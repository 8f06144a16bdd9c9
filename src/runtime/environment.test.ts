/** Variables that a program may not read: as if they were not set, and told apart from those that are not. */
import { expect, test } from "vitest";
import { deniedOf, environmentHere, guardVariables } from "./index.ts";

/** As Deno's, of a program that may not read all of them. */
const throwing = new Proxy<Record<string, string>>(
  { A: "a", B: "b", NODE_EXTRA_CA_CERTS: "/roots.pem", SECRET: "s" },
  {
    ownKeys: () => {
      throw new Error("Requires env access");
    },
  },
);
const some = guardVariables(
  throwing,
  (name) => name === "A" || name === "C" || name === "NODE_EXTRA_CA_CERTS",
);

test("what may be read is read, and what may not is as if it were not set", () => {
  expect([some["A"], some["B"], some["C"]]).toEqual(["a", undefined, undefined]);
  expect(["A", "B", "C"].map((name) => Object.hasOwn(some, name))).toEqual([true, false, false]);
  expect(["A", "B", "C"].map((name) => name in some)).toEqual([true, false, false]);
});

test("whoever depends on a variable can tell that it was not looked at", () => {
  expect(deniedOf(some, ["A", "B", "C"])).toEqual(["B"]);
  expect(deniedOf({ A: "a" }, ["A", "B"])).toEqual([]);
});

test("a copy has what may be read of what is used here", () => {
  expect({ ...some }).toEqual({ NODE_EXTRA_CA_CERTS: "/roots.pem" });
});

test("a copy of what may all be read is whole", () => {
  const all = guardVariables({ A: "a", B: "b" }, () => true);
  expect({ ...all }).toEqual({ A: "a", B: "b" });
});

test("a value that is set later is seen", () => {
  const variables: Record<string, string> = {};
  const guarded = guardVariables(variables, () => true);
  variables["A"] = "now";
  expect(guarded["A"]).toBe("now");
});

test("on Node it is the process's own, which nothing guards", () => {
  expect(environmentHere).toBe(process.env);
});
