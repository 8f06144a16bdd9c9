/** What the page is given: where it listens, who may look, and what it shows. */
import type { Log } from "../log-line.ts";
import type { WatchFigures } from "../metrics/figures.ts";
import type { Store } from "../store/port.ts";
import type { PageAccess } from "./doors/access.ts";
import type { Changes } from "./live.ts";

export interface PageOptions {
  readonly store: Store;
  /** `127.0.0.1:8080`; port 0 is any that is free. */
  readonly listen: string;
  readonly access: PageAccess;
  /** Names by which the page is asked for, beside addresses and `localhost`. */
  readonly hosts?: readonly string[] | undefined;
  /** The clock, epoch milliseconds. */
  readonly now: () => number;
  readonly log: Log;
  /** What moves; without it pages stand still until they are asked for again. */
  readonly changes?: Changes | undefined;
  /** Of the watch in this process, where there is one. */
  readonly figures?: (() => WatchFigures) | undefined;
}
