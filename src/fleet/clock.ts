/**
 * Whether this machine's clock can be believed: while it cannot, nothing is decided, and no alarm comes of a jump.
 *
 * Two things speak of it. A monotonic clock runs beside it, so that a jump shows as a difference between the two; after a
 * jump it is not known which of the times was right, nor whether the machine only slept. And servers tell their own time in the Date field of
 * an answer (RFC 9110 §6.6.1): one of them may be wrong or come from a cache, several that agree are not. They have the last word.
 */
import { renderSpan } from "../core/index.ts";
import { fleetLimits } from "./limits.ts";

/** One look at the clocks. */
export interface ClockSample {
  /** The machine's clock, epoch milliseconds. */
  readonly wallAt: number;
  /** A clock that nobody sets, from any beginning. */
  readonly monotonicMs: number;
  /** A server's own time as it answered then. */
  readonly served?: { readonly host: string; readonly at: number } | undefined;
}

/** What is remembered of the samples: bounded, however many there were. */
export interface ClockMemory {
  readonly last: Pick<ClockSample, "wallAt" | "monotonicMs"> | undefined;
  /** The newest jump that no server has confirmed or denied: by how much, and when by the monotonic clock. */
  readonly jump: { readonly byMs: number; readonly monotonicMs: number } | undefined;
  /** The monotonic time of the first sample. */
  readonly begunMs?: number | undefined;
  /** By how much the newest servers were ahead, each once, since the last jump; the oldest first. */
  readonly ahead: readonly { readonly host: string; readonly ms: number }[];
}

/** Whether this machine's clock is to be believed; where not, what is wrong with it and by how many milliseconds. */
export type ClockVerdict =
  | { readonly believed: true }
  | {
      readonly believed: false;
      /**
       * `jumped`: it is not known which time is right. `doubted`: the first servers that were asked tell another, and too
       * few to be sure. `wrong`: servers agree on another.
       */
      readonly kind: "jumped" | "doubted" | "wrong";
      /** By how much it jumped, or servers are ahead of it; negative for back, and behind. */
      readonly byMs: number;
      readonly sentence: string;
    };

/** The memory of a watch that has just begun. */
export const noSamples: ClockMemory = { last: undefined, jump: undefined, ahead: [] };

/** The memory with one more look at the clocks. */
export function noteClock(memory: ClockMemory, { wallAt, monotonicMs, served }: ClockSample): ClockMemory {
  const { last } = memory;
  const byMs = last === undefined ? 0 : wallAt - last.wallAt - (monotonicMs - last.monotonicMs);
  const hasJumped = Math.abs(byMs) > fleetLimits.clockJumpMs.value;
  // What came before the jump was measured with another clock.
  const ahead = hasJumped ? [] : memory.ahead;
  // A jump back to where it came from is none; one from a time that was believed is counted from there.
  const earlierMs = judgeClock(memory).believed ? 0 : (memory.jump?.byMs ?? 0);
  const jump = hasJumped ? { byMs: byMs + earlierMs, monotonicMs } : memory.jump;
  return {
    last: { wallAt, monotonicMs },
    jump,
    begunMs: memory.begunMs ?? monotonicMs,
    ahead: served === undefined ? ahead : noteServer(ahead, served.host, served.at - wallAt),
  };
}

function noteServer(ahead: ClockMemory["ahead"], host: string, ms: number): ClockMemory["ahead"] {
  return [...ahead.filter((one) => one.host !== host), { host, ms }].slice(-fleetLimits.clockServers.value);
}

/** Whether decisions can be made by the clock as it was at the last sample. */
export function judgeClock(memory: ClockMemory): ClockVerdict {
  const { last, jump, ahead } = memory;
  const byMs = agreedAhead(ahead);
  if (byMs !== undefined) {
    if (Math.abs(byMs) <= fleetLimits.clockWrongMs.value) return { believed: true };
    return {
      believed: false,
      kind: "wrong",
      byMs,
      sentence: `This machine's clock is ${sayOff(byMs)}: ${ahead.length} servers agree on it. Nothing is decided until it is set.`,
    };
  }
  const doubt = findDoubt(memory);
  if (doubt !== undefined) return doubt;
  if (jump === undefined || Math.abs(jump.byMs) <= fleetLimits.clockJumpMs.value) return { believed: true };
  const calm = (last?.monotonicMs ?? jump.monotonicMs) - jump.monotonicMs;
  const isShort = Math.abs(jump.byMs) <= fleetLimits.clockSleepMs.value;
  if (isShort && calm >= fleetLimits.clockCalmMs.value) return { believed: true };
  return {
    believed: false,
    kind: "jumped",
    byMs: jump.byMs,
    sentence: `This machine's clock jumped ${jump.byMs > 0 ? "ahead" : "back"} by ${renderSpan(Math.abs(jump.byMs))}, and no ${fleetLimits.clockAgreeing.value} servers have told the time since. Nothing is decided until they have${isShort ? ", or it has run evenly for a while" : ""}.`,
  };
}

/** After a start there is nothing to compare with: for a while one server that tells another time is enough to wait for others. */
function findDoubt({ last, begunMs, ahead }: ClockMemory): ClockVerdict | undefined {
  const other = ahead.find(({ ms }) => Math.abs(ms) > fleetLimits.clockWrongMs.value);
  if (other === undefined || last === undefined || begunMs === undefined) return undefined;
  if (last.monotonicMs - begunMs >= fleetLimits.clockCalmMs.value) return undefined;
  return {
    believed: false,
    kind: "doubted",
    byMs: other.ms,
    sentence: `By what ${other.host} answered, this machine's clock is ${sayOff(other.ms)}. Nothing is decided until more servers have told the time, or for an hour.`,
  };
}

/** By how much servers are ahead, where enough were asked: the median, which a minority cannot move. */
function agreedAhead(ahead: ClockMemory["ahead"]): number | undefined {
  if (ahead.length < fleetLimits.clockAgreeing.value) return undefined;
  const sorted = ahead.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

function sayOff(aheadMs: number): string {
  return `${renderSpan(Math.abs(aheadMs))} ${aheadMs > 0 ? "behind" : "ahead"}`;
}
