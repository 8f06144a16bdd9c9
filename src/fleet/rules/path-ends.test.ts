/** The usable path ends: by the share of life that is left, whatever a life is; and by nothing that a path does not need. */
import { describe, expect, it } from "vitest";
import { type ChainShape, days, hourMs, noon, severitiesOf, situation } from "../../../test/fleet/made-up.ts";
import { defaultSettings } from "../settings.ts";
import type { Situation } from "../situation.ts";
import { pathEnds } from "./path-ends.ts";

const check = (shape: ChainShape, more: Partial<Situation> = {}): readonly string[] =>
  severitiesOf(pathEnds.check(situation({ shows: [["192.0.2.1", shape]], ...more })));

/** A certificate of so many days of which so many are left. */
const of = (life: number, left: number): ChainShape => ({ fromDay: left - life, untilDay: left });

describe("a path ends soon", () => {
  it.each<readonly [law: string, life: number, left: number, expected: readonly string[]]>([
    ["6 days: a quarter of it is enough", 6, 1.5, []],
    ["6 days: with less than a quarter left", 6, 1.49, ["warning certain"]],
    ["6 days: with less than a tenth left", 6, 0.59, ["critical certain"]],
    ["47 days: a quarter of it is enough", 47, 11.75, []],
    ["47 days: with less than a quarter left", 47, 11.7, ["warning certain"]],
    ["47 days: with less than a tenth left", 47, 4.69, ["critical certain"]],
    ["90 days: not before 20 days are left", 90, 20, []],
    ["90 days: with less than 20 days left", 90, 19.9, ["warning certain"]],
    ["90 days: with a week left", 90, 7, ["warning certain"]],
    ["90 days: with less than a week left", 90, 6.9, ["critical certain"]],
    ["200 days: not before 20 days are left", 200, 20, []],
    ["200 days: with less than 20 days left", 200, 19.9, ["warning certain"]],
    ["398 days: a tenth is much, and not late", 398, 39, []],
    ["398 days: with less than 20 days left", 398, 19.9, ["warning certain"]],
    ["398 days: with less than a week left", 398, 6.9, ["critical certain"]],
  ])("%s", (_law, life, left, expected) => {
    expect(check(of(life, left))).toEqual(expected);
  });

  it("at the path's end, which comes before the leaf's", () => {
    const shape: ChainShape = { untilDay: 60, ends: { untilDay: 10, by: "intermediate" } };
    const [concern] = pathEnds.check(situation({ shows: [["192.0.2.1", shape]] }));
    expect(concern).toMatchObject({ severity: "warning", dueAt: days(10) });
    expect(concern?.evidence[0]).toContain("What ends is a CA certificate between, Old CA");
  });

  it("not at the leaf's, where the path goes on without what ends", () => {
    expect(check({ fromDay: -85, untilDay: 5, ends: { untilDay: 60, by: "root" } })).toEqual([]);
  });

  it("of the earliest address", () => {
    const shows = [
      ["192.0.2.1", {}],
      ["192.0.2.2", of(90, 3)],
    ] as const;
    expect(pathEnds.check(situation({ shows }))[0]).toMatchObject({ severity: "critical", dueAt: days(3) });
  });

  it("and says the share that is left, rounded down", () => {
    expect(pathEnds.check(situation({ shows: [["192.0.2.1", of(90, 19.9)]] }))[0]?.sentence).toBe(
      "The usable path of https://a.example ends on 2026-06-21 09:36:00 UTC, in 19 days; that is 22 % of its certificate's life of 90 days.",
    );
  });
});

describe("who always renews late", () => {
  const habit = { renewals: 4, share: 0.1, allowance: 0.3 };

  it.each<readonly [law: string, left: number, expected: readonly string[]]>([
    ["is given a notice while it is not late for that", 8, ["notice certain"]],
    ["is told in full once it is", 6.2, ["critical certain"]],
  ])("%s", (_law, left, expected) => {
    expect(check(of(90, left), { habit })).toEqual(expected);
  });

  it("is told in the last day, however late it always was", () => {
    const last = { renewals: 9, share: 0.01, allowance: 0.2 };
    expect(check(of(90, 1.01), { habit: last })).toEqual(["notice certain"]);
    expect(check(of(90, 0.99), { habit: last })).toEqual(["critical certain"]);
  });

  it("has no habit of what is not renewed with the leaf", () => {
    const shape: ChainShape = { untilDay: 60, ends: { untilDay: 8, by: "intermediate" } };
    expect(check(shape, { habit })).toEqual(["warning certain"]);
  });
});

describe("a path has ended", () => {
  it.each<readonly [law: string, shape: ChainShape, expected: readonly string[]]>([
    ["where the chain is refused for a date", { ...of(90, -1), refused: "expired" }, ["critical certain"]],
    ["where nobody could look since", of(90, -1), ["critical certain"]],
    ["and not where it is refused for something else", { ...of(90, 1), refused: "wrong-host" }, []],
  ])("%s", (_law, shape, expected) => {
    expect(check(shape)).toEqual(expected);
  });

  it("at the moment at which the leaf ended", () => {
    const shows = [["192.0.2.1", { ...of(90, -1), refused: "expired" }]] as const;
    expect(pathEnds.check(situation({ shows }))[0]?.sentence).toContain(
      "has ended on 2026-05-31 12:00:00 UTC, 1 day ago",
    );
  });
});

describe("a chain that was last seen a while ago", () => {
  const ending: ChainShape = { fromDay: -80, untilDay: 10 };
  const after = (intervals: number, alerts: Situation["alerts"] = []): readonly string[] =>
    severitiesOf(
      pathEnds.check(
        situation({
          shows: [["192.0.2.1", ending]],
          settings: { ...defaultSettings, everyMs: hourMs },
          now: noon + intervals * hourMs,
          alerts,
        }),
      ),
    );

  it("is taken to be shown still for as long as visits lie apart", () => {
    expect(after(1.5)).toEqual(["warning certain"]);
    expect(after(1.75)).toEqual(["warning certain"]);
    expect(after(1.76)).toEqual([]);
  });

  it("keeps an alert open that is open", () => {
    const open = { rule: "path-ends" } as Situation["alerts"][number];
    expect(after(24, [open])).toEqual(["warning certain"]);
    expect(after(24, [{ ...open, rule: "late-renewal" }])).toEqual([]);
  });
});
