/** What the peer says first, which has to be SETTINGS (RFC 9113 §3.4): kept, so that it can be said what it speaks instead. */
import { sniffAnswer, type Details } from "../../core/index.ts";
import { excerptBytes, renderOctets } from "../../http1/index.ts";

export class Opening {
  readonly #chosenBy: Details["http2-not-spoken"]["chosenBy"];
  #bytes: Uint8Array = new Uint8Array(0);
  #isOver = false;

  constructor(chosenBy: Details["http2-not-spoken"]["chosenBy"]) {
    this.#chosenBy = chosenBy;
  }

  /** Whether its SETTINGS have come. */
  get isOver(): boolean {
    return this.#isOver;
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    const room = excerptBytes - this.#bytes.length;
    if (this.#isOver || room <= 0) return;
    const joined = new Uint8Array(this.#bytes.length + Math.min(room, end - start));
    joined.set(this.#bytes);
    joined.set(bytes.subarray(start, Math.min(end, start + room)), this.#bytes.length);
    this.#bytes = joined;
  }

  finish(): void {
    this.#isOver = true;
    this.#bytes = new Uint8Array(0);
  }

  /** What it speaks in the place of HTTP/2; `undefined` where it began as HTTP/2 does. */
  get instead(): Details["http2-not-spoken"] | undefined {
    const bytes = this.#bytes;
    if (this.#isOver || bytes.length === 0 || beginsAsFrame(bytes)) return undefined;
    const firstBytes = renderOctets(bytes);
    const speaks = firstBytes.startsWith("HTTP/1") ? "HTTP/1" : sniffAnswer(bytes);
    return { chosenBy: this.#chosenBy, speaks, firstBytes };
  }
}

/** The header of a frame that can come first at all: no longer than 2^14, of a known type (RFC 9113 §4.1). */
function beginsAsFrame(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, , type = 0] = bytes;
  return first === 0 && second <= 64 && type <= 16;
}
