/** What is due: spread evenly, sooner after a failure and near an end, and never before Retry-After. */
import { describe, expect, it } from "vitest";
import { dayMs, hourMs, noon } from "../../test/fleet/made-up.ts";
import { type DueRequest, nextVisitAt, spread } from "./due.ts";

const nextAt = (now: number): number => noon + after({ now });
const after = (more: Partial<DueRequest> = {}): number =>
  nextVisitAt({
    endpoint: "e1",
    place: "here",
    now: noon,
    settings: { everyMs: hourMs, failuresInARow: 2 },
    failures: 0,
    ...more,
  }) - noon;

describe("the next visit", () => {
  it("has the endpoint's own moment in each interval, whenever the last one was", () => {
    const moments = [0, 0.3, 0.7, 5.2].map((hours) => {
      const now = noon + hours * hourMs;
      return nextAt(now) % hourMs;
    });
    const own = noon + spread("here e1") * hourMs;
    for (const moment of moments) expect(moment).toBeCloseTo(own % hourMs, 0);
  });

  it("is between a half and one and a half intervals away", () => {
    for (let number = 0; number < 200; number++) {
      const ms = after({ endpoint: `e${number}` });
      expect(ms).toBeGreaterThanOrEqual(hourMs / 2);
      expect(ms).toBeLessThanOrEqual(1.5 * hourMs);
    }
  });

  it("is spread over the interval for 10,000 endpoints: no tenth of it has a fifth more than its share", () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let number = 0; number < 10_000; number++) {
      const tenth = Math.floor(spread(`here e${number}`) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(Math.max(...tenths)).toBeLessThan(1_200);
    expect(Math.min(...tenths)).toBeGreaterThan(800);
  });

  it.each<readonly [law: string, more: Partial<DueRequest>, ms: number]>([
    ["comes after a quarter of the interval where one failed", { failures: 1 }, hourMs / 4],
    ["comes within a quarter where the path is about to end", { pathEndAt: noon + 2 * hourMs }, hourMs / 4],
    ["waits for Retry-After", { notBeforeAt: noon + 5 * hourMs }, 5 * hourMs],
    ["waits for Retry-After where one failed", { failures: 1, notBeforeAt: noon + 5 * hourMs }, 5 * hourMs],
    ["waits for a day at most", { notBeforeAt: noon + 30 * dayMs }, dayMs],
  ])("%s", (_law, more, ms) => {
    expect(after(more)).toBe(ms);
  });

  it("comes as ever once the outage is known, and behind an end", () => {
    const usual = after();
    expect(after({ failures: 2 })).toBe(usual);
    expect(after({ pathEndAt: noon - 1 })).toBe(usual);
    expect(after({ pathEndAt: noon + 5 * hourMs })).toBe(usual);
  });

  it("is a minute away at least", () => {
    expect(after({ settings: { everyMs: 10_000, failuresInARow: 2 } })).toBe(60_000);
  });
});
