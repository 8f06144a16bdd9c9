/**
 * Writes chunks to a file: what comes within a turn of the event loop is gathered into one write. So a slow body is in the file as
 * it comes, and a fast one costs a write for many chunks. A chunk is copied as it is taken.
 */
import { writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** What one write has at most: as many chunks as there are between two looks at the network, and less than a core's own cache. */
const gatheredBytes = 262_144;

export class GatheringWriter {
  readonly #handle: FileHandle;
  readonly #isPrompt: boolean;
  #gathered = new Uint8Array(gatheredBytes);
  #length = 0;
  /** What is not gathered into: it is being written, or was. */
  #other = new Uint8Array(gatheredBytes);
  #writing: Promise<void> | undefined;
  #isScheduled = false;
  #failure: { readonly error: unknown } | undefined;

  /** `isPrompt`: a write waits for nobody, as to a disk, and is made at once; a thread for it would cost more than the write. */
  constructor(handle: FileHandle, isPrompt: boolean) {
    this.#handle = handle;
    this.#isPrompt = isPrompt;
  }

  /** Takes a chunk; where there is no room for it, gives the promise of it. Throws what the last write did. */
  take(chunk: Uint8Array): Promise<void> | undefined {
    for (let at = 0; at < chunk.length;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#length === gatheredBytes) this.#write();
      if (this.#length === gatheredBytes) return this.#takeLater(chunk.subarray(at));
      const end = Math.min(chunk.length, at + gatheredBytes - this.#length);
      this.#gathered.set(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end), this.#length);
      this.#length += end - at;
      at = end;
    }
    this.#schedule();
    return undefined;
  }

  /** Ends when all that was taken is written. @throws what a write did */
  async end(): Promise<void> {
    this.#write();
    while (this.#writing !== undefined) await this.#writing;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #takeLater(chunk: Uint8Array): Promise<void> {
    await this.#writing;
    await this.take(chunk);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#write();
    });
  }

  /** Writes what is gathered, unless a write is being made: what comes meanwhile goes into the next one. */
  #write(): void {
    if (this.#writing !== undefined || this.#length === 0 || this.#failure !== undefined) return;
    const bytes = this.#gathered.subarray(0, this.#length);
    this.#length = 0;
    if (this.#isPrompt) return this.#writeAtOnce(bytes);
    [this.#gathered, this.#other] = [this.#other, this.#gathered];
    this.#writing = writeAll(this.#handle, bytes)
      .catch((error: unknown) => {
        this.#failure = { error };
      })
      .then(() => {
        this.#writing = undefined;
        this.#write();
      });
  }

  #writeAtOnce(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#handle.fd, bytes, at);
    } catch (error) {
      this.#failure = { error };
    }
  }
}

/** A write may take less than it was given. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
}
