/** Addresses at which there is no connection while others connect: how long they are kept, and when they are told of. */
import { describe, expect, it } from "vitest";
import {
  days,
  failed,
  hourly,
  hourMs,
  noon,
  told,
  type VisitShape,
  watch,
} from "../../test/fleet/made-up.ts";
import { fleetLimits } from "./limits.ts";
import { markUnreached } from "./unreached.ts";

const lost = (address: string, code = "connection-refused"): VisitShape => ({
  more: { unreached: [{ address, code, sentence: `No connection to ${address}.` }] },
});
const alarms = (...shapes: readonly VisitShape[]): readonly string[] => told(watch(hourly(0, shapes)));
const both: VisitShape = {
  shows: [
    ["192.0.2.1", {}],
    ["192.0.2.2", {}],
  ],
};
const opened = "opened address-unreached warning";
const closed = "closed address-unreached warning";

describe("an address that does not connect", () => {
  it.each<readonly [law: string, shapes: readonly VisitShape[], expected: readonly string[]]>([
    ["is not told of after one visit", [lost("192.0.2.2"), both], []],
    ["is told of at the second in a row", [lost("192.0.2.2"), lost("192.0.2.2")], [opened]],
    ["is over when it connects", [lost("192.0.2.2"), lost("192.0.2.2"), both], [opened, closed]],
    [
      "is neither well nor lost where it was not looked at",
      [lost("192.0.2.2"), {}, lost("192.0.2.2"), {}],
      [opened],
    ],
    ["that connected in between begins anew", [lost("192.0.2.2"), both, lost("192.0.2.2")], []],
    [
      "is worth a notice where it is silent",
      [lost("192.0.2.2", "connect-timeout"), lost("192.0.2.2", "connect-timeout")],
      ["opened address-unreached notice"],
    ],
    [
      "to which this machine has no way is not told",
      [lost("2001:db8::1", "unreachable"), lost("2001:db8::1", "unreachable")],
      [],
    ],
    [
      "is not told where none connects",
      Array.from({ length: 2 }, () => ({
        ...lost("192.0.2.1"),
        answer: failed("connection-refused"),
        shows: [],
      })),
      ["opened unreachable critical"],
    ],
  ])("%s", (_law, shapes, expected) => {
    expect(alarms(...shapes)).toEqual(expected);
  });

  it("is told with its address, since when, and what to do", () => {
    const { history } = watch(hourly(0, [lost("192.0.2.2"), lost("192.0.2.2")]));
    expect(history.alerts).toMatchObject([
      {
        sentence: "https://a.example connects at other addresses, and not at 192.0.2.2.",
        evidence: [
          "From here, 2 visits in a row did not connect to 192.0.2.2, since 2026-06-01 12:00:00 UTC: No connection to 192.0.2.2.",
        ],
        remedy: "Bring the server at that address back, or take it out of DNS until it is.",
      },
    ]);
  });
});

describe("what is kept of it", () => {
  const gone = { address: "192.0.2.9", code: "connect-timeout", sentence: "It is silent." };
  const seen = (at: number): Parameters<typeof markUnreached>[1] => ({ at, unreached: [], showings: [] });

  it("is since when, when last, and how often in a row", () => {
    const once = markUnreached([], { ...seen(noon), unreached: [gone] });
    expect(once).toEqual([{ ...gone, sinceAt: noon, lastAt: noon, failures: 1 }]);
    const twice = markUnreached(once, { ...seen(noon + hourMs), unreached: [gone] });
    expect(twice).toEqual([{ ...gone, sinceAt: noon, lastAt: noon + hourMs, failures: 2 }]);
  });

  it("is forgotten when nobody looked at it for long", () => {
    const known = markUnreached([], { ...seen(noon), unreached: [gone] });
    expect(markUnreached(known, seen(noon + fleetLimits.heldMs.value))).toEqual(known);
    expect(markUnreached(known, seen(noon + fleetLimits.heldMs.value + 1))).toEqual([]);
  });

  it("are the newest few", () => {
    const most = fleetLimits.unreachedKept.value;
    const many = Array.from({ length: most + 1 }, (_, i) => ({ ...gone, address: `192.0.2.${i}` }));
    const kept = markUnreached([], { ...seen(days(0)), unreached: many });
    expect(kept.map(({ address }) => address)).toEqual(many.slice(1).map(({ address }) => address));
  });
});
