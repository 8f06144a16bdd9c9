/**
 * Whether a shard is still this worker's. BullMQ gives a shard to another worker when its lock was not renewed in time; a
 * worker that cannot renew it (the queue is away, the process was suspended) has to stop before that, or two of them would
 * speak to one server.
 */
import type { JobOf, ShardData } from "./work.ts";

export interface Lease {
  /** Ends when the shard is no longer this worker's. */
  readonly signal: AbortSignal;
  /** To be asked before each visit: a process that was suspended learns it here first. */
  isHeld(): boolean;
  release(): void;
}

export function holdLease(job: JobOf<ShardData>, token: string, leaseMs: number): Lease {
  const lost = new AbortController();
  // A margin: whoever takes over counts from when the queue took the renewal, which is later than when it was asked for.
  const heldForMs = leaseMs * 0.7;
  let heldSince = performance.now();
  const isHeld = (): boolean => {
    if (performance.now() - heldSince > heldForMs) lost.abort();
    return !lost.signal.aborted;
  };
  const renew = (): void => {
    if (!isHeld()) return;
    const askedAt = performance.now();
    job.extendLock(token, leaseMs).then(
      (extended) => {
        if (extended === 1) heldSince = askedAt;
        else lost.abort();
      },
      () => undefined, // It is asked again, until the time is over.
    );
  };
  const timer = setInterval(renew, leaseMs / 8);
  return { signal: lost.signal, isHeld, release: () => clearInterval(timer) };
}
