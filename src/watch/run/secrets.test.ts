/** Where a secret is, is what a configuration says by itself. */
import { expect, test } from "vitest";
import { secretsOf } from "./secrets.ts";

test("a variable is read though every object had a file", async () => {
  const everything = Object.prototype as { file?: string };
  everything.file = "/etc/passwd";
  try {
    const secretOf = secretsOf({
      pathOf: (file) => file,
      readSecret: () => Promise.resolve("another"),
      environment: { TOKEN: "of the variable" },
    });
    expect(await secretOf({ env: "TOKEN" })()).toBe("of the variable");
  } finally {
    delete everything.file;
  }
});
