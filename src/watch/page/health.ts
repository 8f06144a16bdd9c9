/** Whether the watch is alive, and whether it does its work: for whoever restarts programs. Neither tells anything private. */
import type { Store } from "../store/port.ts";
import type { WatchFigures } from "../metrics/figures.ts";
import { type Answer, plainType } from "./answer.ts";
import { pageLimits } from "./limits.ts";
import { withinMs } from "./within.ts";

export const alive: Answer = { status: 200, type: plainType, body: "alive\n" };

export async function readReadiness(store: Store, figures: WatchFigures | undefined): Promise<Answer> {
  const isThere = await withinMs(pageLimits.storeMs.value, store.figures({ limit: 1 })).then(
    () => true,
    () => false,
  );
  if (!isThere) return { status: 503, type: plainType, body: "not ready: the store does not answer\n" };
  if (figures !== undefined && figures.behindMs > pageLimits.behindMs.value) {
    return { status: 503, type: plainType, body: "not ready: the schedule is behind\n" };
  }
  return { status: 200, type: plainType, body: "ready\n" };
}
