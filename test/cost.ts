/**
 * What work costs, in measures that other programs on the machine do not change: CPU time for what computes, and for what
 * waits a clock that stands still while the machine lets the process wait for its turn.
 */

/** The CPU time that `work` takes, in milliseconds: the least of `runs`, since the first one compiles. */
export function cpuMsOf(work: () => unknown, runs = 1): number {
  const took = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    work();
    return msOf(process.cpuUsage(before));
  });
  return Math.min(...took);
}

function msOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}

/**
 * How many times longer than on a machine of its own this process takes to compute: 1 where nobody else wants the
 * processor. A deadline of the program that a test holds it to is given as many times longer.
 */
export function slownessHere(): number {
  const startedAt = performance.now();
  const cpuMs = cpuMsOf(() => {
    for (let sum = 0, at = 0; at < 2e8; at++) sum = (sum + at) | 0;
  });
  return Math.max(1, (performance.now() - startedAt) / cpuMs);
}

const tickMs = 10;

/**
 * How long `work` waits, in milliseconds. A tick that comes late counts twice its length and no more, so that a machine
 * with other things to do does not count; one that is free lets every tick come in time.
 */
export async function waitedMsDuring(work: () => Promise<unknown>): Promise<number> {
  let waitedMs = 0;
  let last = performance.now();
  const tick = (): void => {
    const now = performance.now();
    waitedMs += Math.min(now - last, 2 * tickMs);
    last = now;
  };
  const ticking = setInterval(tick, tickMs);
  try {
    await work();
    tick();
    return waitedMs;
  } finally {
    clearInterval(ticking);
  }
}
