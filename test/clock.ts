/** A clock in the test's hand. */
import { vi } from "vitest";

export interface HeldClock extends Disposable {
  /** Moves it on; what is due by then happens, in order. */
  readonly pass: (ms: number) => void;
  /** How many timers run. */
  readonly timers: () => number;
}

/** Timers and `performance.now()` stand still until the clock is moved on; sockets go on as ever. */
export function holdClock(): HeldClock {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"],
  });
  return {
    pass: (ms) => void vi.advanceTimersByTime(ms),
    timers: () => vi.getTimerCount(),
    [Symbol.dispose]: () => void vi.useRealTimers(),
  };
}
