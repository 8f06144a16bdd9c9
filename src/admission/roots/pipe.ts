/** Roots from a pipe, such as `<(cat ca.pem)`, or a device: read whole and at once, within bounds of size and time. */
import { closeSync, constants, openSync, readSync } from "node:fs";
import { admissionLimits } from "../limits.ts";

const pauseMs = 10;
const pieceBytes = 65_536;

/** Throws the reason where it gives too much, or nothing in time. `waits`: a pipe without bytes may still get a writer. */
export function readPipe(file: string, waits: boolean): Uint8Array {
  const { caFileBytes, caPipeMs } = admissionLimits;
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const pieces: Uint8Array[] = [];
    let size = 0;
    let quietMs = 0;
    for (;;) {
      const piece = readPiece(fd);
      if (piece !== undefined && piece.length > 0) {
        pieces.push(piece);
        size += piece.length;
        quietMs = 0;
        if (size > caFileBytes.value) throw new Error(`it gives more than ${caFileBytes.value} bytes`);
        continue;
      }
      if (piece !== undefined && (size > 0 || !waits)) return Buffer.concat(pieces);
      if (quietMs >= caPipeMs.value) throw new Error(explainSilentPipe());
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
      quietMs += pauseMs;
    }
  } finally {
    closeSync(fd);
  }
}

/** What is said of a pipe that nobody writes to: a clause. */
export function explainSilentPipe(): string {
  return `it is a pipe that gave nothing for ${admissionLimits.caPipeMs.value} ms`;
}

/** The bytes that are there: none at the end or without a writer, `undefined` where one has not written yet. */
export function readPiece(fd: number): Buffer | undefined {
  const buffer = Buffer.alloc(pieceBytes);
  try {
    return buffer.subarray(0, readSync(fd, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
    throw error;
  }
}
