/** The caller's signal and the total deadline: either ends whatever is under way. */
import { HttpsError, onAbort } from "../../core/index.ts";
import type { Call } from "../pool/call.ts";

interface Watched {
  readonly signal: AbortSignal | undefined;
  /** Infinity for none. */
  readonly totalMs: number;
  /** How much of that is over already. */
  readonly spentMs?: number;
  readonly host: string;
  /** What is under way now. */
  readonly phase: () => Call["phase"];
  readonly end: (error: HttpsError) => void;
}

/** Gives what stops the watching; `undefined` where it is over already. */
export function watchForEnd({
  signal,
  totalMs,
  spentMs = 0,
  host,
  phase,
  end,
}: Watched): (() => void) | undefined {
  const abort = (): void =>
    end(new HttpsError("aborted", { host, phase: phase() }, { cause: signal?.reason }));
  if (signal?.aborted === true) {
    abort();
    return undefined;
  }
  const onLate = (): void => end(new HttpsError("total-timeout", { host, limitMs: totalMs, phase: phase() }));
  const stopListening = signal && onAbort(signal, abort);
  const timer = totalMs === Infinity ? undefined : setTimeout(onLate, totalMs - spentMs);
  return () => {
    clearTimeout(timer);
    stopListening?.();
  };
}
