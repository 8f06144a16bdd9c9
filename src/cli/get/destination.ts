/** Where a response's body goes: stdout, or a file. */
import { open, stat, type FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { bare, HttpsError } from "../../core/index.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { openPipeToWrite, unwritable } from "../frame/files.ts";
import { CommandError } from "../frame/failure.ts";
import type { Output } from "../frame/output.ts";

export interface Destination {
  /** `undefined` for stdout. */
  readonly file: string | undefined;
  readonly out: Output;
  /** Whether stdout gets a binary body although it is a terminal. */
  readonly insisted: boolean;
  /** Whether it goes behind what the file has. */
  readonly append: boolean;
  /** Ends the wait for a pipe's reader. */
  readonly signal: AbortSignal;
}

/** Writes the body where it goes. */
export async function writeBody(
  body: AsyncIterable<Uint8Array>,
  { file, out, insisted, append, signal }: Destination,
): Promise<void> {
  if (file !== undefined) {
    if (await isPipe(file)) return writePipe(body, file, signal);
    return writeFile(body, file, append ? "a" : "w");
  }
  let guarded = !insisted && out.isTerminal;
  for await (const chunk of body) {
    if (guarded && chunk.includes(0)) {
      throw new CommandError("The body is binary, and stdout is a terminal.", {
        hint: "Give it a file with -o FILE, or insist with -o -.",
        exitCode: exitCode.writeFailed,
      });
    }
    guarded = false;
    await out.bytes(chunk);
  }
}

async function writeFile(body: AsyncIterable<Uint8Array>, file: string, mode: "w" | "a"): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    // Opened before the first chunk: a file that cannot be written should not cost a download.
    handle = await open(file, mode).catch((error: unknown) => {
      throw unwritable(file, error);
    });
    for await (const chunk of body) {
      await writeAll(handle, chunk).catch((error: unknown) => {
        throw unwritable(file, error);
      });
    }
  } finally {
    await handle?.close();
  }
}

function isPipe(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFIFO(),
    () => false,
  );
}

async function writePipe(body: AsyncIterable<Uint8Array>, file: string, signal: AbortSignal): Promise<void> {
  try {
    await pipeline(body, await openPipeToWrite(file, signal), bare({ signal }));
  } catch (error) {
    throw error instanceof HttpsError ? error : unwritable(file, error);
  }
}

/** A write may take less than it was given. */
async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
}
