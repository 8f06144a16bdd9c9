/**
 * A file that the command line names to be written: whatever it is, no thread waits for it. Opened as a file, a pipe without a
 * reader would hold one, past any signal and past the end of the program.
 */
import { constants, openSync } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { Socket } from "node:net";
import { devNull } from "node:os";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { bare, HttpsError } from "../../core/index.ts";
import { unwritable } from "./files.ts";
import { GatheringWriter, writeAll } from "./gathering-writer.ts";

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

/** Something that is read in place, like a response. */
export interface InPlace extends AsyncIterable<Uint8Array> {
  forEachChunk(fn: (chunk: Uint8Array) => unknown): Promise<void>;
}

/** The same for a body that comes from elsewhere: what has come is in the file however it ends. */
export async function saveInPlace(body: InPlace, output: OutputFile): Promise<void> {
  if (await isPipe(output.file)) return writePipe(body, output);
  const { file, what } = output;
  const handle = await openFile(output);
  try {
    const writer = new GatheringWriter(handle, await isPrompt(handle));
    const written = async (): Promise<void> => {
      await writer.end().catch((error: unknown) => {
        throw unwritable(file, error, what);
      });
    };
    try {
      await body.forEachChunk((chunk) => writer.take(chunk));
    } catch (error) {
      await written();
      throw error;
    }
    await written();
  } finally {
    await handle.close();
  }
}

/** Whether a write ends by itself: a terminal's may be stopped, and a file of another kind wait for its reader. */
async function isPrompt(handle: FileHandle): Promise<boolean> {
  const [found, nowhere] = await Promise.all([handle.stat(), stat(devNull).catch(() => undefined)]);
  return found.isFile() || (found.isCharacterDevice() && found.rdev === nowhere?.rdev);
}

type Content = Parameters<typeof writeOutput>[0];

/** Whether a pipe stands there. */
export function isPipe(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFIFO(),
    () => false,
  );
}

async function writeFile(content: Content, output: OutputFile): Promise<void> {
  const handle = await openFile(output);
  try {
    for await (const chunk of content) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      await writeAll(handle, bytes).catch((error: unknown) => {
        throw unwritable(output.file, error, output.what);
      });
    }
  } finally {
    await handle.close();
  }
}

/** Before the first chunk: a file that cannot be written should not cost a download. */
function openFile({ file, what, append, mode }: OutputFile): Promise<FileHandle> {
  return open(file, append === true ? "a" : "w", mode).catch((error: unknown) => {
    throw unwritable(file, error, what);
  });
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
