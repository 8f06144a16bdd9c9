/** Which facts go on and which begin, by every part of what they say. */
import { describe, expect, it } from "vitest";
import {
  answered,
  type ChainShape,
  failed,
  hourMs,
  noon,
  visit,
  type VisitShape,
} from "../../test/fleet/made-up.ts";
import { mergeFacts } from "./facts-merged.ts";
import { factsOf } from "./history.ts";
import type { Answer } from "./visit.ts";

const later = (shape: VisitShape): VisitShape => ({ ...shape, day: 1 / 24 });

/** How many facts go on from one visit to the next, an hour later. */
function goOn(before: VisitShape, after: VisitShape): number {
  const facts = factsOf(visit(before));
  const merged = mergeFacts({ facts }, visit(later(after)), noon + hourMs);
  return merged.written.filter(({ firstAt }) => firstAt === noon).length;
}

describe("an answer goes on", () => {
  const verified: Answer = { kind: "verified" };
  it.each<readonly [law: string, before: Answer, after: Answer, goesOn: boolean]>([
    ["as verified", verified, verified, true],
    ["not from verified to a status", verified, answered(), false],
    ["with the same status", answered(404), answered(404), true],
    ["not with another status", answered(404), answered(500), false],
    ["not from a status to verified", answered(), verified, false],
    [
      "with the same failure, whatever its sentence says",
      failed("expired", "trust"),
      { ...failed("expired", "trust"), sentence: "Otherwise." } as Answer,
      true,
    ],
    ["not with another code", failed("expired", "trust"), failed("revoked", "trust"), false],
    ["not at another stage", failed("expired", "trust"), failed("expired", "tls"), false],
    ["not from a failure to verified", failed("expired", "trust"), verified, false],
  ])("%s", (_law, before, after, goesOn) => {
    expect(goOn({ answer: before, shows: [] }, { answer: after, shows: [] })).toBe(goesOn ? 1 : 0);
  });
});

it("what goes on has the words of the newest visit", () => {
  const says = (sentence: string): VisitShape => {
    const answer: Answer = { kind: "failed", code: "expired", stage: "trust", sentence };
    return { answer, shows: [["192.0.2.1", { refused: "expired" }]] };
  };
  const facts = factsOf(visit(says("It ended an hour ago.")));
  const { written } = mergeFacts({ facts }, visit(later(says("It ended two hours ago."))), noon + hourMs);
  expect(written).toMatchObject([
    { firstAt: noon, lastAt: noon + hourMs, value: { sentence: "It ended two hours ago." } },
    { firstAt: noon, lastAt: noon + hourMs },
  ]);
});

describe("a chain goes on", () => {
  const refused: ChainShape = { refused: "missing-intermediate", missing: "Issuing" };
  it.each<readonly [law: string, before: ChainShape, after: ChainShape, goesOn: boolean]>([
    ["as it is", {}, {}, true],
    ["not with another certificate of the server", {}, { leaf: "next" }, false],
    ["not with another certificate above it", {}, { issuer: "CA Two" }, false],
    ["not under another root", { root: "aa" }, { root: "bb" }, false],
    ["not under a root of another name", {}, { anchor: "Root Two" }, false],
    [
      "not with another end of its path",
      { ends: { untilDay: 9, by: "root" } },
      { ends: { untilDay: 8, by: "root" } },
      false,
    ],
    [
      "not where something else ends its path",
      { ends: { untilDay: 9, by: "root" } },
      { ends: { untilDay: 9, by: "intermediate" } },
      false,
    ],
    ["not where it is refused now", {}, { refused: "expired" }, false],
    ["not where it is no longer refused", { refused: "expired" }, {}, false],
    ["as it is refused", refused, refused, true],
    ["not where it is refused for something else", refused, { ...refused, refused: "expired" }, false],
    ["not where another issuer is missing", refused, { ...refused, missing: "Another" }, false],
  ])("%s", (_law, before, after, goesOn) => {
    const shows = (shape: ChainShape): VisitShape => ({ shows: [["192.0.2.1", shape]] });
    // The answer is the same.
    expect(goOn(shows(before), shows(after))).toBe(goesOn ? 2 : 1);
  });

  it("not with one certificate more", () => {
    const facts = factsOf(visit());
    const [showing] = visit().showings;
    if (showing === undefined) throw new Error("A visit shows a chain.");
    const { variant, shown } = showing;
    const longer = { variant, shown: { ...shown, chain: [...shown.chain, "Root certificate"] } };
    const merged = mergeFacts({ facts }, visit(later({ more: { showings: [longer] } })), noon + hourMs);
    expect(merged.all).toHaveLength(3);
  });
});

it("a fact that begins now counts, and one of the future does not", () => {
  const facts = factsOf(visit());
  expect(mergeFacts({ facts }, visit(), noon).all).toHaveLength(2);
  expect(mergeFacts({ facts: factsOf(visit({ day: 1, answer: answered(500) })) }, visit(), noon).all).toEqual(
    factsOf(visit()),
  );
});

it("the same moment with another value changes nothing, and with the same it goes on", () => {
  const facts = factsOf(visit());
  const other = mergeFacts({ facts }, visit({ answer: answered(500) }), noon);
  expect(other.all).toEqual(facts);
  expect(other.written.map(({ about }) => about)).toEqual(["shown"]);
  expect(mergeFacts({ facts }, visit(), noon).written).toEqual(facts);
});
