/**
 * A file that the command line names to be written: whatever it is, no thread waits for it. Opened as a file, a pipe without a
 * reader would hold one, past any signal and past the end of the program.
 */
import { constants, openSync } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { bare, HttpsError } from "../../core/index.ts";
import { unwritable } from "./files.ts";

export interface OutputFile {
  readonly file: string;
  /** What the file is: `The cookie file`. */
  readonly what?: string;
  /** Behind what it has, in place of over it. */
  readonly append?: boolean;
  /** Its permissions, where it is new. */
  readonly mode?: number;
  /** Ends the wait for a pipe's reader. */
  readonly signal: AbortSignal;
}

/** Writes what comes, to its end. Throws a `CommandError` where that cannot be written. */
export async function writeOutput(
  content: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array>,
  output: OutputFile,
): Promise<void> {
  if (await isPipe(output.file)) await writePipe(content, output);
  else await writeFile(content, output);
}

type Content = Parameters<typeof writeOutput>[0];

/** Whether a pipe stands there. */
export function isPipe(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFIFO(),
    () => false,
  );
}

async function writeFile(content: Content, { file, what, append, mode }: OutputFile): Promise<void> {
  let handle: FileHandle | undefined;
  const refuse = (error: unknown): never => {
    throw unwritable(file, error, what);
  };
  try {
    // Opened before the first chunk: a file that cannot be written should not cost a download.
    handle = await open(file, append === true ? "a" : "w", mode).catch(refuse);
    for await (const chunk of content) await writeAll(handle, chunk).catch(refuse);
  } finally {
    await handle?.close();
  }
}

/** A write may take less than it was given. */
async function writeAll(handle: FileHandle, content: Uint8Array | string): Promise<void> {
  const chunk = typeof content === "string" ? Buffer.from(content) : content;
  for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
}

async function writePipe(content: Content, { file, what, signal }: OutputFile): Promise<void> {
  try {
    await pipeline(content, await openPipe(file, signal), bare({ signal }));
  } catch (error) {
    throw error instanceof HttpsError ? error : unwritable(file, error, what);
  }
}

/** How often is looked whether a pipe has a reader by now. */
const readerPauseMs = 100;

async function openPipe(file: string, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    try {
      const fd = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
      return new Socket({ fd, readable: false, writable: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw error;
    }
    await delay(readerPauseMs, undefined, bare({ signal }));
  }
}
