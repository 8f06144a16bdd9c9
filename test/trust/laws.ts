/** Tables of laws: each row says what the engine does with the normal chain changed in one thing. */
import { describe, expect, test } from "vitest";
import { judge, outcome, type Scenario } from "./scenario.ts";

/** A sentence, what differs from the normal chain, and `trusted` or the code of the headline. */
export type Law = readonly [law: string, scenario: Scenario, expected: string];

export function laws(subject: string, rows: readonly Law[]): void {
  describe(subject, () => {
    test.each(rows)("%s", (_, scenario, expected) => {
      expect(outcome(judge(scenario))).toBe(expected);
    });
  });
}

/** Asks for one name. */
export function askFor(value: string, kind: "dns" | "ip" | "email" = "dns"): NonNullable<Scenario["ask"]> {
  return { names: [{ kind, value }] };
}

/** Asks as a server does of its clients. */
export function client(names: readonly string[]): NonNullable<Scenario["ask"]> {
  return { purpose: "client", names: names.map((value) => ({ kind: "email", value })) };
}
