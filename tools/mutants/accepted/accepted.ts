/** What a row that accepts a mutant says. */
export interface Accepted {
  /** End of the file's path. */
  readonly file: string;
  /** The line as it stands, and each way in which a mutant may have it, as a report shows them. */
  readonly before: string;
  readonly after: readonly string[];
  /** What makes the rest of the code come to the same. */
  readonly why: string;
}
