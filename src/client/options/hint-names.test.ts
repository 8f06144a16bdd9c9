/** What hints call the settings of a program: each is an option of a client, or of `verify`. */
import { expect, test } from "vitest";
import { libraryNames } from "../../core/index.ts";
import { Client } from "../index.ts";

/** The options that a name speaks of, as paths. */
const named = Object.values(libraryNames).flatMap((name) =>
  name === undefined ? [] : name.split(" with ").map((one) => one.replace(/:.*/, "")),
);

test.each([...new Set(named)].filter((name) => name !== "maxDepth"))(
  "%s is an option of a client",
  (path) => {
    const [option = "", inner] = path.split(".");
    const value = inner === undefined ? undefined : { [inner]: undefined };
    const made = (): Client => new Client({ [option]: value });
    expect(codeOf(made)).not.toBe("option-unknown");
  },
);

test("one that a client does not have would be told", () => {
  expect(codeOf(() => new Client({ timeouts: { nobodyMs: undefined } as object }))).toBe("option-unknown");
  expect(named).toEqual(expect.arrayContaining(["addRoots", "roots", "pins", "insecure", "timeouts.dnsMs"]));
});

function codeOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
}
