/** Bytes and an ending that have to wait for the reader of the body. */
import type { Ending } from "../../core/index.ts";

/** What came although the body was full: bytes, and the end behind them. */
export class Held {
  readonly bytes: Uint8Array[] = [];
  ending: Ending | undefined;

  constructor(ending?: Ending) {
    this.ending = ending;
  }
}
