/** A line on a terminal that tells how a download gets on, drawn again in its place; then a line that stays. */
import { showControls } from "../../core/index.ts";
import type { Output } from "../frame/output.ts";

const drawnEveryMs = 100; // Ten times a second looks alive, and costs a download nothing.
const barWidth = 24;

export class Progress {
  readonly #err: Output;
  readonly #file: string;
  /** Bytes that the file had before. */
  readonly #offset: number;
  readonly #startedAt = performance.now();
  #drawnAt = -Infinity;
  #received = 0;
  #total: number | undefined;
  #shown = false;

  constructor(err: Output, { file, offset }: { readonly file: string; readonly offset: number }) {
    this.#err = err;
    this.#file = file;
    this.#offset = offset;
  }

  readonly update = (receivedBytes: number, totalBytes: number | undefined): void => {
    this.#received = receivedBytes;
    this.#total = totalBytes;
    if (this.#shown) this.#draw();
  };

  /** Begins to draw; a body may have begun to come while other lines were still to be written. */
  show(): void {
    this.#shown = true;
    this.#draw();
  }

  /** Takes the line away, and says what was saved where the download succeeded. */
  end(succeeded: boolean): void {
    if (this.#shown) this.#err.write(`\r${" ".repeat(this.#err.width - 1)}\r`);
    if (!succeeded) return;
    const tookMs = Math.max(1, performance.now() - this.#startedAt);
    const speed = renderBytes((this.#received * 1000) / tookMs);
    const { dim } = this.#err.style;
    this.#err.lines(
      `${dim("saved:")} ${renderBytes(this.#received)} in ${(tookMs / 1000).toFixed(1)} s (${speed}/s) to ${showControls(this.#file)}`,
    );
  }

  #draw(): void {
    const now = performance.now();
    if (now - this.#drawnAt < drawnEveryMs) return;
    this.#drawnAt = now;
    const total = this.#total === undefined ? undefined : this.#offset + this.#total;
    const text = renderProgress(this.#offset + this.#received, total);
    const most = this.#err.width - 1; // In the last column a terminal may go on to the next line.
    this.#err.write(`\r${text.slice(0, most).padEnd(most)}`);
  }
}

/** `[======>     ]  42 %  1.2 MiB of 3.0 MiB`; without a total, the bytes alone. */
export function renderProgress(doneBytes: number, totalBytes: number | undefined): string {
  if (totalBytes === undefined || totalBytes === 0) return `${renderBytes(doneBytes)} so far`;
  const share = Math.min(1, doneBytes / totalBytes);
  const filled = Math.floor(share * barWidth);
  const bar = `${"=".repeat(filled)}${filled < barWidth ? ">" : ""}`.padEnd(barWidth);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `[${bar}] ${percent} %  ${renderBytes(doneBytes)} of ${renderBytes(totalBytes)}`;
}

/** A size in the unit that leaves it below 1024 (IEC 80000-13). */
export function renderBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit] ?? ""}`;
}
