/** What an ordinary client meets: no connection, a refused chain, another status; and what comes and goes. */
import { describe, expect, it } from "vitest";
import { answered, failed, hourly, told, type VisitShape, watch } from "../../../test/fleet/made-up.ts";
import { defaultSettings } from "../settings.ts";

const down: VisitShape = { answer: failed("connect-timeout"), shows: [] };
const status = (code: number): VisitShape => ({ answer: answered(code) });
const refused = (code: string): VisitShape => ({
  answer: failed(code, "trust"),
  shows: [["192.0.2.1", { refused: code }]],
});
const alarms = (shapes: readonly VisitShape[], settings = defaultSettings): readonly string[] =>
  told(watch(hourly(0, shapes), { settings }));
const times = (count: number, ...shapes: readonly VisitShape[]): readonly VisitShape[] =>
  Array.from({ length: count }, () => shapes).flat();

describe("no connection", () => {
  it.each<readonly [law: string, shapes: readonly VisitShape[], expected: readonly string[]]>([
    ["is not told of after one visit", [{}, down, {}], []],
    ["is told of at the second in a row", [{}, down, down], ["opened unreachable critical"]],
    [
      "is over with the first that connects",
      [{}, down, down, {}],
      ["opened unreachable critical", "closed unreachable critical"],
    ],
    ["is told of where it never connected", [down, down], ["opened unreachable critical"]],
    [
      "is told of at once where the chain is refused",
      [{}, refused("untrusted-root")],
      ["opened unreachable critical"],
    ],
    [
      "is left to the rule of an incomplete chain",
      [{}, refused("missing-intermediate"), refused("missing-intermediate")],
      ["opened chain-incomplete critical"],
    ],
    [
      "is left to the rule of revocation",
      [{}, refused("revoked"), refused("revoked")],
      ["opened revoked critical"],
    ],
    ["is not made of a revoked chain and one slip", [refused("revoked"), down], ["opened revoked critical"]],
    [
      "counts twice in a row behind a revoked chain",
      [refused("revoked"), down, down, down],
      ["opened revoked critical", "opened unreachable critical"],
    ],
    [
      "that never comes twice in a row is a notice when it came three times",
      times(3, down, {}),
      ["opened unreachable notice"],
    ],
    [
      "that never comes twice in a row is a warning when it came four times",
      times(4, down, {}),
      ["opened unreachable notice", "worse unreachable warning"],
    ],
    ["that came twice is not", times(2, down, {}), []],
  ])("%s", (_law, shapes, expected) => {
    expect(alarms(shapes)).toEqual(expected);
  });

  it("that comes and goes for a day is told of twice at most, and then stays open", () => {
    expect(alarms(times(8, down, down, {}))).toEqual([
      "opened unreachable critical",
      "closed unreachable critical",
      "opened unreachable critical",
    ]);
  });

  it("counts after as many visits as are set", () => {
    const settings = { ...defaultSettings, failuresInARow: 3 };
    expect(alarms([down, down], settings)).toEqual([]);
    expect(alarms([down, down, down], settings)).toEqual(["opened unreachable critical"]);
  });

  const from = (place: string, shape: VisitShape): VisitShape => ({ ...shape, place });

  it("from one place of two is a warning, and says which", () => {
    const seen = watch(hourly(0, times(3, from("here", {}), from("there", down))));
    expect(told(seen)).toEqual(["opened unreachable warning"]);
    expect(seen.history.alerts[0]?.sentence).toContain("from 1 of 2 places (there)");
  });

  it("becomes critical when no place connects", () => {
    const shapes = [
      from("there", down),
      from("here", {}),
      from("there", down),
      from("here", down),
      from("here", down),
    ];
    expect(alarms(shapes)).toEqual(["opened unreachable warning", "worse unreachable critical"]);
  });

  it("is said from two places on where that is set", () => {
    const settings = { ...defaultSettings, placesUnreachable: 2 };
    expect(alarms([from("here", {}), from("there", down), from("there", down)], settings)).toEqual([]);
  });
});

describe("an answer that changed", () => {
  it.each<readonly [law: string, shapes: readonly VisitShape[], expected: readonly string[]]>([
    ["is not told of once", [{}, {}, status(500), {}], []],
    [
      "is told of twice, whatever did not connect in between",
      [{}, {}, status(500), down, status(500)],
      ["opened answer-changed warning"],
    ],
    ["is not told of where it was better in between", [{}, {}, status(500), down, {}, status(500)], []],
    [
      "is told of when it stays: 500 where it was 200",
      [{}, {}, status(500), status(500)],
      ["opened answer-changed warning"],
    ],
    [
      "is told of when it stays: 404 where it was 200",
      [{}, {}, status(404), status(404)],
      ["opened answer-changed warning"],
    ],
    [
      "is told of when it stays: 500 where it was 404",
      [...times(2, status(404)), ...times(2, status(500))],
      ["opened answer-changed warning"],
    ],
    ["is not one from 200 to 301", [{}, {}, ...times(3, status(301))], []],
    ["is not one from 500 to 404", [...times(3, status(500)), ...times(3, status(404))], []],
    ["is not one where it was never better", times(4, status(500)), []],
    ["is not one where whoever asks is asked to ask less", [{}, {}, ...times(3, status(429))], []],
    [
      "is over when it is better",
      [{}, {}, status(500), status(500), {}],
      ["opened answer-changed warning", "closed answer-changed warning"],
    ],
    [
      "that comes and goes is told of twice at most",
      [{}, {}, ...times(6, status(500), status(500), {})],
      ["opened answer-changed warning", "closed answer-changed warning", "opened answer-changed warning"],
    ],
  ])("%s", (_law, shapes, expected) => {
    expect(alarms(shapes)).toEqual(expected);
  });

  it("to 404 is the endpoint's answer after a week, to 500 never", () => {
    const week = (code: number): readonly string[] =>
      told(
        watch([
          ...hourly(0, [{}, {}, status(code), status(code)]),
          { day: 6.9, ...status(code) },
          { day: 7.2, ...status(code) },
        ]),
      );
    expect(week(404)).toEqual(["opened answer-changed warning", "closed answer-changed warning"]);
    expect(week(500)).toEqual(["opened answer-changed warning", "repeated answer-changed warning"]);
  });
});
