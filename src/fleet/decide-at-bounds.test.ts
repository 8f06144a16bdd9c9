/** Decisions at their bounds: what is held, which places still count, and what is foretold of chains that are not looked at. */
import { describe, expect, it } from "vitest";
import {
  type ChainShape,
  dayMs,
  days,
  failed,
  hourMs,
  noon,
  told,
  visit,
  type VisitShape,
  watch,
} from "../../test/fleet/made-up.ts";
import { fleetLimits } from "./limits.ts";
import { defaultSettings } from "./settings.ts";

const behindMs = fleetLimits.visitsBehind.value * defaultSettings.everyMs;
const later = (ms: number, shape: VisitShape): VisitShape => ({ ...shape, day: ms / dayMs });
const incomplete: ChainShape = { refused: "missing-intermediate", missing: "CA One" };
const good = ["192.0.2.1", {}] as const;

describe("an alert", () => {
  it("is held by what was not looked at, together with what was", () => {
    const apart: ChainShape = { leaf: "other", issuer: "CA Two" };
    const both: VisitShape = { shows: [good, ["192.0.2.2", apart]] };
    const first = watch([
      { day: 0, ...both },
      { day: 1.1, ...both },
    ]);
    expect(told(first)).toEqual(["opened addresses-differ notice"]);
    // Each alone does not differ: only both together hold it.
    const one = watch([{ day: 1.2, shows: [good] }], { history: first.history });
    expect(told(one)).toEqual([]);
    expect(told(watch([{ day: 1.2, shows: [["192.0.2.2", apart]] }], { history: first.history }))).toEqual(
      [],
    );
  });

  it("closes where what is held does not say it, and where nothing is held", () => {
    const first = watch([
      {
        day: 0,
        shows: [
          ["192.0.2.1", incomplete],
          ["192.0.2.2", {}],
        ],
      },
    ]);
    expect(told(watch([later(hourMs, { shows: [good] })], { history: first.history }))).toEqual([
      "closed chain-incomplete critical",
    ]);
    const alone = watch([{ day: 0, shows: [["192.0.2.1", incomplete]] }]);
    expect(told(watch([later(hourMs, { shows: [good] })], { history: alone.history }))).toEqual([
      "closed chain-incomplete critical",
    ]);
  });
});

describe("another place", () => {
  const down: VisitShape = { answer: failed("connect-timeout"), shows: [], place: "there" };

  it("counts as long as its last visit is not of the future", () => {
    const { history } = watch([{ ...down, day: 1 }, later(dayMs + hourMs, down)]);
    const here = (at: number): readonly string[] =>
      watch([later(at, {})], {
        history: {
          ...history,
          facts: history.facts.map((fact) => ({ ...fact, firstAt: noon, lastAt: noon })),
          alerts: [],
        },
      }).history.alerts.map(({ severity }) => severity);
    expect(here(dayMs + hourMs)).toEqual(["warning"]);
    expect(here(dayMs + hourMs - 1)).toEqual([]);
    expect(here(dayMs + hourMs + behindMs)).toEqual(["warning"]);
    expect(here(dayMs + hourMs + behindMs + 1)).toEqual([]);
  });
});

describe("a mark", () => {
  it("is that of the visit that is made at the same moment, and of none before", () => {
    const first = watch([{ day: 1 }]);
    const at = (day: number): string | undefined =>
      watch([{ day, more: { run: "second" } }], { history: first.history, now: days(2) }).history.places[0]
        ?.run;
    expect(at(1)).toBe("second");
    expect(at(0.9)).toBe("run 1");
    expect(visit({ day: 1 }).run).toBe("run 1");
  });
});
