/** A store that may be broken: what it throws, gives or never answers costs a request a moment, and no more. */
import { messageOf, showControls } from "../../core/index.ts";
import { isThenable } from "../body/visit.ts";
import { clientLimits } from "../limits.ts";
import type { CacheEntry, CacheStore } from "../options/cache-option.ts";

export class GuardedStore {
  readonly #store: CacheStore;
  #isTold = false;

  constructor(store: CacheStore) {
    this.#store = store;
  }

  /** What is kept, or `undefined` where nothing is, or the store fails. */
  async get(key: string): Promise<CacheEntry | undefined> {
    const given: unknown = await this.#ask(() => this.#store.get(key));
    if (typeof given !== "object" || given === null) return undefined;
    const { facts, body } = given as Partial<Record<string, unknown>>;
    return typeof facts === "string" && body instanceof Uint8Array ? { facts, body } : undefined;
  }

  /** Nobody waits for it, where the store does not answer at once. */
  set(key: string, entry: CacheEntry): void {
    void this.#ask(() => this.#store.set(key, entry));
  }

  async delete(key: string): Promise<void> {
    await this.#ask(() => this.#store.delete(key));
  }

  async #ask(question: () => unknown): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const given = question();
      if (!isThenable(given)) return given;
      const limitMs = clientLimits.cacheStoreMs.value;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`it did not answer within ${limitMs} ms`)), limitMs);
      });
      return await Promise.race([given, late]);
    } catch (error) {
      this.#warn(error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  #warn(error: unknown): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const reason = showControls(messageOf(error));
    process.emitWarning(
      `The store of a client's cache failed: ${reason}. Servers are asked where it fails; this is said once.`,
      { type: "MeerkatWarning", code: "cache-store-failed" },
    );
  }
}
