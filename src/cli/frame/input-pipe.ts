/**
 * A pipe that the command line names to be read. Without a writer it gives nothing for ever, so it is left after as long as a CA
 * file that is a pipe; with one it is waited for, however slow that is.
 *
 * Opened as a file, a pipe holds a thread of Node's, and neither a signal nor the end of the program gets past it.
 */
import { closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { admissionLimits, explainSilentPipe, readPiece } from "../../admission/index.ts";

const pauseMs = 10;

/** What it gives, piece by piece. Throws the reason where nobody writes to it. */
export async function* readPipe(file: string): AsyncGenerator<Buffer, void, undefined> {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  let first: Buffer;
  try {
    first = await meetWriter(fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  if (first.length > 0) yield first;
  yield* new Socket({ fd, readable: true, writable: false });
}

/** Waits until somebody has it open to write, and takes what is there by then. */
async function meetWriter(fd: number): Promise<Buffer> {
  for (let quietMs = 0; quietMs < admissionLimits.caPipeMs.value; quietMs += pauseMs) {
    const piece = readPiece(fd);
    if (piece === undefined) return Buffer.alloc(0);
    if (piece.length > 0) return piece;
    await delay(pauseMs);
  }
  throw new Error(explainSilentPipe());
}
