/** The headline: every pair of codes has an order, whichever comes first. */
import { describe, expect, test } from "vitest";
import { catalogue } from "../core/index.ts";
import { chooseHeadline } from "./rank.ts";
import { rankedCodes, type Rejection, type RejectionCode } from "./rejection.ts";

const facts = { subject: "s", issuer: "i", fingerprint: "f" };
// Ranking looks at nothing but the code.
const rejection = (code: RejectionCode): Rejection => ({ code, detail: facts }) as unknown as Rejection;
const pairs = rankedCodes.flatMap((better, i) =>
  rankedCodes.slice(i + 1).map((worse) => [better, worse] as const),
);

describe("headlines", () => {
  test.each(pairs)("%s beats %s", (better, worse) => {
    expect(chooseHeadline([rejection(worse), rejection(better)])?.code).toBe(better);
    expect(chooseHeadline([rejection(better), rejection(worse)])?.code).toBe(better);
  });

  test("of equals the first stays", () => {
    const [first, second] = [rejection("expired"), rejection("expired")];
    expect(chooseHeadline([first, second])).toBe(first);
  });

  test("each code stands once", () => {
    expect(new Set(rankedCodes).size).toBe(rankedCodes.length);
  });

  test("every code about a server's chain has its place, but those that the connection decides", () => {
    const decidedLater = [
      "keys-disagree",
      "pin-mismatch",
      "no-certificate",
      "chain-not-shown",
      "verdict-not-shown",
    ];
    const about = Object.entries(catalogue).flatMap(([code, { stage }]) => (stage === "trust" ? [code] : []));
    const ofStores = /^(?:ca-file|system-store)-/;
    const ranked = about.filter((code) => !ofStores.test(code) && !decidedLater.includes(code));
    expect(rankedCodes.toSorted()).toEqual(ranked.toSorted());
  });

  const useful: readonly (readonly [RejectionCode, RejectionCode])[] = [
    ["expired", "missing-intermediate"],
    ["expired", "untrusted-root"],
    ["expired", "bad-signature"],
    ["wrong-host", "expired"],
    ["not-yet-valid", "expired"],
    ["revoked", "expired"],
    ["bad-signature", "missing-intermediate"],
    ["name-constraint", "self-signed"],
    ["not-a-ca", "key-usage"],
  ];
  test.each(useful)("%s says more than %s", (better, worse) => {
    expect(rankedCodes.indexOf(better)).toBeLessThan(rankedCodes.indexOf(worse));
  });
});
