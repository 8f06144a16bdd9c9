/** The year that is simulated, and the machine's clock in it: it jumps, the machine sleeps, and is started anew. */
export const hourMs = 3_600_000;
export const dayMs: number = 24 * hourMs;
export const yearBeginsAt: number = Date.UTC(2026, 0, 1);
export const yearEndsAt: number = yearBeginsAt + 365 * dayMs;
export const dayAt = (day: number): number => yearBeginsAt + day * dayMs;

interface Wrong {
  readonly fromAt: number;
  readonly untilAt: number;
  readonly byMs: number;
}

const wrongs: readonly Wrong[] = [
  { fromAt: dayAt(50.3), untilAt: dayAt(50.3) + 9 * hourMs, byMs: 400 * dayMs },
  { fromAt: dayAt(120.1), untilAt: dayAt(120.1) + 5 * hourMs, byMs: -2 * hourMs },
  { fromAt: dayAt(200.7), untilAt: dayAt(201.8), byMs: -30 * dayMs },
  { fromAt: dayAt(300.2), untilAt: dayAt(300.3), byMs: 3650 * dayMs },
];

/** While it sleeps, nobody is visited and the monotonic clock stands still. */
const sleeps = [
  { fromAt: dayAt(260), untilAt: dayAt(260) + 14 * hourMs },
  { fromAt: dayAt(330), untilAt: dayAt(332) },
] as const;

/** The program is started anew: the second time while the clock is wrong. */
export const startedAnewAt: readonly number[] = [dayAt(90), dayAt(201.1)];

/** What the machine's clock shows at a moment. */
export function wallAt(at: number): number {
  return at + (wrongs.find(({ fromAt, untilAt }) => at >= fromAt && at < untilAt)?.byMs ?? 0);
}

export function monotonicAt(at: number): number {
  return sleeps.reduce(
    (ms, { fromAt, untilAt }) => ms - Math.max(0, Math.min(at, untilAt) - fromAt),
    at - yearBeginsAt,
  );
}

/** The moment itself, or the end of the sleep that it falls into. */
export function awakeAt(at: number): number {
  return sleeps.find(({ fromAt, untilAt }) => at >= fromAt && at < untilAt)?.untilAt ?? at;
}

export const clockEvents: { readonly jumps: number; readonly sleeps: number; readonly starts: number } = {
  jumps: wrongs.length,
  sleeps: sleeps.length,
  starts: startedAnewAt.length,
};

/** Whether the clock is wrong, or the machine asleep, at some moment of a time: an outage within it is not seen by anybody. */
export function isUnwatched(fromAt: number, untilAt: number): boolean {
  return [...wrongs, ...sleeps].some((one) => one.fromAt < untilAt && one.untilAt > fromAt);
}
