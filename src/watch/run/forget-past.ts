/** Has the store forget what is past, a few times a day while a watch runs. */
import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../log-line.ts";
import { Patience } from "../rounds/patience.ts";
import type { Store } from "../store/port.ts";
import { runLimits } from "./limits.ts";

interface Forgetting {
  readonly store: Pick<Store, "prune">;
  /** How long what is past is kept. */
  readonly keepMs: () => number;
  readonly now: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
}

/** Ends when `signal` does, and never fails: visits go on without it. */
export async function forgetPast({
  store,
  keepMs,
  now,
  log,
  signal,
  everyMs = runLimits.pruneEveryMs.value,
}: Forgetting): Promise<void> {
  const patience = new Patience({ log, signal });
  while (!signal.aborted) {
    try {
      await patience.with("prune", () => store.prune(now() - keepMs(), signal));
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const sentence = `What is past was not forgotten, by a fault of Meerkat: ${reason}`;
      log({ level: "error", event: "bug", sentence });
    }
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
