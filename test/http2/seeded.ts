/** Numbers that look random and are the same every time, and what is made of them. */

/** Gives whole numbers from 0 up to a bound, that itself left out (xorshift, 32 bits). */
export function seeded(seed: number): (bound: number) => number {
  let state = (seed * 0x9e37_79b1) | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** Up to eight places at which to cut as many octets, in order; none twice. */
export function randomCuts(length: number, random: (bound: number) => number): number[] {
  if (length < 2) return [];
  const places = Array.from({ length: random(9) }, () => 1 + random(length - 1));
  return [...new Set(places)].sort((a, b) => a - b);
}
