/** The dynamic table: first in, first out, bounded by its size in octets. RFC 7541 §2.3.2, §4. */
import type { HeaderField } from "./header-field.ts";

const fewestSlots = 32;

/** Entries are numbered as they come; the number of the newest is `inserted`. */
export class DynamicTable {
  /** A ring: the entry of a number is at `number & mask`. */
  #slots: (HeaderField | undefined)[] = [];
  #mask = -1;
  #maxBytes: number;
  #bytes = 0;
  #count = 0;
  #inserted = 0;
  readonly #onEvicted: ((field: HeaderField, number: number) => void) | undefined;

  constructor(maxBytes: number, onEvicted?: (field: HeaderField, number: number) => void) {
    this.#maxBytes = maxBytes;
    this.#onEvicted = onEvicted;
  }

  /** Entries that it holds. */
  get count(): number {
    return this.#count;
  }

  /** Octets that its entries count for (RFC 7541 §4.1). */
  get bytes(): number {
    return this.#bytes;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** Entries that were ever inserted. */
  get inserted(): number {
    return this.#inserted;
  }

  /** The entry `age` insertions old: 0 is the newest. */
  at(age: number): HeaderField | undefined {
    return age < this.#count ? this.#slots[(this.#inserted - age) & this.#mask] : undefined;
  }

  /** RFC 7541 §4.4: makes room, then inserts; an entry that is larger than the table leaves it empty. */
  insert(field: HeaderField): void {
    this.#shrinkTo(this.#maxBytes - field.size);
    if (field.size > this.#maxBytes) return;
    if (this.#count > this.#mask) this.#grow();
    this.#slots[++this.#inserted & this.#mask] = field;
    this.#bytes += field.size;
    this.#count++;
  }

  /** RFC 7541 §4.3. */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#shrinkTo(maxBytes);
  }

  #shrinkTo(bytes: number): void {
    while (this.#bytes > bytes && this.#count > 0) {
      const number = this.#inserted - --this.#count;
      const oldest = this.#slots[number & this.#mask] as HeaderField;
      this.#slots[number & this.#mask] = undefined;
      this.#bytes -= oldest.size;
      this.#onEvicted?.(oldest, number);
    }
  }

  #grow(): void {
    const slots: (HeaderField | undefined)[] = Array.from({
      length: Math.max(fewestSlots, 2 * this.#slots.length),
    });
    const mask = slots.length - 1;
    for (let age = 0; age < this.#count; age++)
      slots[(this.#inserted - age) & mask] = this.#slots[(this.#inserted - age) & this.#mask];
    this.#slots = slots;
    this.#mask = mask;
  }
}
