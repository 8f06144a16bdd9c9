/** A disk of a few megabytes that can be filled: a file system in memory, where this machine lets a test mount one. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, openSync, closeSync, writeSync, truncateSync, rmSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class SmallDisk implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "meerkat-disk-"));
  readonly #ballast: string = join(this.folder, "ballast");

  constructor(megabytes: number) {
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", this.folder], {
        stdio: "pipe",
      });
    } catch (error) {
      rmdirSync(this.folder);
      throw error;
    }
  }

  /** Leaves so many bytes free, in whole pages. */
  fill(leftBytes: number): void {
    const file = openSync(this.#ballast, "w");
    const page = Buffer.alloc(4_096, 1);
    let size = 0;
    try {
      for (;;) size += writeSync(file, page);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      closeSync(file);
    }
    truncateSync(this.#ballast, Math.max(0, size - leftBytes));
  }

  makeRoom(): void {
    rmSync(this.#ballast);
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  [Symbol.dispose](): void {
    execFileSync("umount", [this.folder]);
    rmdirSync(this.folder);
  }
}

/** Whether a disk can be mounted here: root may, in most containers not. */
export function hasSmallDisk(): boolean {
  try {
    new SmallDisk(1)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}
