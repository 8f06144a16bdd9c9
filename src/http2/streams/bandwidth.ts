/**
 * Measures how much is under way between the peer and here, so that the windows are never what a download waits for:
 * what comes between a PING and its acknowledgement is what one round trip carries (the bandwidth-delay product).
 * Where that is more than half a window, the window was too small, or nearly: it is doubled.
 */
export class Bandwidth {
  #window: number;
  readonly #largest: number;
  /** Octets that came since the PING; `undefined` while none is under way. */
  #sample: number | undefined;
  /** Octets that came since the last one was answered. */
  #since = 0;

  constructor(window: number, largest: number) {
    this.#window = window;
    this.#largest = largest;
  }

  /** The window a stream should have. */
  get window(): number {
    return this.#window;
  }

  /** Whether a PING is under way. */
  get isMeasuring(): boolean {
    return this.#sample !== undefined;
  }

  /** Content came. Whether a PING is wanted now. */
  onData(bytes: number): boolean {
    if (this.#window >= this.#largest) return false;
    if (this.#sample !== undefined) {
      this.#sample += bytes;
      return false;
    }
    // A small answer says nothing of the way: who sends less than a quarter of a window does not wait for it.
    this.#since += bytes;
    if (this.#since * 4 < this.#window) return false;
    this.#since = 0;
    this.#sample = 0;
    return true;
  }

  /** The PING was answered. Whether the window has grown. */
  onPong(): boolean {
    const sample = this.#sample;
    this.#sample = undefined;
    if (sample === undefined || sample * 2 < this.#window) return false;
    this.#window = Math.min(this.#largest, this.#window * 2);
    return true;
  }
}
