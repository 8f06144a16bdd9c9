/** What is read as a bundle, and how much of it. */
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forever } from "../../../test/cli/forever.ts";
import { pemOf } from "../../../test/pki/index.ts";
import { mintRoot } from "../../../test/pki/today.ts";
import { maxBundleBytes } from "../../bundle/index.ts";
import { bundleFolderFiles, lockBytes } from "../limits.ts";
import { openBundle } from "./bundle-files.ts";
import { readLock } from "../ca/lock.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meerkat-bundles-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function sparse(name: string, size: number): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, "");
  await truncate(file, size);
  return file;
}

describe("a bundle", () => {
  it("in a folder is every CA file in it, and no other file", async () => {
    const path = join(folder, "set");
    await mkdir(path);
    await writeFile(join(path, "b.pem"), pemOf(mintRoot("B")));
    await writeFile(join(path, "a.crt"), pemOf(mintRoot("A")));
    await writeFile(join(path, "README.md"), "not one");
    const { entries } = await openBundle(path, forever);
    expect(entries.map(({ place }) => place)).toEqual(["a.crt, line 1", "b.pem, line 1"]);
  });

  it("that is a URL is told where the bundle goes", async () => {
    await expect(openBundle("https://a.example/", forever)).rejects.toMatchObject({
      hint: "The bundle comes first, and the URLs after it: meerkat check BUNDLE URL...",
    });
  });

  it.each([
    ["just at its limit is read, whatever it holds", 0, true],
    ["just over it is refused before it is read", 1, false],
  ])("%s", async (_law, over, isRead) => {
    const opened = openBundle(await sparse(`large-${over}`, maxBundleBytes.value + over), forever);
    if (isRead) expect((await opened).format).toBe("unknown");
    else await expect(opened).rejects.toThrow(/more than 16777216/);
  });

  it.each([
    ["as many files as the limit", 0, true],
    ["one more", 1, false],
  ])("in a folder of %s", async (_law, over, isRead) => {
    const path = join(folder, `many-${over}`);
    await mkdir(path);
    const names = Array.from({ length: bundleFolderFiles.value + over }, (_, i) => `ca-${i}.der`);
    await Promise.all(names.map((name) => writeFile(join(path, name), "")));
    const opened = openBundle(path, forever);
    if (isRead) expect((await opened).entries).toHaveLength(bundleFolderFiles.value);
    else await expect(opened).rejects.toThrow(/the folder has 1025 files, more than 1024/);
  });
});

describe("a lock", () => {
  it.each([
    ["at its limit is read", 0, /is not a lock that can be repeated/],
    ["over it is refused before it is read", 1, /it has 67108865 bytes, more than 67108864/],
  ])("%s", async (_law, over, says) => {
    await expect(readLock(await sparse(`lock-${over}`, lockBytes.value + over), forever)).rejects.toThrow(
      says,
    );
  });
});
