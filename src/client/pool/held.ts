/** Bytes and an ending that have to wait for the reader of the body. */
import type { Ending } from "../../core/index.ts";

/** What came although the body was full: bytes, and the end behind them. */
export class Held {
  readonly bytes: Uint8Array[] = [];
  ending: Ending | undefined;

  constructor(ending?: Ending) {
    this.ending = ending;
  }

  /** Keeps a part: a place in a buffer that is kept anyway, a copy of one that is used again. */
  keep(buffer: Uint8Array, start: number, end: number, is: "reused" | "kept"): void {
    this.bytes.push(is === "kept" ? buffer.subarray(start, end) : buffer.slice(start, end));
  }
}
