/**
 * A pipe or a device that the command line names to be read. A pipe without a writer gives nothing for ever, so it is left
 * after as long as a CA file that is a pipe; with one it is waited for, however slow that is.
 *
 * Opened as a file, either holds a thread of Node's, and neither a signal nor the end of the program gets past it.
 */
import { closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";
import { admissionLimits, explainSilentPipe, readPiece } from "../../admission/index.ts";

const pauseMs = 10;

/** What a pipe gives, piece by piece, until `signal` ends it. Throws the reason where nobody writes to it. */
export async function* readPipe(file: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const fd = openWithoutWaiting(file);
  let first: Buffer;
  try {
    first = await meetWriter(fd, signal);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  const rest = new Socket({ fd, readable: true, writable: false, signal });
  try {
    if (first.length > 0) yield first;
    yield* rest;
  } finally {
    rest.destroy();
  }
}

/** What a device gives, such as a terminal or /dev/zero, until `signal` ends it. */
export async function* readDevice(
  file: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const fd = openWithoutWaiting(file);
  try {
    for (;;) {
      const piece = readPiece(fd);
      if (piece === undefined) {
        await delay(pauseMs, undefined, { signal });
        continue;
      }
      if (piece.length === 0) return;
      yield piece;
      await turn(undefined, { signal }); // A device that always gives leaves no other moment for a signal.
    }
  } finally {
    closeSync(fd);
  }
}

function openWithoutWaiting(file: string): number {
  return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** Waits until somebody has it open to write, and takes what is there by then. */
async function meetWriter(fd: number, signal: AbortSignal): Promise<Buffer> {
  for (let quietMs = 0; quietMs < admissionLimits.caPipeMs.value; quietMs += pauseMs) {
    const piece = readPiece(fd);
    if (piece === undefined) return Buffer.alloc(0);
    if (piece.length > 0) return piece;
    await delay(pauseMs, undefined, { signal });
  }
  throw new Error(explainSilentPipe());
}
