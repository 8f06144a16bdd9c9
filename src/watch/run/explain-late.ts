/** Why a place is behind, as far as it was seen: who was away, whether anybody visits there, or that those who do are too few. */
import { renderCount, renderSpan } from "../../core/index.ts";
import type { Absence } from "../absence.ts";

export interface LateFacts {
  readonly place: string;
  /** By how much the most overdue endpoint is late, in milliseconds. */
  readonly lateMs: number;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly storeAway: Absence | undefined;
  readonly queueAway: Absence | undefined;
  /** How many workers the queue knows; `undefined`: it has not said yet. */
  readonly workers: number | undefined;
  /** Since when no worker is there. */
  readonly emptySinceAt: number | undefined;
}

export interface LateCause {
  /** The same for the same cause: it is told once. */
  readonly kind: "store-away" | "queue-away" | "empty" | "few" | "unknown";
  readonly sentence: string;
}

export function explainLate(facts: LateFacts): LateCause {
  const { place, lateMs } = facts;
  const { kind, says } = causeOf(facts);
  const late = `${place} is behind: an endpoint was to be visited from there ${renderSpan(lateMs)} ago.`;
  return { kind, sentence: `${late} ${says}` };
}

function causeOf({ lateMs, now, storeAway, queueAway, workers, emptySinceAt }: LateFacts): {
  readonly kind: LateCause["kind"];
  readonly says: string;
} {
  // What ended before the endpoint was due has nothing to do with it.
  const counts = (away: Absence | undefined): away is Absence =>
    away !== undefined && (away.toAt ?? now) > now - lateMs;
  if (counts(storeAway)) return { kind: "store-away", says: describeAway("The store", storeAway) };
  if (counts(queueAway)) return { kind: "queue-away", says: describeAway("The queue", queueAway) };
  if (workers === 0) {
    const since = emptySinceAt === undefined ? "" : ` since ${renderMoment(emptySinceAt)}`;
    return { kind: "empty", says: `No worker is there${since}.` };
  }
  if (workers === undefined)
    return { kind: "unknown", says: "How many workers are there, the queue has not said yet." };
  const are = workers === 1 ? "is" : "are";
  return {
    kind: "few",
    says: `${renderCount(workers, "worker")} ${are} there: where it stays so, give the place more, or visit less often (every).`,
  };
}

function describeAway(who: string, { fromAt, toAt }: Absence): string {
  if (toAt === undefined) return `${who} is away since ${renderMoment(fromAt)}.`;
  return `${who} was away from ${renderMoment(fromAt)} to ${renderMoment(toAt)}.`;
}

/** To the second. */
function renderMoment(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}
