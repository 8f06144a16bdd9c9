/** The package as its users have it: packed from a copy of this tree, and installed into an empty folder, with no network. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Metafile } from "esbuild";
import { metafileName } from "../../tools/doors.ts";
import { run as runChild, type Outcome } from "../child.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const notCopied = new Set([".git", "node_modules", "dist", "coverage"]);

/** Another application's package.json: what Meerkat must never take for its own. */
export const othersManifest: string = JSON.stringify({
  name: "somebody-else",
  version: "9.9.9",
  private: true,
});

export interface Installed extends AsyncDisposable {
  /** The user's folder: its package.json, and `node_modules` with what npm installed. */
  readonly folder: string;
  /** Everything that npm installed, by name. */
  readonly packages: readonly string[];
  /** The size of what npm packed, in bytes. */
  readonly packedBytes: number;
  /** The build's own account of itself, which is not in the package. */
  readonly metafile: Metafile;
  /** A new folder apart from it, with nothing but another application's package.json. */
  emptyFolder(): string;
}

/** Packs and installs the package. */
export async function installPackage(): Promise<Installed> {
  const home = mkdtempSync(join(tmpdir(), "meerkat-package-"));
  const tree = join(home, "tree");
  for (const name of readdirSync(root)) {
    if (!notCopied.has(name)) cpSync(join(root, name), join(tree, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  // npm itself builds it: nothing lies there that was built before.
  await succeed("npm", ["pack", "--pack-destination", home], tree);
  const tarball = readdirSync(home).find((name) => name.endsWith(".tgz")) ?? "";
  const folder = join(home, "user");
  writeFolder(folder);
  const flags = ["--offline", "--no-audit", "--no-fund", "--cache", join(home, "empty-cache")];
  await succeed("npm", ["install", ...flags, join(home, tarball)], folder);
  let folders = 0;
  return {
    folder,
    packages: readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".")),
    packedBytes: statSync(join(home, tarball)).size,
    metafile: JSON.parse(readFileSync(join(tree, "dist", metafileName), "utf8")) as Metafile,
    emptyFolder: () => {
      const empty = join(home, `empty-${folders++}`);
      writeFolder(empty);
      return empty;
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true }),
  };
}

/** The built files that these import, themselves among them, by imports of the kinds that count. */
export function importedBy(
  { outputs }: Metafile,
  entries: readonly string[],
  counts: (kind: string) => boolean,
): readonly string[] {
  const wanted = [...entries];
  const seen = new Set<string>();
  for (let file = wanted.pop(); file !== undefined; file = wanted.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { path, kind, external } of outputs[file]?.imports ?? [])
      if (external !== true && counts(kind)) wanted.push(path);
  }
  return [...seen];
}

function writeFolder(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), othersManifest);
}

/** Runs a program to its end, in this process's environment without what changes a Node. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Outcome> {
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  return runChild(command, args, { cwd, env: { ...inherited, ...env } });
}

/** Runs a program that has to succeed; what it printed. */
export async function succeed(
  command: string,
  args: readonly string[],
  cwd: string,
  env?: Readonly<Record<string, string>>,
): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, args, { cwd, ...(env && { env }) });
  if (exitCode !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${stdout}${stderr}`);
  return stdout;
}
