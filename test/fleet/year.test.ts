/** A simulated year over a few endpoints: no false alarm, and each planted break is announced before it breaks. */
import { beforeAll, describe, expect, it } from "vitest";
import { planRules } from "./year/plans.ts";
import { watchYear, type Year } from "./year/watched-year.ts";

// With this seed most kinds are among them. The whole of it is `npm run bench:year`.
let year: Year;
beforeAll(() => {
  year = watchYear({ servers: 16, seed: 24 });
});

describe("in a year of renewals, outages, moves and jumps of the clock", () => {
  it("no alarm is false", () => {
    const alarms = year.falseAlarms.map(
      ({ server, alert }) => `${server.id} ${alert.rule}: ${alert.sentence}`,
    );
    expect(alarms).toEqual([]);
  });

  it("what dates and habits tell of is announced before it breaks", () => {
    const foreseen = year.outcomes.filter(({ planted }) => planRules[planted.kind].isForeseen);
    expect(foreseen.length).toBeGreaterThan(2);
    for (const { toldAt = Infinity, planted, server } of foreseen)
      expect(toldAt, `${server.id} ${planted.kind}`).toBeLessThan(planted.breaksAt);
  });

  it("what cannot be known before is told by the first visits that see it", () => {
    const unforeseen = year.outcomes.filter(({ planted }) => !planRules[planted.kind].isForeseen);
    expect(unforeseen.length).toBeGreaterThan(2);
    for (const { visits, toldAt, planted, server } of unforeseen) {
      expect(toldAt, `${server.id} ${planted.kind}`).toBeDefined();
      expect(visits).toBeLessThanOrEqual(planRules[planted.kind].visits * server.places.length);
    }
  });

  it("nothing is decided while the clock cannot be believed", () => {
    expect(year.undecided).toBeGreaterThan(100);
  });
});
