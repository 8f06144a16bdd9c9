/** How many octets of DATA the peer takes: of a stream, or of the connection (RFC 9113 §5.2, §6.9). */

/** RFC 9113 §6.9.1: no window is larger. */
export const largestWindow = 0x7fff_ffff;
/** RFC 9113 §6.9.2: where nothing was said. */
export const defaultWindow = 65_535;

export class SendWindow {
  #available: number;

  constructor(available: number) {
    this.#available = available;
  }

  /** Below zero after the peer made its windows smaller (§6.9.2). */
  get available(): number {
    return this.#available;
  }

  spend(bytes: number): void {
    this.#available -= bytes;
  }

  /** `false`: it would be larger than a window can be. */
  grow(bytes: number): boolean {
    this.#available += bytes;
    return this.#available <= largestWindow;
  }
}
