/** Habits at their bounds, learned from facts that are written down: which leaves follow each other, and which renewals are one. */
import { describe, expect, it } from "vitest";
import { dayMs, days } from "../../test/fleet/made-up.ts";
import { type Habit, isLate, learnHabit } from "./habit.ts";
import type { ShownFact } from "./history.ts";

/** Days from the beginning of the first certificate, which lives a hundred. */
interface Leaf {
  readonly name: string;
  readonly fromDay: number;
  readonly untilDay: number;
  readonly first: number;
  readonly last: number;
  readonly address?: string;
}

const fact = ({ name, fromDay, untilDay, first, last, address = "192.0.2.1" }: Leaf): ShownFact => ({
  about: "shown",
  place: "here",
  variant: { address, offer: "ordinary" },
  value: {
    chain: [name],
    leaf: { notBeforeAt: days(fromDay), notAfterAt: days(untilDay), issuer: "CA" },
    verdict: {
      trusted: true,
      anchor: "Root",
      usable: { untilAt: days(untilDay), ends: "leaf", subject: "" },
    },
  },
  firstAt: days(first),
  lastAt: days(last),
});
const one: Leaf = { name: "one", fromDay: 0, untilDay: 100, first: 0, last: 70 };
const two: Leaf = { name: "two", fromDay: 70, untilDay: 170, first: 70, last: 100 };
const learn = (...leaves: readonly Leaf[]): Habit | undefined => learnHabit(leaves.map(fact));
const share = (...leaves: readonly Leaf[]): number | undefined => learn(...leaves)?.share;
const count = (...leaves: readonly Leaf[]): number => learn(...leaves)?.renewals ?? 0;
const aMoment = 1 / dayMs;

describe("one leaf follows another", () => {
  it("when it is first seen, and where nobody looked for more than a twentieth of the life, when it began", () => {
    const begun = { ...two, fromDay: 72 };
    expect(share(one, { ...begun, first: 75 })).toBeCloseTo(0.25);
    expect(share(one, { ...begun, first: 75 + aMoment })).toBeCloseTo(0.28);
    expect(share(one, { ...begun, fromDay: 60, first: 80 })).toBeCloseTo(0.3);
    expect(share(one, { ...begun, fromDay: 90, first: 80 })).toBeCloseTo(0.2);
  });

  it("where it is no longer seen a day later", () => {
    expect(count({ ...one, last: 71 }, two)).toBe(1);
    expect(count({ ...one, last: 71 + aMoment }, two)).toBe(0);
  });

  it("where it ends later by more than a twentieth of the life", () => {
    expect(count(one, { ...two, untilDay: 105 })).toBe(0);
    expect(count(one, { ...two, untilDay: 105 + aMoment })).toBe(1);
  });

  it("before the old one ended", () => {
    expect(count({ ...one, last: 99 }, { ...two, first: 100 - aMoment })).toBe(1);
    expect(count({ ...one, last: 99 }, { ...two, first: 100 })).toBe(0);
    expect(count({ ...one, last: 99 }, { ...two, first: 101 })).toBe(0);
  });

  it("over one in between that ended earlier, and from one that ends with it", () => {
    expect(share(one, { ...two, name: "brief", untilDay: 50, first: 30, last: 31 }, two)).toBeCloseTo(0.3);
    const again = { ...one, name: "again", fromDay: 10, first: 60, last: 80 };
    expect(share(one, again, { ...two, fromDay: 80, first: 80 })).toBeCloseTo(20 / 90);
  });

  it("when the old one was seen last, however often it came back", () => {
    const back = { ...one, first: 60, last: 70 };
    expect(share({ ...one, last: 50 }, back, { ...two, fromDay: 60, first: 71 })).toBeCloseTo(0.29);
    expect(share(back, { ...one, last: 50 }, { ...two, fromDay: 60, first: 71 })).toBeCloseTo(0.29);
  });
});

describe("two renewals are one", () => {
  const there = "192.0.2.2";
  const pair = (ends: number, at: number): readonly Leaf[] => [
    one,
    two,
    { ...one, untilDay: ends, last: at, address: there },
    { ...two, first: at, untilDay: at + 100, address: there },
  ];

  it("where their leaves end, and they come, at about the same time; the last of them counts", () => {
    expect(learn(...pair(100, 75))).toMatchObject({ renewals: 1, share: 0.25 });
    expect(
      learn(
        ...pair(100, 75)
          .toReversed()
          .toSorted((a, b) => a.first - b.first),
      ),
    ).toMatchObject({ renewals: 1 });
    const [, , ...later] = pair(100, 75);
    expect(learn(...later, one, two)).toMatchObject({ renewals: 1, share: 0.25 });
  });

  it("and not where their leaves end a twentieth of the life apart", () => {
    expect(count(...pair(105 - aMoment, 70))).toBe(1);
    expect(count(...pair(105, 70))).toBe(2);
    expect(count(...pair(150, 70))).toBe(2);
  });

  it("and not where they come a fifth of the life apart", () => {
    expect(count(...pair(100, 90 - aMoment))).toBe(1);
    expect(count(...pair(100, 90))).toBe(2);
    expect(count(...pair(100, 95))).toBe(2);
  });
});

describe("of many renewals", () => {
  /** So many of them, each with so much of the life left; then one that has not been renewed. */
  function renewed(lefts: readonly number[], { begun = 0, address = "192.0.2.1" } = {}): readonly Leaf[] {
    let fromDay = begun;
    const leaves = [...lefts, 0].map((left, i): Leaf => {
      const leaf = {
        name: `${address} ${i}`,
        fromDay,
        untilDay: fromDay + 100,
        first: fromDay,
        last: fromDay + 100 - left,
        address,
      };
      fromDay = leaf.last;
      return leaf;
    });
    return leaves;
  }
  const times = (length: number, left: number): readonly number[] => Array.from({ length }, () => left);

  it("the newest twelve count, whichever address they were seen at", () => {
    const old = renewed([1], { begun: -1_000, address: "192.0.2.2" });
    expect(learn(...renewed(times(12, 30)), ...old)).toMatchObject({
      renewals: 12,
      share: 0.3,
      allowance: 0.2,
    });
  });

  it("the more there are, the less is allowed for", () => {
    expect([5, 6, 9, 10].map((length) => learn(...renewed(times(length, 30)))?.allowance)).toEqual([
      0.45, 0.3, 0.3, 0.2,
    ]);
  });

  it("half of the share is allowed for at most", () => {
    expect(learn(...renewed([30, 1, 30, 30]))?.allowance).toBe(0.5);
  });
});

it("a certificate is late from the moment on at which all that is allowed for is over", () => {
  const habit = { renewals: 3, share: 0.5, allowance: 0.5 };
  const { leaf } = fact(one).value;
  expect(isLate(habit, leaf, { now: days(75), everyMs: 0 })).toBe(true);
  expect(isLate(habit, leaf, { now: days(75) - 1, everyMs: 0 })).toBe(false);
});
