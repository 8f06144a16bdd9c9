/** What hints call the settings in a program is what the client takes: no hint names an option that is refused. */
import { expect, expectTypeOf, test } from "vitest";
import { Client } from "../../src/client/index.ts";
import { HttpsError, libraryNames } from "../../src/core/index.ts";
import type { VerifyRequest } from "../../src/trust/index.ts";

/** Options of `verify()`, which has no client. */
const ofTheEngine = ["maxDepth"];

/** `timeouts.dnsMs`, and what stands in front of the values in `pins with insecure: { reason }`. */
const options = Object.values(libraryNames)
  .flatMap((name) => name?.split(" with ") ?? [])
  .map((name) => name.replace(/:.*/, ""))
  .filter((name) => !ofTheEngine.includes(name));

/** The code that a client refuses an option with, whatever its value. */
function refusal(path: string): string | undefined {
  const [name = "", inner] = path.split(".");
  const value = inner === undefined ? undefined : { [inner]: undefined };
  try {
    void new Client({ [name]: value }).close();
    return undefined;
  } catch (error) {
    return error instanceof HttpsError ? error.code : String(error);
  }
}

test.each([...new Set(options)])("%s is an option", (path) => {
  expect(refusal(path)).not.toBe("option-unknown");
});

test("a name that is not an option would be found out", () => {
  expect(refusal("maxBodyByte")).toBe("option-unknown");
});

test("the engine's own option is one of a VerifyRequest", () => {
  expectTypeOf<VerifyRequest>().toHaveProperty("maxDepth");
});
