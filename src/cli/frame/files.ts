/** Files that the command line names: read whole within a bound, and what is said where one cannot be used. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";
import { explainUnreadable, explainUnwritable, type Limit } from "../../core/index.ts";
import { exitCode } from "./exit-codes.ts";
import { CommandError } from "./failure.ts";
import { readDevice, readPipe } from "./input-pipe.ts";

export interface InputWords {
  /** What the file is: `The cookie file`. */
  readonly what?: string;
  readonly hint: string;
}

/** How much is read, and what ends the reading. */
export interface Bounds {
  readonly most: Limit;
  readonly signal: AbortSignal;
}

/** A whole file. Throws a `CommandError` where it cannot be read, or is larger than it may be. */
export async function readInput(
  file: string,
  { what, hint, ...bounds }: InputWords & Bounds,
): Promise<Buffer> {
  try {
    return await readBounded(file, bounds);
  } catch (error) {
    throw unreadable(file, error, { hint, ...(what === undefined ? {} : { what }) });
  }
}

/** A whole file, or what a pipe gives until its end. Throws the reason where it is not there, or too large. */
export async function readBounded(file: string, { most, signal }: Bounds): Promise<Buffer> {
  const { size } = await stat(file);
  if (size > most.value) throw new Error(`it has ${size} bytes, more than ${most.value}`);
  return readAll(await streamOf(file, signal), most);
}

/** All that stdin gives. Throws a `CommandError` where that is more than it may be. */
export async function readStdin(
  stdin: Readable,
  { most, signal, hint }: InputWords & Bounds,
): Promise<Buffer> {
  try {
    return await readAll(addAbortSignal(signal, stdin), most);
  } catch (error) {
    throw unreadable("(stdin)", error, { hint });
  }
}

/** What a file, a pipe or a device gives, piece by piece, until `signal` ends it. */
export async function streamOf(file: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
  const found = await stat(file);
  if (found.isFIFO()) return readPipe(file, signal);
  return found.isCharacterDevice() ? readDevice(file, signal) : createReadStream(file, { signal });
}

async function readAll(stream: AsyncIterable<Buffer | string>, most: Limit): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const piece of stream) {
    const chunk = Buffer.from(piece);
    size += chunk.length;
    if (size > most.value) throw new Error(`it gives more than ${most.value} bytes`);
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
