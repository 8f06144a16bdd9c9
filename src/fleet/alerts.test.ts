/** The life of an alert: opened once, told again when it is worse or time has passed, and closed when nobody says it. */
import { describe, expect, it } from "vitest";
import { dayMs, days, noon } from "../../test/fleet/made-up.ts";
import type { Alert, Concern } from "./alert.ts";
import { reviseAlerts } from "./alerts.ts";
import { defaultSettings } from "./settings.ts";

const concern: Concern = {
  rule: "path-ends",
  subject: "",
  severity: "warning",
  dueAt: days(20),
  sentence: "It ends.",
  evidence: [],
  remedy: "Renew it.",
  sure: "certain",
};

const opened: Alert = {
  ...concern,
  endpoint: "e1",
  id: "e1 path-ends  0",
  openedAt: noon,
  toldAt: noon,
  times: 1,
  worst: "warning",
};

function revise(
  open: readonly Alert[],
  concerns: readonly Concern[],
  { now = days(1), isHeld = false }: { readonly now?: number; readonly isHeld?: boolean } = {},
): ReturnType<typeof reviseAlerts> {
  return reviseAlerts({
    endpoint: "e1",
    open,
    concerns,
    isHeld: () => isHeld,
    settings: defaultSettings,
    now,
  });
}

const kinds = ({ changes }: ReturnType<typeof reviseAlerts>): readonly string[] =>
  changes.map(({ kind }) => kind);

describe("an alert", () => {
  it("opens with what the rule says, under an id of its own", () => {
    const { changes, open } = revise([], [concern], { now: noon });
    expect(changes).toEqual([{ kind: "opened", alert: open[0] }]);
    expect(open[0]).toMatchObject({ ...concern, endpoint: "e1", openedAt: noon, toldAt: noon, times: 1 });
    expect(open[0]?.id).toContain("e1 path-ends");
  });

  it("is one for each subject", () => {
    const { open } = revise([], [concern, { ...concern, subject: "b1" }]);
    expect(new Set(open.map(({ id }) => id)).size).toBe(2);
  });

  it("is neither written nor told where nothing changed", () => {
    expect(revise([opened], [concern])).toEqual({ written: [], open: [opened], changes: [] });
  });

  it("is written and not told where its sentence changed", () => {
    const { written, changes } = revise([opened], [{ ...concern, sentence: "It ends soon." }]);
    expect([written.length, changes.length]).toEqual([1, 0]);
  });

  it("is told when it becomes worse, and not again when it falls and rises", () => {
    const worse = revise([opened], [{ ...concern, severity: "critical" }]);
    expect(kinds(worse)).toEqual(["worse"]);
    const fallen = revise(worse.open, [concern]);
    expect([kinds(fallen), fallen.open[0]?.severity]).toEqual([[], "warning"]);
    expect(kinds(revise(fallen.open, [{ ...concern, severity: "critical" }]))).toEqual([]);
  });

  it.each<readonly [law: string, dueDay: number, expected: readonly string[]]>([
    ["half of the rest of the time", 10.6, []],
    ["more than half of it", 10.4, ["worse"]],
  ])("is worse when its day comes nearer by %s", (_law, dueDay, expected) => {
    expect(kinds(revise([opened], [{ ...concern, dueAt: days(dueDay) }]))).toEqual(expected);
  });

  it.each<readonly [law: string, severity: Alert["severity"], after: number, expected: readonly string[]]>([
    ["a warning not before a week", "warning", 6.99, []],
    ["a warning after a week", "warning", 7, ["repeated"]],
    ["a critical one not before a day", "critical", 0.99, []],
    ["a critical one after a day", "critical", 1, ["repeated"]],
    ["a notice never", "notice", 300, []],
  ])("is told again: %s", (_law, severity, after, expected) => {
    const alert = { ...opened, severity, worst: severity, dueAt: undefined };
    const said = { ...concern, severity, dueAt: undefined };
    const revised = revise([alert], [said], { now: noon + after * dayMs });
    expect(kinds(revised)).toEqual(expected);
    expect(revised.open[0]?.times).toBe(1 + expected.length);
  });

  it("is not told again by a clock that went back", () => {
    expect(kinds(revise([opened], [concern], { now: days(-30) }))).toEqual([]);
  });

  it("closes when the rule no longer says it", () => {
    const { written, open, changes } = revise([opened], []);
    expect([written[0]?.closedAt, open, changes[0]?.kind]).toEqual([days(1), [], "closed"]);
  });

  it("stays open, and untold, while what it is about was not looked at", () => {
    expect(revise([opened], [], { isHeld: true })).toEqual({ written: [], open: [opened], changes: [] });
  });

  it("is one of its rule and its subject", () => {
    const others = [
      { ...concern, subject: "b1" },
      { ...concern, rule: "revoked" },
    ] as const;
    for (const other of others) {
      const { changes, open } = revise([opened], [other]);
      expect(changes.map(({ kind }) => kind)).toEqual(["closed", "opened"]);
      expect(open[0]?.id).toBe(`e1 ${other.rule} ${other.subject} ${days(1)}`);
    }
  });

  it("is not worse where its day was over before, or has half of the time left", () => {
    const now = days(10);
    for (const [before, after] of [
      [9, -20],
      [10, 9],
      [20, 15],
    ] as const) {
      const alert = { ...opened, dueAt: days(before), toldAt: now };
      expect(kinds(revise([alert], [{ ...concern, dueAt: days(after) }], { now }))).toEqual([]);
    }
  });

  it("is written where its day changed, and keeps the worst that was told", () => {
    expect(revise([opened], [{ ...concern, dueAt: days(19) }]).written).toMatchObject([{ dueAt: days(19) }]);
    const worst = { ...opened, worst: "critical" } as const;
    expect(revise([worst], [concern], { now: days(7) }).open).toMatchObject([
      { worst: "critical", times: 2 },
    ]);
  });
});
