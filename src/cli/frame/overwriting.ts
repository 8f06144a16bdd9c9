/**
 * What a command may write over: never a file that it reads, and without --force nothing but what it looks like an earlier run
 * wrote there. A slip of the shell's completion (`--html ca.pem`) would else cost a bundle, or a key.
 */
import { open, realpath, stat } from "node:fs/promises";
import { CommandError } from "./failure.ts";
import { exitCode } from "./exit-codes.ts";
import { toggle } from "./flags.ts";

export const forceFlag = toggle(
  "--force",
  "write over a file although it is something else; never over one that is read",
);

/** A file to be written, and whether what stands there may be an earlier one. */
export interface Overwritten {
  readonly file: string;
  readonly isEarlier: (content: Uint8Array) => boolean;
}

export interface Kept {
  /** The files that the command reads, as they were named. */
  readonly inputs: readonly (string | undefined)[];
  readonly force: boolean;
}

const lookedAt = 1_048_576; // Enough of a file to tell what it is.

/** @throws CommandError for the first that may not be written over; nothing is written by then */
export async function checkOverwriting(
  outputs: readonly Overwritten[],
  { inputs, force }: Kept,
): Promise<void> {
  const read = new Set(await Promise.all(inputs.flatMap((one) => (one === undefined ? [] : [placeOf(one)]))));
  for (const { file, isEarlier } of outputs) {
    if (read.has(await placeOf(file)))
      throw new CommandError(`"${file}" is read by this command, and would be written over.`, {
        hint: "Give what is written another name.",
        exitCode: exitCode.writeFailed,
      });
    if (force || (await mayGo(file, isEarlier))) continue;
    throw new CommandError(
      `The file "${file}" is there already and is something else, and nothing was written.`,
      {
        hint: "Give what is written another name, or overwrite it with --force.",
        exitCode: exitCode.writeFailed,
      },
    );
  }
}

/** One and the same for every name and link of a file. */
function placeOf(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}

/** Whether nothing is lost: no file is there, or one that is empty, or what an earlier run wrote. Pipes and devices keep nothing. */
async function mayGo(file: string, isEarlier: Overwritten["isEarlier"]): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || !found.isFile() || found.size === 0) return true;
  const handle = await open(file, "r").catch(() => undefined);
  if (handle === undefined) return true; // What cannot be read is left to the writing, which says why.
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(found.size, lookedAt)));
    return isEarlier(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** A text of a format that begins so. */
export function beginsWith(beginning: RegExp): Overwritten["isEarlier"] {
  return (content) => beginning.test(Buffer.from(content.subarray(0, 200)).toString("latin1"));
}

export const isPage = beginsWith(/^\s*<!doctype html/i);
export const isXml = beginsWith(/^\s*<\?xml/);
export const isJson = beginsWith(/^\s*\{/);

/** The file of `--pass file:PATH`. */
export function passFile(given: string | undefined): string | undefined {
  return given?.startsWith("file:") === true ? given.slice("file:".length) : undefined;
}
