/** What a channel is: where alerts leave the watch, and what can come of a telling there. */
import type { AlertRow, Telling } from "../store/port.ts";

export type Outcome =
  | { readonly kind: "told" }
  /** To be tried again, not before `afterMs` where the other side asked for it. `reason`: a full sentence without secrets. */
  | { readonly kind: "again"; readonly reason: string; readonly afterMs?: number | undefined }
  /** It will never be taken: it is written in the log, and not tried again. */
  | { readonly kind: "refused"; readonly reason: string };

export interface Channel {
  /** The same from start to start: the store queues what is to be told under it. */
  readonly name: string;
  /** How many tellings are handed to it at once. */
  readonly most: number;
  /** How long it waits for more when there is something to tell; 0 for what is told at once. */
  readonly gatherMs: number;
  /** Reads what it will need, its secrets among it, and tells nobody. @throws WatchError for what cannot be used */
  check(): Promise<void>;
  /** Tells all of them, and says of each what came of it, in their order. A rejection is `again` for all. */
  tell(tellings: readonly Telling[], signal: AbortSignal): Promise<readonly Outcome[]>;
  /** For a receiver that forgets: what is open, and what closed lately, a page at a time, is told again this often. */
  readonly remind?: Reminder;
}

export interface Reminder {
  readonly everyMs: number;
  /** How long alerts that closed are among them. */
  readonly closedForMs: number;
  /** Why it was not taken, a full sentence; `undefined` where it was. */
  again(alerts: readonly AlertRow[], signal: AbortSignal): Promise<string | undefined>;
}

/** Where a page shows the endpoint of an alert; `undefined` where its public address is not known. */
export type LinkTo = (telling: Pick<Telling, "alert" | "endpoint">) => string | undefined;
