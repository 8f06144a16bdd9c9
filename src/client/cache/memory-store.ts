/** Responses kept in memory, within bounds: what was not used for the longest time goes first. */
import type { CacheEntry, CacheOptions, CacheStore } from "../options/cache-option.ts";
import { clientLimits } from "../limits.ts";

/** What an entry takes besides its bytes: a key, and objects. */
const overheadBytes = 512;

export class MemoryStore implements CacheStore {
  readonly #entries = new Map<string, CacheEntry>();
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  #bytes = 0;

  constructor({
    maxBytes = clientLimits.cacheBytes.value,
    maxEntries = clientLimits.cacheEntries.value,
  }: CacheOptions) {
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  get(key: string): CacheEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  set(key: string, entry: CacheEntry): void {
    this.delete(key);
    if (sizeOf(entry) > this.#maxBytes) return;
    this.#entries.set(key, entry);
    this.#bytes += sizeOf(entry);
    for (const [oldest] of this.#entries) {
      // Each response has an index beside it.
      if (this.#bytes <= this.#maxBytes && this.#entries.size <= 2 * this.#maxEntries) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#bytes -= sizeOf(entry);
    this.#entries.delete(key);
  }
}

function sizeOf({ facts, body }: CacheEntry): number {
  return 2 * facts.length + body.length + overheadBytes;
}
