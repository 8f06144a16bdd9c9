/**
 * How many octets of DATA we take: of a stream, or of the connection (RFC 9113 §5.2, §6.9). What was read is given back
 * by halves of the window, so that a download costs a WINDOW_UPDATE now and then.
 */
export class ReceiveWindow {
  #size: number;
  /** What the peer may still send. */
  #available: number;
  /** What was read, and not given back yet. */
  #readBytes = 0;

  constructor(size: number) {
    this.#size = size;
    this.#available = size;
  }

  get size(): number {
    return this.#size;
  }

  /** `false`: the peer sent more than it was allowed. */
  take(bytes: number): boolean {
    this.#available -= bytes;
    return this.#available >= 0;
  }

  /** It was read; what to give back now, 0 for nothing yet. */
  read(bytes: number): number {
    this.#readBytes += bytes;
    return this.#readBytes * 2 >= this.#size ? this.#giveBack() : 0;
  }

  /** It became larger by what the peer was told of all streams (RFC 9113 §6.9.2). */
  widen(bytes: number): void {
    this.#size += bytes;
    this.#available += bytes;
  }

  /** It becomes larger. What to announce now, with what was read. */
  growTo(size: number): number {
    if (size <= this.#size) return 0;
    this.#readBytes += size - this.#size;
    this.#size = size;
    return this.#giveBack();
  }

  #giveBack(): number {
    const bytes = this.#readBytes;
    this.#readBytes = 0;
    this.#available += bytes;
    return bytes;
  }
}
