/** How rules write days, lengths of time and connections. */
import { describe, expect, it } from "vitest";
import { days, hourMs, noon, shown } from "../../../test/fleet/made-up.ts";
import type { ShownFact } from "../history.ts";
import type { Variant } from "../visit.ts";
import { sayDay, saySeen, saySharePercent, sayVariant, sayWhen } from "./wording.ts";

it.each<readonly [law: string, said: string, expected: string]>([
  ["a day is one of UTC", sayDay(noon), "2026-06-01"],
  ["what is to come is in so long", sayWhen(days(9), noon), "in 9 days"],
  ["what is past was so long ago", sayWhen(noon, days(9)), "9 days ago"],
  ["now is not past", sayWhen(noon, noon), sayWhen(noon + 1, noon)],
  ["a share is rounded down", saySharePercent(0.299), "29 %"],
  ["a share of what is over is none", saySharePercent(-0.1), "0 %"],
])("%s", (_law, said, expected) => {
  expect(said).toBe(expected);
});

const fact = (place: string, address: string, lastAt: number): ShownFact => ({
  about: "shown",
  place,
  variant: { address, offer: "ordinary" },
  value: shown(),
  firstAt: noon,
  lastAt,
});

describe("a connection", () => {
  it.each<readonly [variant: Variant, expected: string]>([
    [{ address: "192.0.2.1", offer: "ordinary" }, "192.0.2.1"],
    [{ address: undefined, offer: "ordinary" }, "an ordinary connection"],
    [{ address: "192.0.2.1", offer: "mongoose-os" }, "192.0.2.1 to the hello of mongoose-os"],
    [{ address: undefined, offer: "node" }, "to the hello of node"],
    [{ address: "192.0.2.1", offer: "ordinary", keyType: "RSA" }, "192.0.2.1 with RSA keys"],
    [{ address: "192.0.2.1", offer: "ordinary", version: "TLSv1.2" }, "192.0.2.1 over TLS 1.2"],
    [
      { address: "192.0.2.1", offer: "node", keyType: "ECDSA", version: "TLSv1.3" },
      "192.0.2.1 to the hello of node with ECDSA keys over TLS 1.3",
    ],
  ])("%o is %s", (variant, expected) => {
    expect(sayVariant(variant)).toBe(expected);
  });

  it("is said once with where it was visited from, and the last time of all", () => {
    const facts = [
      fact("here", "192.0.2.1", noon + hourMs),
      fact("here", "192.0.2.1", noon),
      fact("there", "192.0.2.2", noon),
    ];
    expect(saySeen(facts)).toBe(
      "It was last seen on 2026-06-01 13:00:00 UTC, at 192.0.2.1 (visited from here), 192.0.2.2 (visited from there).",
    );
  });
});
