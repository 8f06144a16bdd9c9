/** Secrets from files and the environment. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { tellLimits } from "../limits.ts";
import { secretFrom } from "./secret.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-secret-"));
const path = join(folder, "token");
afterAll(() => rmSync(folder, { recursive: true }));

describe("a secret", () => {
  test("of a file is read when it is used, without the white space around it", async () => {
    const secret = secretFrom({ kind: "file", path });
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
    await expect(secretFrom({ kind: "file", path: join(folder, "none") })()).rejects.toThrow("no such file");
    writeFileSync(path, " \n");
    await expect(secretFrom({ kind: "file", path })()).rejects.toThrow("empty");
  });

  test("is bounded", async () => {
    const most = tellLimits.secretBytes.value;
    const secret = secretFrom({ kind: "file", path });
    writeFileSync(path, "x".repeat(most));
    expect(await secret()).toHaveLength(most);
    writeFileSync(path, "x".repeat(most + 1));
    await expect(secret()).rejects.toThrow("longer");
  });
});
