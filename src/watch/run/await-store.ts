/**
 * A store that is away when a watch or a worker starts is waited for, as one that goes away later, and as a queue is: a machine and its
 * containers start in any order. That is said at once and then every minute. What waiting does not mend fails at once.
 */
import { setTimeout as pause } from "node:timers/promises";
import { isAway } from "../database/away.ts";
import { workLimits } from "../limits.ts";
import type { Log } from "../log-line.ts";
import type { Store } from "../store/port.ts";
import { WatchError } from "../watch-error.ts";
import { runLimits } from "./limits.ts";

export interface AwaitRequest {
  readonly open: () => Promise<Store>;
  readonly log: Log;
  /** Ends the wait, which fails with its reason. */
  readonly signal: AbortSignal;
  readonly retryMs?: number;
  readonly sayMs?: number;
}

/** @throws WatchError for a store that cannot be used */
export async function awaitStore({
  open,
  log,
  signal,
  retryMs = workLimits.retryMs.value,
  sayMs = runLimits.storeSayMs.value,
}: AwaitRequest): Promise<Store> {
  let saidAt = -Infinity;
  for (;;) {
    signal.throwIfAborted();
    try {
      const store = await open();
      if (saidAt !== -Infinity)
        log({ level: "info", event: "store-back", sentence: "The store answers (start)." });
      return store;
    } catch (error) {
      if (!(error instanceof WatchError) || !isAway(error.cause ?? error)) throw error;
      const sentence = `${error.message} It is waited for: nothing begins before it is there.`;
      const now = performance.now();
      if (now - saidAt >= sayMs) {
        log({ level: "error", event: "store-away", sentence });
        saidAt = now;
      }
    }
    await pause(retryMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

export interface LateStore {
  readonly store: Store;
  arrive(store: Store): void;
}

/** A store that answers once another one has arrived; until then, whoever asks is told so. */
export function lateStore(): LateStore {
  let arrived: Store | undefined;
  const missing = (): Promise<never> => Promise.reject(new WatchError("The store is not there yet."));
  const store = new Proxy({} as Store, {
    get: (_target, name: keyof Store) => {
      if (arrived !== undefined) return arrived[name];
      return name === "close" ? () => Promise.resolve() : missing;
    },
  });
  return { store, arrive: (one) => void (arrived = one) };
}
