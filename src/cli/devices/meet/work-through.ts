/** Works through a list, a few at a time; what came of each in the order of the list. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** What was begun last. */
  readonly what: string;
}

interface WorkSettings {
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Told as each begins and ends. */
  readonly onProgress: (progress: Progress) => void;
}

/** `signal` ends it with its reason. */
export async function workThrough<T>(
  items: readonly string[],
  { atOnce, signal, onProgress }: WorkSettings,
  work: (item: string, signal: AbortSignal) => Promise<T>,
): Promise<readonly T[]> {
  const outcomes: T[] = [];
  let next = 0;
  let done = 0;
  const take = async (): Promise<void> => {
    for (;;) {
      const index = next++;
      const item = items[index];
      if (item === undefined) return;
      onProgress({ done, total: items.length, what: item });
      // A signal of its own: many listeners on one make Node warn of a leak.
      outcomes[index] = await work(item, AbortSignal.any([signal]));
      done++;
      onProgress({ done, total: items.length, what: item });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, take));
  signal.throwIfAborted();
  return outcomes;
}
