/** Every code has to be seen by a test. A code that only a skipped test names is told apart: it may be seen elsewhere. */

/** A test file that ran. */
export interface FileRun {
  readonly path: string;
  readonly seen: readonly string[];
  /** Whether all its tests ran, and what it says if not. */
  readonly skippedText: string | undefined;
}

export interface Judgement {
  /** Codes that nothing excuses. */
  readonly unseen: readonly string[];
  /** Codes that a file names in which tests were skipped. */
  readonly skipped: ReadonlyMap<string, readonly string[]>;
}

export function judgeCodes(codes: readonly string[], files: readonly FileRun[]): Judgement {
  const seen = new Set(files.flatMap((file) => file.seen));
  const skipped = new Map<string, readonly string[]>();
  const missing = codes.filter((code) => !seen.has(code));
  for (const code of missing) {
    const names = new RegExp(`["'\`]${code}["'\`]`);
    const paths = files.filter(({ skippedText = "" }) => names.test(skippedText)).map(({ path }) => path);
    if (paths.length > 0) skipped.set(code, paths);
  }
  return { unseen: missing.filter((code) => !skipped.has(code)), skipped };
}

/** What a run says at its end: nothing where every code was seen. */
export function renderJudgement({ unseen, skipped }: Judgement): string {
  const lines = [...skipped].map(
    ([code, paths]) => `code not seen because skipped: ${code} (${paths.join(", ")})`,
  );
  return [...lines, ...unseen.map((code) => `code that no test provokes: ${code}`)].join("\n");
}
