/** Which chains stand now, which are held, and which places still visit. */
import { describe, expect, it } from "vitest";
import { answered, hourMs, noon, shown } from "../../test/fleet/made-up.ts";
import type { Fact, PlaceMark, ShownFact } from "./history.ts";
import { fleetLimits } from "./limits.ts";
import { answerFrom, placesStanding, standingOf } from "./situation.ts";

const { heldMs, visitsBehind } = fleetLimits;
const settings = { everyMs: hourMs };
const behindMs = visitsBehind.value * hourMs;
const fact = (name: string, lastAt: number, place = "here"): ShownFact => ({
  about: "shown",
  place,
  variant: { address: name, offer: "ordinary" },
  value: shown(),
  firstAt: noon,
  lastAt,
});
const names = (facts: readonly ShownFact[]): readonly string[] =>
  facts.map(({ variant }) => variant.address ?? "");
function standing(
  facts: readonly Fact[],
  everyMs = hourMs,
): { readonly seen: readonly string[]; readonly held: readonly string[] } {
  const { seen, held } = standingOf(facts, { everyMs });
  return { seen: names(seen), held: names(held) };
}

describe("a chain", () => {
  const last = noon + 10 * heldMs.value;

  it("that the last visit saw stands; one that it did not see is held", () => {
    expect(standing([fact("a", last), fact("b", last - hourMs)])).toEqual({ seen: ["a"], held: ["b"] });
  });

  it("is held for as long as that is set, and then forgotten", () => {
    expect(standing([fact("a", last), fact("b", last - heldMs.value)])).toEqual({ seen: ["a"], held: ["b"] });
    expect(standing([fact("a", last), fact("b", last - heldMs.value - 1)])).toEqual({
      seen: ["a"],
      held: [],
    });
  });

  it("is held for some visits where these are rare", () => {
    const weekMs = 7 * 24 * hourMs;
    const facts = [fact("a", last), fact("b", last - visitsBehind.value * weekMs)];
    expect(standing(facts, weekMs)).toEqual({ seen: ["a"], held: ["b"] });
  });

  it("of each place's last visit stands, as long as the place does not fall behind", () => {
    const facts = (behind: number): readonly Fact[] => [fact("a", last), fact("b", last - behind, "there")];
    expect(standing(facts(behindMs))).toEqual({ seen: ["a", "b"], held: [] });
    expect(standing(facts(behindMs + 1))).toEqual({ seen: ["a"], held: ["b"] });
  });

  it("counts by its newest fact, in the order in which these began", () => {
    const answer: Fact = { about: "answer", place: "here", value: answered(), firstAt: noon, lastAt: last };
    const facts = [fact("a", last - 5), answer, fact("b", last), fact("a", last)];
    expect(standing(facts)).toEqual({ seen: ["b", "a"], held: [] });
    expect(standingOf([fact("a", last), answer], settings).seen).toHaveLength(1);
    expect(standing([])).toEqual({ seen: [], held: [] });
  });
});

describe("a place", () => {
  const mark = (place: string, at: number): PlaceMark => ({
    place,
    run: "",
    at,
    isWell: true,
    sinceAt: at,
    failures: 0,
    nextAt: at,
  });
  const marks = (...ats: readonly number[]): readonly number[] =>
    placesStanding(
      ats.map((at) => mark(`p${at}`, at)),
      settings,
    ).map(({ at }) => at);

  it("stands until it is some visits behind the others", () => {
    expect(marks(noon, noon + behindMs)).toEqual([noon, noon + behindMs]);
    expect(marks(noon, noon + behindMs + 1)).toEqual([noon + behindMs + 1]);
    expect(marks(noon, noon + behindMs + 1, noon + 10 * behindMs)).toEqual([noon + 10 * behindMs]);
  });

  it("was answered what it was answered last", () => {
    const answer = (place: string, status: number): Fact => ({
      about: "answer",
      place,
      value: answered(status),
      firstAt: noon,
      lastAt: noon,
    });
    const facts = [answer("here", 200), answer("here", 404), answer("there", 500), fact("a", noon)];
    expect(answerFrom(facts, "here")?.value).toEqual(answered(404));
    expect(answerFrom(facts, "nowhere")).toBeUndefined();
  });
});
