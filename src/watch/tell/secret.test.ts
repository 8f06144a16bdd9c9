/** Secrets from files and the environment. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { secretFrom } from "./secret.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-secret-"));
const path = join(folder, "token");
const read = (file: string): Promise<string> => readFile(file, "utf8");
afterAll(() => rmSync(folder, { recursive: true }));

describe("a secret", () => {
  test("of a file is read when it is used, without the white space around it", async () => {
    const secret = secretFrom({ kind: "file", path, read });
    writeFileSync(path, "first\n");
    expect(await secret()).toBe("first");
    writeFileSync(path, "second\n");
    expect(await secret()).toBe("second");
  });

  test("of the environment is its variable", async () => {
    expect(await secretFrom({ kind: "environment", name: "TOKEN" }, { TOKEN: "x" })()).toBe("x");
  });

  test("that is not there is said to be", async () => {
    await expect(secretFrom({ kind: "environment", name: "TOKEN" }, {})()).rejects.toThrow("variable TOKEN");
    await expect(secretFrom({ kind: "file", path: join(folder, "none"), read })()).rejects.toThrow(
      "no such file",
    );
    writeFileSync(path, " \n");
    await expect(secretFrom({ kind: "file", path, read })()).rejects.toThrow("empty");
  });
});
