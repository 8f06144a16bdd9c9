/** Whoever wants to know that something was written. */
export class Listeners {
  readonly #listeners = new Set<() => void>();

  /** Returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
