/** Habits: learned from leaves that follow each other, as a share of the life; and when a renewal is late for them. */
import { describe, expect, it } from "vitest";
import { dayMs, days, severitiesOf, situation, type VisitShape, watch } from "../../test/fleet/made-up.ts";
import { isLate, latenessOf, learnHabit } from "./habit.ts";
import { lateRenewal } from "./rules/late-renewal.ts";
import { defaultSettings } from "./settings.ts";

/** Daily visits of a server whose certificates of 90 days are each followed with so many days left. */
function renewing(
  left: readonly number[],
  more: (day: number) => Partial<VisitShape> = () => ({}),
): readonly VisitShape[] {
  const visits: VisitShape[] = [];
  let [day, fromDay] = [0, 0];
  left.forEach((rest, number) => {
    for (const untilDay = fromDay + 90; day < untilDay - rest; day++)
      visits.push({
        day,
        shows: [["192.0.2.1", { leaf: `leaf ${number}`, fromDay, untilDay }]],
        ...more(day),
      });
    fromDay = day;
  });
  visits.push({ day, shows: [["192.0.2.1", { leaf: "last", fromDay, untilDay: fromDay + 90 }]] });
  return visits;
}

const habitOf = (visits: readonly VisitShape[]): ReturnType<typeof learnHabit> =>
  learnHabit(watch(visits).history.facts);

describe("a habit", () => {
  it("is not known before a renewal was seen", () => {
    expect(habitOf([{ day: 0 }, { day: 50 }])).toBeUndefined();
  });

  it("is the share that was left when the next certificate was seen", () => {
    expect(habitOf(renewing([30]))).toMatchObject({ renewals: 1, share: 1 / 3 });
  });

  it("is the median of several, the later of two", () => {
    expect(habitOf(renewing([30, 18]))).toMatchObject({ renewals: 2, share: 0.2 });
    expect(habitOf(renewing([30, 18, 36]))).toMatchObject({ renewals: 3, share: 1 / 3 });
  });

  it("is half of the life at most: a replacement is not a renewal", () => {
    expect(habitOf(renewing([80]))?.share).toBe(0.5);
  });

  it("allows for much after few renewals, for less after ten", () => {
    expect(habitOf(renewing([30]))?.allowance).toBe(0.45);
    expect(habitOf(renewing(Array.from({ length: 6 }, () => 30)))?.allowance).toBe(0.3);
    expect(habitOf(renewing(Array.from({ length: 10 }, () => 30)))?.allowance).toBe(0.2);
  });

  it("allows for what was as late before", () => {
    const allowance = habitOf(renewing([30, 30, 30, 30, 30, 30, 30, 30, 24, 30]))?.allowance ?? 0;
    expect(allowance).toBeCloseTo(0.2 * 1.5 + 0.1);
  });

  it("does not come of two certificates that a load balancer shows by turns", () => {
    const visits = Array.from({ length: 20 }, (_, day): VisitShape => {
      const untilDay = day % 2 === 0 ? 40 : 60;
      return { day, shows: [["192.0.2.1", { leaf: `${untilDay}`, fromDay: -30, untilDay }]] };
    });
    expect(habitOf(visits)).toBeUndefined();
  });

  it("does not come of the same certificate that is issued again", () => {
    const one = { leaf: "one", fromDay: -30, untilDay: 60 };
    expect(
      habitOf([
        { day: 0, shows: [["192.0.2.1", one]] },
        { day: 1, shows: [["192.0.2.1", { ...one, leaf: "again" }]] },
      ]),
    ).toBeUndefined();
  });

  it("goes by the new certificate's beginning where nobody looked for long", () => {
    const visits: readonly VisitShape[] = [
      { day: 0, shows: [["192.0.2.1", { leaf: "one", fromDay: -30, untilDay: 60 }]] },
      { day: 50, shows: [["192.0.2.1", { leaf: "two", fromDay: 33, untilDay: 123 }]] },
    ];
    expect(habitOf(visits)?.share).toBeCloseTo(27 / 90);
  });

  it("counts certificates of two keys that are renewed together once", () => {
    const both = (name: string, fromDay: number): VisitShape["shows"] => [
      [{ keyType: "RSA" }, { leaf: `${name} RSA`, fromDay, untilDay: fromDay + 90 }],
      [{ keyType: "ECDSA" }, { leaf: `${name} ECDSA`, fromDay, untilDay: fromDay + 90 }],
    ];
    const visits = [59, 60].map((day, number) => ({ day, shows: both(`${number}`, number * 60) ?? [] }));
    expect(habitOf(visits)?.renewals).toBe(1);
  });
});

describe("lateness", () => {
  const habit = { renewals: 5, share: 1 / 3, allowance: 0.3 };
  const leaf = { notBeforeAt: days(0), notAfterAt: days(90), issuer: "CA One" };

  it.each<readonly [law: string, day: number, lateness: number]>([
    ["is 0 when the certificate begins", 0, 0],
    ["is a half in the middle of the time until it renews", 30, 0.5],
    ["is 1 when it renewed before", 60, 1],
    ["is 1.2 with 24 days left where it renewed with 30", 66, 1.2],
    ["is 2 at the end", 90, 2],
    ["is 2 behind it", 120, 2],
    ["is 0 before it begins", -10, 0],
  ])("%s", (_law, day, lateness) => {
    expect(latenessOf(habit, leaf, days(day))).toBeCloseTo(lateness);
  });

  it("is late from what is allowed for on", () => {
    expect(isLate(habit, leaf, { now: days(68.9), everyMs: 0 })).toBe(false);
    expect(isLate(habit, leaf, { now: days(69.1), everyMs: 0 })).toBe(true);
  });
});

describe("a late renewal", () => {
  const check = (left: number, renewals: number, refused?: string): readonly string[] =>
    severitiesOf(
      lateRenewal.check(
        situation({
          habit: { renewals, share: 1 / 3, allowance: 0.3 },
          shows: [
            [
              "192.0.2.1",
              { fromDay: left - 90, untilDay: left, ...(refused === undefined ? {} : { refused }) },
            ],
          ],
        }),
      ),
    );

  it.each<readonly [law: string, left: number, renewals: number, expected: readonly string[]]>([
    ["is not one at the habit's moment", 30, 5, []],
    ["is not one before a fifth of the rest is gone", 24.1, 5, []],
    ["is worth a notice from then on", 24, 5, ["notice certain"]],
    ["is a warning when it is later than ever", 20.9, 5, ["warning certain"]],
    ["is likely after two renewals", 20.9, 2, ["warning likely"]],
    ["is a notice and likely after one", 5, 1, ["notice likely"]],
    ["is certain after three", 20.9, 3, ["warning certain"]],
  ])("%s", (_law, left, renewals, expected) => {
    expect(check(left, renewals)).toEqual(expected);
  });

  it("is a warning only when a visit could have seen a renewal that came in time", () => {
    const visited = (everyMs: number): readonly string[] =>
      severitiesOf(
        lateRenewal.check(
          situation({
            habit: { renewals: 12, share: 1 / 6, allowance: 0.2 },
            shows: [["192.0.2.1", { fromDay: -5.4, untilDay: 0.6 }]],
            settings: { ...defaultSettings, everyMs },
          }),
        ),
      );
    expect(visited(dayMs / 24)).toEqual(["warning certain"]);
    expect(visited(dayMs / 4)).toEqual(["notice certain"]);
  });

  it("stays one when the certificate has ended", () => {
    expect(check(-1, 5, "expired")).toEqual(["warning certain"]);
  });

  it("is not one of a chain that is refused for something else", () => {
    expect(check(5, 5, "untrusted-root")).toEqual([]);
  });

  it("is said in days", () => {
    const [concern] = lateRenewal.check(
      situation({
        habit: { renewals: 6, share: 1 / 3, allowance: 0.2 },
        shows: [["192.0.2.1", { fromDay: -66, untilDay: 24 }]],
      }),
    );
    expect(concern?.sentence).toBe(
      "https://a.example renews with about 30 days left; now 24 days are left, and it has not been renewed.",
    );
  });

  it("is told in a year of daily visits, once", () => {
    const visits = renewing([30, 30, 30]);
    const lastDay = (visits.at(-1)?.day ?? 0) + 90;
    const more = Array.from({ length: 76 }, (_, day): VisitShape => ({
      day: lastDay - 90 + day,
      shows: [["192.0.2.1", { leaf: "last", fromDay: lastDay - 90, untilDay: lastDay }]],
    }));
    const { decisions } = watch([...visits, ...more], { settings: { ...defaultSettings, everyMs: dayMs } });
    const opened = decisions.flatMap(({ changes }) => changes.filter(({ kind }) => kind !== "repeated"));
    expect(opened.map(({ kind, alert }) => `${kind} ${alert.rule} ${alert.severity}`)).toEqual([
      "opened late-renewal notice",
      "opened path-ends notice",
      "worse late-renewal warning",
      "worse path-ends warning",
    ]);
  });
});
