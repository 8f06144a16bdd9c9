/** Files that the command line names: read whole within a bound, and what is said where one cannot be used. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { explainUnreadable, explainUnwritable, type Limit } from "../../core/index.ts";
import { exitCode } from "./exit-codes.ts";
import { CommandError } from "./failure.ts";
import { readPipe } from "./input-pipe.ts";

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
    return await readBounded(file, most);
  } catch (error) {
    throw unreadable(file, error, words);
  }
}

/** A whole file, or what a pipe gives until its end. Throws the reason where it is not there, or too large. */
export async function readBounded(file: string, most?: Limit): Promise<Buffer> {
  const found = await stat(file);
  if (most !== undefined && found.size > most.value)
    throw new Error(`it has ${found.size} bytes, more than ${most.value}`);
  if (found.isFIFO()) return readAll(readPipe(file), most);
  return found.isCharacterDevice() ? readAll(createReadStream(file), most) : readFile(file);
}

async function readAll(stream: AsyncIterable<Buffer>, most: Limit | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (most !== undefined && size > most.value) throw new Error(`it gives more than ${most.value} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
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
