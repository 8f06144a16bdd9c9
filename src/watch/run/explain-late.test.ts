/** Why a place is behind: what was seen, and advice about workers only where workers are there. */
import { expect, test } from "vitest";
import { explainLate, type LateFacts } from "./explain-late.ts";

const now = Date.UTC(2026, 0, 15, 12);
const minuteMs = 60_000;
const facts: LateFacts = {
  place: "office",
  lateMs: 10 * minuteMs,
  now,
  storeAway: undefined,
  queueAway: undefined,
  workers: 2,
  emptySinceAt: undefined,
};
const ago = (minutes: number): number => now - minutes * minuteMs;

test.each<readonly [what: string, seen: Partial<LateFacts>, says: string]>([
  [
    "workers that are there",
    {},
    "2 workers are there: where it stays so, give the place more, or visit less often (every).",
  ],
  [
    "one that is there",
    { workers: 1 },
    "1 worker is there: where it stays so, give the place more, or visit less often (every).",
  ],
  ["no worker", { workers: 0, emptySinceAt: ago(12) }, "No worker is there since 2026-01-15T11:48:00Z."],
  [
    "workers that nobody counted yet",
    { workers: undefined },
    "How many workers are there, the queue has not said yet.",
  ],
  [
    "a store that was away meanwhile",
    { storeAway: { fromAt: ago(15), toAt: ago(9) } },
    "The store was away from 2026-01-15T11:45:00Z to 2026-01-15T11:51:00Z.",
  ],
  [
    "a store that was away before",
    { storeAway: { fromAt: ago(15), toAt: ago(10) }, workers: 0 },
    "No worker is there.",
  ],
  [
    "a queue that is away",
    { queueAway: { fromAt: ago(3), toAt: undefined }, workers: 0 },
    "The queue is away since 2026-01-15T11:57:00Z.",
  ],
])("%s", (_what, seen, says) => {
  const { sentence } = explainLate({ ...facts, ...seen });
  expect(sentence).toBe(`office is behind: an endpoint was to be visited from there 10 minutes ago. ${says}`);
});
