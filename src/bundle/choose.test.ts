/** The choice of anchors: the smallest that serves every site and lasts; and what is said where nothing lasts. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseAnchors, explainMotive, type ChooseRequest, type SiteNeed } from "./choose.ts";
import type { End } from "./lifetime.ts";
import { maxCoverSites } from "./limits.ts";
import { cpuMsOf } from "../../test/cost.ts";

const year = 365 * 86_400_000;
const untilAt = 2 * year;
const end = (years: number): End => ({ at: years * year, reason: { kind: "not-after" } });

/** `{ a: 5 }`: anchor `a` serves it for five years. */
function need(site: string, years: Readonly<Record<string, number>>): SiteNeed {
  return { site, candidates: Object.entries(years).map(([anchor, lasts]) => ({ anchor, end: end(lasts) })) };
}

const costs = [
  { anchor: "small", bytes: 200 },
  { anchor: "large", bytes: 600 },
  { anchor: "both", bytes: 700 },
];

describe("the choice", () => {
  it.each<readonly [law: string, sites: readonly SiteNeed[], anchors: readonly string[], bytes: number]>([
    ["the smallest of several", [need("a", { small: 9, large: 9 })], ["small"], 200],
    [
      "one anchor for two sites when it is smaller than two",
      [need("a", { small: 9, both: 9 }), need("b", { large: 9, both: 9 })],
      ["both"],
      700,
    ],
    [
      "two anchors when they are smaller than one",
      [need("a", { small: 9 }), need("b", { small: 9, both: 9 })],
      ["small"],
      200,
    ],
    ["not the small one that does not last", [need("a", { small: 1, large: 9 })], ["large"], 600],
    ["of nothing that lasts, what lasts longest", [need("a", { small: 0.5, large: 1 })], ["large"], 600],
    ["nothing for no site", [], [], 0],
  ])("takes %s", (_law, sites, anchors, bytes) => {
    const choice = chooseAnchors({ sites, costs, untilAt });
    expect(choice.anchors.map(({ anchor }) => anchor)).toEqual(anchors);
    expect([choice.bytes, choice.exact]).toEqual([bytes, true]);
  });

  it("names the sites that verify under nothing", () => {
    expect(
      chooseAnchors({ sites: [need("a", {}), need("b", { unknown: 9 })], costs, untilAt }).unserved,
    ).toEqual(["a", "b"]);
  });

  it("says until when a site lasts where nothing lasts long enough", () => {
    const choice = chooseAnchors({
      sites: [need("a", { small: 1 }), need("b", { large: 5 })],
      costs,
      untilAt,
    });
    expect(choice.served.map(({ site, lasts, end: { at } }) => [site, lasts, at / year])).toEqual([
      ["a", false, 1],
      ["b", true, 5],
    ]);
    expect(choice.lastsUntil?.at).toBe(year);
  });

  const onlyOne = "nothing else serves a for as long as was asked";
  it.each<readonly [law: string, sites: readonly SiteNeed[], motive: string]>([
    ["only one anchor serves a site", [need("a", { small: 9 })], onlyOne],
    [
      "it is the cheapest of several",
      [need("a", { small: 9, large: 9 })],
      "it belongs to the smallest set; other anchors would serve these sites too",
    ],
    [
      "nothing lasts",
      [need("a", { small: 1 })],
      "nothing that serves a lasts as long as was asked; this lasts longest",
    ],
    ["the others do not last", [need("a", { small: 1, large: 9 })], onlyOne],
  ])("says why: %s", (_law, sites, motive) => {
    const { anchors } = chooseAnchors({ sites, costs, untilAt });
    expect(anchors.map((anchor) => explainMotive(anchor.motive))).toEqual([motive]);
  });
});

const requests: fc.Arbitrary<ChooseRequest> = fc
  .array(
    fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fc.integer({ min: 1, max: 4 }), { maxKeys: 5 }),
    { maxLength: 7 },
  )
  .chain((sites) =>
    fc.record({
      sites: fc.constant(sites.map((years, i) => need(`s${i}`, years))),
      costs: fc
        .array(fc.integer({ min: 1, max: 9 }), { minLength: 5, maxLength: 5 })
        .map((bytes) => bytes.map((value, i) => ({ anchor: "abcde"[i] ?? "", bytes: value }))),
      untilAt: fc.constant(untilAt),
    }),
  );

/** The least bytes of all sets that give every site what lasts (or what lasts longest). */
function tryEverySet({ sites, costs }: ChooseRequest): number {
  const wants = sites
    .filter(({ candidates }) => candidates.length > 0)
    .map(({ candidates }) => {
      const best = Math.max(...candidates.map((candidate) => candidate.end.at));
      const enough = Math.min(best, untilAt);
      return candidates.filter((candidate) => candidate.end.at >= enough).map(({ anchor }) => anchor);
    });
  let least = Infinity;
  for (let set = 0; set < 2 ** costs.length; set++) {
    const chosen = costs.filter((_, i) => (set >> i) & 1);
    if (wants.every((anchors) => anchors.some((anchor) => chosen.some((cost) => cost.anchor === anchor)))) {
      least = Math.min(
        least,
        chosen.reduce((sum, { bytes }) => sum + bytes, 0),
      );
    }
  }
  return least;
}

describe("held against every set there is", () => {
  it("the choice is as small as the smallest that lasts", () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(chooseAnchors(request).bytes).toBe(tryEverySet(request));
      }),
      { numRuns: 300 },
    );
  });

  it("every site is either served or named as unserved", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { served, unserved } = chooseAnchors(request);
        expect([...served.map(({ site }) => site), ...unserved].toSorted()).toEqual(
          request.sites.map(({ site }) => site).toSorted(),
        );
        expect(served.every(({ anchors }) => anchors.length > 0)).toBe(true);
      }),
    );
  });
});

describe("limits", () => {
  const many = (count: number): readonly SiteNeed[] =>
    Array.from({ length: count }, (_, i) => need(`s${i}`, { small: 9, large: 9 }));

  it("as many sites as may be are served in good time, and one more is refused", () => {
    const choose = (): void => {
      const { served } = chooseAnchors({ sites: many(maxCoverSites.value), costs, untilAt });
      expect(served).toHaveLength(maxCoverSites.value);
    };
    expect(cpuMsOf(choose)).toBeLessThan(5_000);
    expect(() => chooseAnchors({ sites: many(maxCoverSites.value + 1), costs, untilAt })).toThrow(RangeError);
  });

  it("a search cut short says so", () => {
    const anchors = Array.from({ length: 30 }, (_, i) => `a${i}`);
    const sites = anchors.flatMap((_, i) =>
      anchors
        .slice(0, i)
        .map((_, j) => need(`${i}/${j}`, { [`a${i}`]: 9, [`a${j}`]: 9, [`a${(i * j + 7) % 30}`]: 9 })),
    );
    const request = { sites, costs: anchors.map((anchor, i) => ({ anchor, bytes: 100 + (i % 5) })), untilAt };
    expect(chooseAnchors({ ...request, maxNodes: 5 }).exact).toBe(false);
  });
});
