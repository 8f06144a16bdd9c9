/** A lock leads to no place that the user did not name. */
import { mkdir, mkdtemp, realpath, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { pemOf } from "../../../test/pki/index.ts";
import { mintRoot } from "../../../test/pki/today.ts";
import { checkLockedPlace } from "./locked-place.ts";

const bytes = new TextEncoder().encode("content");
let home: string;
beforeAll(async () => {
  home = join(await realpath(await mkdtemp(join(tmpdir(), "meerkat-lock-"))), "home");
  await mkdir(join(home, "folder"), { recursive: true });
  await symlink("..", join(home, "link"));
  await symlink("../not-there", join(home, "dangling"));
  await symlink("folder", join(home, "inside"));
  await writeFile(join(home, "package.json"), "{}");
  await writeFile(join(home, "same"), bytes);
  await writeFile(join(home, "old.pem"), pemOf(mintRoot("Old")));
});

const check = (output: string): Promise<void> =>
  checkLockedPlace({
    output,
    placed: [{ path: resolve(home, output), file: { path: "ca.pem", bytes } }],
    home,
  });

it.each([
  "../victim",
  "folder/../../victim",
  "folder\\..\\..\\victim",
  "/tmp/victim",
  "//host/share",
  "\\\\host\\share",
  "C:\\victim",
  "c:victim",
  "..",
  "link/victim",
  "link/home2/victim",
  "dangling/victim",
  "dangling",
  ".bashrc",
  ".git/hooks/pre-commit",
  "folder/.npmrc",
  "package.json",
  "folder",
])("%s is refused", async (output) => {
  await expect(check(output)).rejects.toMatchObject({ name: "CommandError", exitCode: 2 });
});

it.each(["ca.pem", "./ca.pem", "new/folder/ca.pem", "inside/ca.pem", "old.pem", "same"])(
  "%s is not",
  async (output) => {
    await expect(check(output)).resolves.toBeUndefined();
  },
);
