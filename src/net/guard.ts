/** A phase that ends exactly once: by its result, its failure, its deadline or the caller's signal. */
import type { Socket } from "node:net";
import { asError, onAbort, type HttpsError } from "../core/index.ts";

export interface Guard {
  /** The phase's deadline, from its start; `Infinity` for none. */
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  /** The failure to report when the deadline comes first. */
  readonly timedOut: () => HttpsError;
  /** The failure to report when the caller's signal comes first. */
  readonly aborted: (reason: unknown) => HttpsError;
}

/** Undoes what the phase began, when it ended without a result. */
export type Undo = () => void;

/**
 * Runs one phase under its guard. `start` begins it and returns how to undo it; whichever end comes first
 * counts, and the timer and the listener are always taken away.
 */
export function runGuarded<T>(
  guard: Guard,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => Undo,
): Promise<T> {
  const { signal, limitMs } = guard;
  return new Promise<T>((resolve, reject) => {
    let ended = false;
    let failed = false;
    let undo: Undo | undefined;
    let timer: NodeJS.Timeout | undefined;
    const end = (): boolean => {
      if (ended) return false;
      ended = true;
      clearTimeout(timer);
      stopListening?.();
      return true;
    };
    const fail = (error: Error): void => {
      if (!end()) return;
      failed = true;
      undo?.();
      reject(error);
    };
    const abort = (): void => fail(guard.aborted(signal?.reason));

    if (signal?.aborted === true) return reject(guard.aborted(signal.reason));
    const stopListening = signal && onAbort(signal, abort);
    if (limitMs !== Infinity) timer = setTimeout(() => fail(guard.timedOut()), limitMs);
    const succeed = (value: T): void => {
      if (end()) resolve(value);
    };
    try {
      undo = start(succeed, fail);
    } catch (error) {
      fail(asError(error));
    }
    if (failed) undo?.(); // It failed before there was anything to undo with.
  });
}

/**
 * Runs a phase of a connection that is up already, and closes it when the phase ends without a result; also when it
 * does not begin, because the caller had given up before.
 */
export function runOnSocket<T>(
  socket: Socket,
  guard: Guard,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  const close = (): void => {
    socket.on("error", () => {}); // What comes after the outcome changes nothing.
    socket.destroy();
  };
  if (guard.signal?.aborted === true) close();
  return runGuarded<T>(guard, (resolve, reject) => {
    start(resolve, reject);
    return close;
  });
}
