/**
 * Measures how the cost of a reader grows with what a peer sends: the CPU time at its bound over that at half of it.
 * Linear work doubles; a second look at what was read already shows as three or four times as much.
 */

/** Work over a peer's bytes. */
export interface PeerWork {
  /** What is read, and what in it might be read twice. */
  readonly what: string;
  /** The largest size of interest: the reader's own limit, where it has one. */
  readonly bound: number;
  /** Makes an input of about this size, and gives what reads it. Only the reading is measured. */
  readonly prepare: (size: number) => () => unknown;
}

/** Work that takes turns of the event loop. */
export interface SlowWork extends Omit<PeerWork, "prepare"> {
  readonly prepare: (size: number) => () => Promise<unknown>;
}

export interface Growth {
  /** The time at the bound over the time at half of it. */
  readonly factor: number;
  /** CPU time of one reading at the bound. */
  readonly ms: number;
}

/** More than this is not linear: twice, and a quarter for caches, collections and a busy machine. */
export const largestFactor = 2.5;
/** The longest that a reader may hold the event loop at its bound. */
export const longestMs = 50;

/** Less than this at the bound holds nothing up, whatever its growth: what is quadratic takes far longer there. */
const negligibleMs = 1;

/** A sample takes at least this long, so that the clock's own grain does not count. */
const sampleMs = 3;
const leastRounds = 3;
/** What was not within its bounds at once has to show many times over that it is. */
const roundsToConfirm = 12;
/** The sizes at which it may show it, too: so many times smaller than the bound. */
const smallerParts = [2, 4];
/**
 * The last word is a span of so many doublings: what disturbs a measurement counts once over all of them, and what is quadratic
 * takes 64 times as long where what is linear takes eight times.
 */
const doublings = 3;
/** A machine that disturbs the measurements gets this much CPU time to show the growth undisturbed. */
const patienceMs = 3_000;

/** Whether the growth is within both bounds. */
export function isWithin({ factor, ms }: Growth): boolean {
  return ms <= negligibleMs || (factor <= largestFactor && ms <= longestMs);
}

/**
 * Measures until the growth is within its bounds, or for as long as a busy machine is given. What disturbs a
 * measurement only adds to it, so that the least of several is nearest to the truth. A step at one size or at the next, where
 * the collector of garbage begins to run or a cache is full, is not a growth: what is quadratic grows at every size.
 */
export function measureGrowth({ bound, prepare }: PeerWork): Growth {
  const growth = measureStep(bound, prepare, leastRounds);
  if (isWithin(growth) || growth.ms > longestMs) return growth;
  let { factor } = growth;
  for (const part of smallerParts) {
    factor = Math.min(factor, measureStep(Math.floor(bound / part), prepare, roundsToConfirm).factor);
    if (isWithin({ factor, ms: growth.ms })) return { factor, ms: growth.ms };
  }
  return {
    factor: Math.min(factor, measureStep(bound, prepare, roundsToConfirm, doublings).factor),
    ms: growth.ms,
  };
}

/** The growth for each doubling, from a size that is so many doublings smaller. */
function measureStep(bound: number, prepare: PeerWork["prepare"], rounds: number, steps = 1): Growth {
  const small = prepare(Math.floor(bound / 2 ** steps));
  const whole = prepare(bound);
  const repeats = { small: repeatsFor(small), whole: repeatsFor(whole) };
  let smallMs = Infinity;
  let wholeMs = Infinity;
  const spentBefore = cpuMs();
  for (let round = 1; ; round++) {
    smallMs = Math.min(smallMs, sample(small, repeats.small));
    wholeMs = Math.min(wholeMs, sample(whole, repeats.whole));
    const growth = { factor: (wholeMs / smallMs) ** (1 / steps), ms: wholeMs };
    if (round < rounds) continue;
    if (isWithin(growth) || cpuMs() - spentBefore > patienceMs) return growth;
  }
}

/** The same for work that waits in between. */
export async function measureSlowGrowth(work: SlowWork): Promise<Growth> {
  const growth = await measureSlowStep(work, 1);
  return growth.factor <= largestFactor ? growth : await measureSlowStep(work, doublings);
}

async function measureSlowStep({ bound, prepare }: SlowWork, steps: number): Promise<Growth> {
  const small = prepare(Math.floor(bound / 2 ** steps));
  const whole = prepare(bound);
  let smallMs = Infinity;
  let wholeMs = Infinity;
  const spentBefore = cpuMs();
  for (let round = 1; ; round++) {
    smallMs = Math.min(smallMs, await sampleSlow(small));
    wholeMs = Math.min(wholeMs, await sampleSlow(whole));
    const factor = (wholeMs / smallMs) ** (1 / steps);
    if (round < leastRounds) continue;
    if (factor <= largestFactor || cpuMs() - spentBefore > patienceMs) return { factor, ms: wholeMs };
  }
}

async function sampleSlow(run: () => Promise<unknown>): Promise<number> {
  const before = cpuMs();
  await run();
  return cpuMs() - before;
}

/** How often it has to run for one sample; also lets the engine compile it. */
function repeatsFor(run: () => unknown): number {
  for (let repeats = 1; ; repeats *= 2) {
    if (sample(run, repeats) * repeats >= sampleMs) return repeats;
  }
}

function sample(run: () => unknown, repeats: number): number {
  const before = cpuMs();
  for (let i = 0; i < repeats; i++) run();
  return (cpuMs() - before) / repeats;
}

/** What this process has spent so far. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
