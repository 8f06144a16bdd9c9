/** A buffer that grows: where header blocks are written before they go into frames. */

const smallestBytes = 256;

/** What was written is `bytes` up to `length`. Who writes reserves room, writes, and moves `length`. */
export class OctetWriter {
  bytes: Uint8Array = new Uint8Array(smallestBytes);
  length = 0;

  /** Makes room for as many octets behind what was written. `bytes` may be another buffer then. */
  reserve(octets: number): void {
    const needed = this.length + octets;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Puts octets behind what was written. */
  append(bytes: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    copyOctets(bytes, start, end, this);
  }

  /** Begins again. */
  clear(): void {
    this.length = 0;
  }
}

/** As many octets are copied faster one by one than by a call with a view for each side. */
const fewOctets = 64;

/** Copies octets to a place that has the room for them, and moves the place. */
export function copyOctets(
  bytes: Uint8Array,
  start: number,
  end: number,
  to: { readonly bytes: Uint8Array; length: number },
): void {
  const target = to.bytes;
  let at = to.length;
  if (end - start > fewOctets) target.set(bytes.subarray(start, end), at);
  else for (let from = start; from < end; from++) target[at++] = bytes[from] as number;
  to.length += end - start;
}
