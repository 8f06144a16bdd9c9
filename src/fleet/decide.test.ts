/** What a visit means: facts that go on, alerts that open and close, and what is not looked at. */
import { describe, expect, it } from "vitest";
import {
  answered,
  days,
  failed,
  hourly,
  hourMs,
  outage,
  told,
  visit,
  watch,
} from "../../test/fleet/made-up.ts";

describe("facts", () => {
  it("go on as long as their value is equal, whatever a sentence says", () => {
    const { decisions, history } = watch([{ day: 0 }, { day: 1 }]);
    expect(history.facts.map(({ firstAt, lastAt }) => [firstAt, lastAt])).toEqual([
      [days(0), days(1)],
      [days(0), days(1)],
    ]);
    expect(decisions[1]?.facts).toHaveLength(2);
  });

  it("begin anew with another value, and come back as new ones", () => {
    const { history } = watch([
      { day: 0 },
      { day: 1, answer: answered(500) },
      { day: 2, answer: answered(200) },
    ]);
    const answers = history.facts.filter(({ about }) => about === "answer");
    expect(answers.map(({ firstAt }) => firstAt)).toEqual([days(0), days(1), days(2)]);
  });

  it("of what was not visited stay as they are", () => {
    const { history } = watch([
      {
        day: 0,
        shows: [
          ["192.0.2.1", {}],
          ["192.0.2.2", {}],
        ],
      },
      { day: 1, shows: [["192.0.2.1", {}]] },
    ]);
    const shownFacts = history.facts.filter(({ about }) => about === "shown");
    expect(shownFacts.map(({ lastAt }) => lastAt)).toEqual([days(1), days(0)]);
  });

  it("are not changed by a visit that ended before what is known", () => {
    const first = watch([{ day: 2 }]);
    const late = watch([{ day: 1, answer: answered(500) }], { history: first.history, now: days(2) });
    expect(late.decisions[0]?.facts).toEqual([]);
    expect(late.history.places[0]?.at).toBe(days(2));
  });

  it("of the future, which a wrong clock wrote, do not count", () => {
    const wrong = watch([{ day: 400, answer: failed("expired", "trust") }]);
    const right = watch([{ day: 0 }, { day: 0.1 }], { history: { ...wrong.history, alerts: [] } });
    expect(told(right)).toEqual([]);
    expect(right.history.places[0]).toMatchObject({ at: days(0.1), isWell: true });
  });
});

describe("a place's mark", () => {
  it("counts failures in a row, and since when it is so", () => {
    const { history } = watch([{ day: 0 }, outage(1), outage(2), outage(3)]);
    expect(history.places).toMatchObject([{ isWell: false, failures: 3, sinceAt: days(1), at: days(3) }]);
  });

  it("begins anew when it is well again", () => {
    const { history } = watch([outage(1), { day: 2 }]);
    expect(history.places).toMatchObject([{ isWell: true, failures: 0, sinceAt: days(2) }]);
  });
});

describe("a diagnosis", () => {
  it("is asked for at the first failure of a place, and not at the next ones", () => {
    const { decisions } = watch([{ day: 0 }, outage(1), outage(2), { day: 3 }, outage(4)]);
    expect(decisions.map(({ asksWhy }) => asksWhy)).toEqual([false, true, false, false, true]);
  });

  it("is asked for where the first visit fails", () => {
    expect(watch([outage(0)]).decisions[0]?.asksWhy).toBe(true);
  });
});

describe("alerts", () => {
  it("open, and close by themselves when the rule no longer says it", () => {
    const incomplete = {
      shows: [["192.0.2.1", { refused: "missing-intermediate", missing: "CA One" }]],
    } as const;
    expect(told(watch(hourly(0, [{}, incomplete, incomplete, {}])))).toEqual([
      "opened chain-incomplete critical",
      "closed chain-incomplete critical",
    ]);
  });

  it("stay open through a visit that saw nothing", () => {
    const incomplete = { shows: [["192.0.2.1", { refused: "missing-intermediate" }]] } as const;
    expect(told(watch(hourly(0, [incomplete, outage(0), {}])))).toEqual([
      "opened chain-incomplete critical",
      "closed chain-incomplete critical",
    ]);
  });

  it("stay open while the address that they are about is not looked at, and close when it is gone for long", () => {
    const bad = ["192.0.2.2", { refused: "missing-intermediate" }] as const;
    const good = ["192.0.2.1", {}] as const;
    const first = watch(hourly(0, [{ shows: [good, bad] }, { shows: [good] }, { shows: [good] }]));
    expect(told(first)).toEqual(["opened chain-incomplete critical"]);
    const later = watch([{ day: 3, shows: [good] }], { history: first.history });
    expect(told(later)).toEqual(["closed chain-incomplete critical"]);
  });

  it("are not opened by what was not looked at", () => {
    const near = ["192.0.2.2", { fromDay: -70, untilDay: 20.1 }] as const;
    const good = ["192.0.2.1", {}] as const;
    expect(
      told(
        watch([
          { day: 0, shows: [good, near] },
          { day: 0.5, shows: [good] },
        ]),
      ),
    ).toEqual([]);
    expect(
      told(
        watch([
          { day: 0, shows: [good, near] },
          { day: 0.5, shows: [good, near] },
        ]),
      ),
    ).toEqual(["opened path-ends warning"]);
  });
});

it("the same visit decided twice is the same decision", () => {
  const { history } = watch([{ day: 0 }, outage(1)]);
  const again = (): unknown => watch([outage(2)], { history }).decisions;
  expect(again()).toEqual(again());
});

it("the next visit is within an interval and a half, and the summary names the answer", () => {
  const [decision] = watch([{ day: 0 }]).decisions;
  expect(decision?.summary).toEqual({
    state: "well",
    pathEndAt: days(60),
    earliestEndAt: days(60),
    breakAt: undefined,
    lateness: undefined,
    code: "http-200",
    openAlerts: 0,
  });
  const next = (decision?.place.nextAt ?? 0) - visit().at;
  expect(next).toBeGreaterThanOrEqual(hourMs / 2);
  expect(next).toBeLessThanOrEqual(1.5 * hourMs);
});
