/** One deadline for all phases of a connection: what a phase used, the next does not have. */
import { describe, expect, it } from "vitest";
import { openingLimits } from "./opening-limits.ts";
import { mergeTimeouts } from "../options/timeouts.ts";

describe("the deadline of a connection's opening", () => {
  it("is none unless it is asked for: each phase has its own", () => {
    const timeouts = mergeTimeouts(undefined);
    expect(openingLimits(timeouts)).toBe(timeouts);
  });

  it("leaves a phase no more than what the ones before left, and never nothing", () => {
    const limits = openingLimits(mergeTimeouts({ openMs: 50, tlsMs: 20 }));
    const first = limits.connectMs;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(50);
    expect(limits.tlsMs).toBeLessThanOrEqual(20);
    const until = performance.now() + 60;
    while (performance.now() < until); // Nothing else may run: the clock is what is tested.
    expect(limits.connectMs).toBe(1);
  });
});
