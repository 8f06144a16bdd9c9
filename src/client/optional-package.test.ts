/** A package that is not installed is told by its name, with what it is for; what it ends with itself is its own error. */
import { expect, test } from "vitest";
import { loadLibrary } from "./cache/library.ts";
import { loadParser } from "./event-stream/parser.ts";
import { loadPackage } from "./optional-package.ts";

const absent = "a-package-that-nobody-has";

test("an event stream says what it needs, and how to get it", async () => {
  const error: unknown = await loadParser(absent).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "package-missing",
    detail: { needs: "Reading an event stream", name: "eventsource-parser@3" },
    cause: { code: "ERR_MODULE_NOT_FOUND" },
  });
  expect((error as { readonly hint: string }).hint).toContain("npm install eventsource-parser@3");
  expect(await loadParser()).toBeTypeOf("function");
});

test("a cache says what it needs, and how to get it", async () => {
  const error: unknown = await loadLibrary(absent).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "package-missing",
    detail: { needs: "The cache", name: "http-cache-semantics@4" },
    cause: { code: "ERR_MODULE_NOT_FOUND" },
  });
  expect((error as { readonly hint: string }).hint).toContain("npm install http-cache-semantics@4");
  await loadLibrary();
});

test("what a package throws while it is loaded is not taken for its absence", async () => {
  const broken = "data:text/javascript,throw new TypeError('it broke')";
  const missing = { needs: "This test", name: absent };
  await expect(loadPackage(broken, missing)).rejects.toThrow("it broke");
});
