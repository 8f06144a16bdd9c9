/** What a run is given, and how many mutants are tried side by side. */
import type { Tree } from "../tidy/index.ts";

export interface Run {
  /** The project's folder, with a final slash. */
  readonly root: string;
  readonly tree: Tree;
  readonly jobs: number;
  /** Only files whose path ends in this. */
  readonly file: string | undefined;
  /**
   * Only with the quick tests, and without the trials of what the first pass left alive but could have noticed: what
   * survives then may well be noticed by another test.
   */
  readonly isQuick: boolean;
  /** Only mutants that are named here, as an earlier run reported those that survived. */
  readonly again: ReadonlySet<string> | undefined;
}

/** Does the same with each of a list, so many at once, and gives what came of them in their order. */
export async function inParallel<T, R>(
  items: readonly T[],
  jobs: number,
  each: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await each(items[at] as T, at);
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}
