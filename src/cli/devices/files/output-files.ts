/** Writes CA files where they were asked for, and reads them back: what counts is what stands on the disk. */
import { access, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { BundleFile } from "../../../bundle/index.ts";
import { sha256 } from "../../certificates/describe.ts";
import { renderHex } from "../../../core/index.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import { unwritable } from "../../frame/files.ts";
import { writeOutput } from "../../frame/output-file.ts";

/** A file on the disk, with what was read back from it. */
export interface WrittenFile {
  /** On the disk. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** As the format names it, with the content that was read back. */
  readonly file: BundleFile;
}

/** A file that is to be written, and where. */
export interface PlacedFile {
  readonly path: string;
  readonly file: BundleFile;
}

/** Where the files go: a single one may be given its own name, several are put into a folder. */
export async function placeFiles(
  files: readonly BundleFile[],
  output: string,
): Promise<readonly PlacedFile[]> {
  const [only, ...rest] = files;
  const isOwnName =
    only !== undefined && rest.length === 0 && !/[/\\]$/.test(output) && !(await isFolder(output));
  const placed = isOwnName
    ? [{ path: output, file: only }]
    : files.map((file) => ({ path: join(output, file.path), file }));
  for (const { path } of placed) {
    const what = await keepsNothing(path);
    if (what === undefined) continue;
    throw new CommandError(`"${path}" is ${what}, and what is written is read back from where it stands.`, {
      hint: "Name a file or a folder with -o.",
      exitCode: exitCode.writeFailed,
    });
  }
  return placed;
}

/** Writes and reads back. `signal` ends it. Throws a `CommandError` for what cannot be written, or reads back otherwise. */
export async function writeFiles(
  placed: readonly PlacedFile[],
  signal: AbortSignal,
): Promise<readonly WrittenFile[]> {
  const written: WrittenFile[] = [];
  for (const { path, file } of placed) {
    await writeOne(path, file.bytes, signal);
    const bytes = new Uint8Array(await readFile(path));
    written.push({
      path,
      bytes: bytes.length,
      sha256: hashOf(bytes),
      file: { path: file.path, bytes },
    });
  }
  return written;
}

/** Writes one file and the folders above it; a pipe is waited for until it has a reader, or `signal` ends that. */
export async function writeOne(
  path: string,
  content: Uint8Array | string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
  await writeOutput([content], { file: path, signal });
}

/** Files beside the written ones that look like an earlier run's: a device that takes the whole folder takes them too. */
export async function findLeftovers(placed: readonly PlacedFile[]): Promise<readonly string[]> {
  if (placed.length < 2) return [];
  const leftovers: string[] = [];
  for (const folder of new Set(placed.map(({ path }) => dirname(path)))) {
    const own = placed.filter(({ path }) => dirname(path) === folder).map(({ path }) => basename(path));
    const kinds = new Set(own.map((name) => extname(name)));
    const names = await readdir(folder);
    for (const name of names.toSorted()) {
      if (!own.includes(name) && kinds.has(extname(name))) leftovers.push(join(folder, name));
    }
  }
  return leftovers;
}

/** For whoever reads the report. */
export function explainLeftovers(leftovers: readonly string[]): readonly string[] {
  if (leftovers.length === 0) return [];
  return [`Not of this run, though they look like it: ${leftovers.join(", ")}. Remove them.`];
}

export function hashOf(bytes: Uint8Array): string {
  return renderHex(sha256(bytes));
}

/** What stands there that gives back other than what was written, or gives without an end. */
async function keepsNothing(path: string): Promise<"a pipe" | "a device" | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile() || found.isDirectory()) return undefined;
  return found.isFIFO() || found.isSocket() ? "a pipe" : "a device";
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Whether anything has this name. */
export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
