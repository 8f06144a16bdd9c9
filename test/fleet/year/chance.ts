/** Chance that is the same each time: a year is a function of its seed. */
export interface Chance {
  /** From 0 up to 1. */
  readonly next: () => number;
  /** From `least` up to `most`. */
  readonly between: (least: number, most: number) => number;
  /** A whole number from 0 up to `count`. */
  readonly below: (count: number) => number;
  readonly isTrue: (share: number) => boolean;
}

/** A generator of 32 bits of state (mulberry32). */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    below: (count) => Math.floor(next() * count),
    isTrue: (share) => next() < share,
  };
}
