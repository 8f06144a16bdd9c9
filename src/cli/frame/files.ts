/** Files that the command line names: read whole within a bound, and what is said where one cannot be used. */
import { readFile, stat } from "node:fs/promises";
import { explainUnreadable, explainUnwritable, type Limit } from "../../core/index.ts";
import { exitCode } from "./exit-codes.ts";
import { CommandError } from "./failure.ts";

export interface InputWords {
  /** What the file is: `The cookie file`. */
  readonly what?: string;
  readonly hint: string;
}

/** A whole file. Throws a `CommandError` where it cannot be read, or is larger than it may be. */
export async function readInput(
  file: string,
  { most, ...words }: InputWords & { readonly most?: Limit },
): Promise<Buffer> {
  try {
    if (most !== undefined) await checkSize(file, most);
    return await readFile(file);
  } catch (error) {
    throw unreadable(file, error, words);
  }
}

/** Throws the reason where the file is larger than it may be, or is not there. */
export async function checkSize(file: string, most: Limit): Promise<void> {
  const { size } = await stat(file);
  if (size > most.value) throw new Error(`it has ${size} bytes, more than ${most.value}`);
}

export function unreadable(file: string, error: unknown, { what, hint }: InputWords): CommandError {
  return new CommandError(`${naming(file, what)} cannot be read: ${explainUnreadable(error)}.`, {
    hint,
    exitCode: exitCode.readFailed,
  });
}

export function unwritable(file: string, error: unknown, what = "The file"): CommandError {
  return new CommandError(`${naming(file, what)} cannot be written: ${explainUnwritable(error)}.`, {
    exitCode: exitCode.writeFailed,
  });
}

function naming(file: string, what: string | undefined): string {
  return what === undefined ? `"${file}"` : `${what} "${file}"`;
}
