/** When a connection may begin, by what began before. Time is made up. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { networkOf, Pace } from "./pace.ts";

const a = "192.0.2.1";

/** One connection that began and ended at these moments. */
function after(...connections: readonly (readonly [address: string, from: number, until?: number])[]): Pace {
  const pace = new Pace();
  for (const [address, from, until] of connections) {
    pace.begin(address, from);
    if (until !== undefined) pace.end(address, until);
  }
  return pace;
}

it.each<[law: string, pace: Pace, asked: readonly [address: string, at: number], expected: number]>([
  ["the first may begin at once", after(), [a, 5], 5],
  ["the second may begin as soon as the first has ended", after([a, 0, 50]), [a, 50], 50],
  ["none begins while one is open", after([a, 0]), [a, 9_000], Infinity],
  ["the third begins a second after the end of the first", after([a, 0, 50], [a, 60, 90]), [a, 100], 1_050],
  ["however long the first lasted", after([a, 0, 3_000], [a, 3_010, 3_050]), [a, 3_100], 4_000],
  ["what was a second ago does not count", after([a, 0, 50], [a, 60, 90]), [a, 1_050], 1_050],
  ["another address of the network is free", after([a, 0]), ["192.0.2.9", 10], 10],
  [
    "the ninth in a network waits for the first of it",
    after(...Array.from({ length: 8 }, (_, i) => [`192.0.2.${i}`, i, 100 + i] as const)),
    ["192.0.2.9", 200],
    1_100,
  ],
  [
    "eight that hang keep their network waiting for two seconds and no longer",
    after(...Array.from({ length: 8 }, (_, i) => [`192.0.2.${i}`, i] as const)),
    ["192.0.2.9", 200],
    2_000,
  ],
  [
    "another network is free",
    after(...Array.from({ length: 8 }, (_, i) => [`192.0.2.${i}`, i] as const)),
    ["192.0.3.9", 200],
    200,
  ],
])("%s", (_law, pace, asked, expected) => {
  expect(pace.nextAt(...asked)).toBe(expected);
});

it.each([
  ["192.0.2.1", "192.0.2.255", true],
  ["192.0.2.1", "192.0.3.1", false],
  ["2001:db8:1::1", "2001:db8:1:ffff::2", true],
  ["2001:db8:1::1", "2001:db8:2::1", false],
  ["::ffff:192.0.2.1", "192.0.2.7", true],
  ["by proxy a.example", "by proxy b.example", false],
])("%s and %s are of one network: %s", (one, other, expected) => {
  expect(networkOf(one) === networkOf(other)).toBe(expected);
});

it("no second of a server's holds more than was promised, whoever asks and however long connections last", () => {
  const step = fc.record({
    host: fc.integer({ min: 0, max: 15 }),
    after: fc.integer({ min: 0, max: 400 }),
    lasts: fc.integer({ min: 0, max: 900 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pace = new Pace();
      const arrivals: { readonly address: string; readonly at: number }[] = [];
      let now = 0;
      for (const { host, after: pause, lasts } of steps) {
        const address = `192.0.2.${host}`;
        now = pace.nextAt(address, now + pause);
        pace.begin(address, now);
        // It arrives at any moment before its end.
        arrivals.push({ address, at: now + lasts });
        pace.end(address, now + lasts);
        now += 0;
      }
      for (const { at, address } of arrivals) {
        const within = arrivals.filter((one) => one.at >= at && one.at < at + 1_000);
        expect(within.filter((one) => one.address === address).length).toBeLessThanOrEqual(2);
        expect(within.length).toBeLessThanOrEqual(8);
      }
    }),
  );
});

it("addresses that have been quiet are forgotten", () => {
  const pace = new Pace();
  for (let i = 0; i < 9_000; i++) {
    const address = `10.${i >> 8}.${i & 255}.1`;
    pace.begin(address, i * 10);
    pace.end(address, i * 10 + 1);
  }
  expect(pace.size).toBeLessThan(5_000);
});
