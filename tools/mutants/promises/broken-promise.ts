/** A promise with the change of the source that breaks it, and the tests that notice. */

export interface BrokenPromise {
  /** The promise, as a sentence. */
  readonly law: string;
  /** End of the file's path; it follows when a folder is moved. */
  readonly file: string;
  /** A piece of the source that is there once, and what it becomes. */
  readonly code: string;
  readonly becomes: string;
  /** Ends of the paths of tests. */
  readonly tests: readonly string[];
}

/** Rows of one file, held by the same tests: the law, the piece, what it becomes. */
export function rows(
  file: string,
  tests: readonly string[],
  table: readonly (readonly [law: string, code: string, becomes: string])[],
): readonly BrokenPromise[] {
  return table.map(([law, code, becomes]) => ({ law, file, code, becomes, tests }));
}
