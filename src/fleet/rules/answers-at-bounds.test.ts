/** Answers that changed, at their bounds: which facts of which place count, for how long, and when it is calm again. */
import { describe, expect, it } from "vitest";
import { answered, dayMs, days, failed, hourMs, noon, situation } from "../../../test/fleet/made-up.ts";
import type { Alert } from "../alert.ts";
import type { AnswerFact, PlaceMark } from "../history.ts";
import { defaultSettings } from "../settings.ts";
import type { Answer } from "../visit.ts";
import { answerChanged } from "./answer-changed.ts";
import { calmNeeded, timesOf } from "./calm.ts";

const halfMs = defaultSettings.everyMs / 2;
const fact = (value: Answer, firstAt: number, lastAt: number, place = "here"): AnswerFact => ({
  about: "answer",
  place,
  value,
  firstAt,
  lastAt,
});
const mark = (place: string): PlaceMark => ({
  place,
  run: "",
  at: days(1),
  isWell: true,
  sinceAt: noon,
  failures: 0,
  nextAt: noon,
});
const open = { rule: "answer-changed", subject: "" } as Alert;
const well = fact(answered(), noon, noon + hourMs);
const later = noon + 2 * hourMs;

function changed(facts: readonly AnswerFact[], { isOpen = false, now = days(1) } = {}): number {
  return answerChanged.check(situation({ facts, places: [mark("here")], alerts: isOpen ? [open] : [], now }))
    .length;
}

describe("an answer changed", () => {
  it("where it stays for half an interval", () => {
    expect(changed([well, fact(answered(500), later, later + halfMs)])).toBe(1);
    expect(changed([well, fact(answered(500), later, later + halfMs - 1)])).toBe(0);
  });

  it("from one that stayed", () => {
    const worse = fact(answered(500), later, later + hourMs);
    expect(changed([fact(answered(), noon, noon + halfMs), worse])).toBe(1);
    expect(changed([fact(answered(), noon, noon + halfMs - 1), worse])).toBe(0);
    expect(changed([fact(failed("connect-timeout"), noon, noon + hourMs), worse])).toBe(0);
    expect(changed([{ ...well, place: "there" }, worse])).toBe(0);
  });

  it("from what is below 400 to what is not", () => {
    for (const [status, count] of [
      [399, 0],
      [400, 1],
      [499, 1],
      [500, 1],
    ] as const)
      expect(changed([well, fact(answered(status), later, later + hourMs)])).toBe(count);
    expect(
      changed([fact(answered(499), noon, noon + hourMs), fact(answered(500), later, later + hourMs)]),
    ).toBe(1);
  });

  it("and is the endpoint's own after a week", () => {
    const worse = fact(answered(404), later, days(9));
    expect(changed([well, worse], { now: well.lastAt + 7 * dayMs - 1 })).toBe(1);
    expect(changed([well, worse], { now: well.lastAt + 7 * dayMs })).toBe(0);
  });

  it("and not where it fails now, or was never asked", () => {
    expect(
      changed([
        well,
        fact(answered(500), later, later + hourMs),
        fact(failed("connect-timeout"), days(1), days(1)),
      ]),
    ).toBe(0);
    expect(changed([])).toBe(0);
  });
});

describe("what was worse is over", () => {
  const twice = [
    well,
    fact(answered(500), later, later + hourMs),
    fact(answered(), later + 2 * hourMs, later + 3 * hourMs),
    fact(answered(500), later + 4 * hourMs, later + 5 * hourMs),
    fact(answered(), later + 6 * hourMs, later + 8 * hourMs),
  ];

  it("when it was better for as long as it is apt to come back, and where it was told at all", () => {
    const begun = later + 6 * hourMs;
    expect(changed(twice, { isOpen: true, now: begun + 2 * hourMs - 1 })).toBe(1);
    expect(changed(twice, { isOpen: true, now: begun + 2 * hourMs })).toBe(0);
    expect(changed(twice, { now: begun })).toBe(0);
  });
});

describe("how often it was bad", () => {
  const isBad = (answer: Answer): boolean => answer.kind === "failed";
  const bad = fact(failed("connect-timeout"), noon, noon);
  const window = (now: number, everyMs = hourMs): Parameters<typeof timesOf>[2] => ({
    facts: [bad, well, { ...bad, place: "there" }],
    now,
    settings: { ...defaultSettings, everyMs },
  });

  it("is counted for a day, or some visits where these are rare, of one place", () => {
    expect(timesOf("here", isBad, window(noon + dayMs))).toBe(1);
    expect(timesOf("here", isBad, window(noon + dayMs + 1))).toBe(0);
    expect(timesOf("here", isBad, window(noon + 8 * dayMs, dayMs))).toBe(1);
    expect(timesOf("here", isBad, window(noon + 8 * dayMs + 1, dayMs))).toBe(0);
  });

  it("makes it calm after an outage's time for each but the last", () => {
    const facts = [bad, { ...bad, lastAt: noon + 1 }, { ...bad, lastAt: noon + 2 }];
    expect(calmNeeded("here", isBad, { ...window(noon), facts })).toBe(2 * 2 * hourMs);
  });
});
