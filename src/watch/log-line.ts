/** What the watch says of itself while it runs. Whoever starts it writes the lines down; none of them holds a secret. */

export interface LogLine {
  readonly level: "info" | "warning" | "error";
  /** The same for every line of its kind: `telling-refused`. */
  readonly event: string;
  /** One full sentence. */
  readonly sentence: string;
  readonly facts?: Readonly<Record<string, string | number>> | undefined;
}

export type Log = (line: LogLine) => void;
