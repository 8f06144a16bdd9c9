/**
 * Where a lock may have files written. A lock comes with whatever it was checked out with, so its word leads to no place that
 * the user did not name: into the working directory alone, over nothing but an earlier run's files, and nothing hidden.
 */
import { lstat, readFile, realpath } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { readBundle } from "../../bundle/index.ts";
import { equalBytes } from "../../core/index.ts";
import { CommandError } from "../frame/failure.ts";
import type { PlacedFile } from "../devices/files/output-files.ts";

export interface LockedPlace {
  /** As the lock has it. */
  readonly output: string;
  readonly placed: readonly PlacedFile[];
  /** The working directory. */
  readonly home: string;
}

/** @throws CommandError for a place that only the user may name */
export async function checkLockedPlace({ output, placed, home }: LockedPlace): Promise<void> {
  const words = output.split(/[\\/]/);
  const isOutside = isAbsolute(output) || /^[\\/]|^[A-Za-z]:/.test(output) || words.includes("..");
  if (isOutside || (await leadsOut(placed, home))) throw refused(output, "outside the working directory");
  if (words.some((word) => word.startsWith(".") && word !== "."))
    throw refused(output, "a file or folder that is hidden");
  for (const { path, file } of placed)
    if (!(await isReplaceable(resolve(home, path), file.bytes)))
      throw refused(path, "over a file that holds no certificates");
}

/** Whether a link on the way leads elsewhere. */
async function leadsOut(placed: readonly PlacedFile[], home: string): Promise<boolean> {
  const top = await realpath(home);
  for (const { path } of placed) {
    const inside = relative(top, await realpathOfNearest(resolve(home, path)));
    if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return true;
  }
  return false;
}

/** Of the file itself, or of the nearest folder above it that is there. A link to nothing leads anywhere. */
async function realpathOfNearest(path: string): Promise<string> {
  const found = await realpath(path).catch(() => undefined);
  if (found !== undefined) return found;
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  return isThere ? "/" : realpathOfNearest(dirname(path));
}

/** Whether nothing is lost: no file is there, or the same, or one that is read as what a run writes. */
async function isReplaceable(path: string, content: Uint8Array): Promise<boolean> {
  try {
    return earlierOf(content)(new Uint8Array(await readFile(path)));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

/** What a run writes: the same, or certificates, and no key beside them. */
export function earlierOf(content: Uint8Array): (there: Uint8Array) => boolean {
  return (there) => {
    if (equalBytes(there, content)) return true;
    const { entries, remarks } = readBundle(there);
    const holdsKey = remarks.some(({ kind }) => kind === "private-key");
    return !holdsKey && entries.some(({ kind }) => kind !== "unreadable");
  };
}

function refused(place: string, what: string): CommandError {
  return new CommandError(`The lock says to write to ${JSON.stringify(place)}: ${what}.`, {
    hint: "Name the place yourself, with -o PATH, if that is where you want it.",
  });
}
