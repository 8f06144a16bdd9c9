/** The report of a check for a person: what is the same of several sites, and each end, is told once. */
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { pemOf } from "../../../test/pki/index.ts";
import { dayMs, mintLeaf, mintRoot, now, yearMs } from "../../../test/pki/today.ts";
import { readBundle } from "../../bundle/index.ts";
import { Output } from "../frame/output.ts";
import { check, type CheckOutcome } from "./outcome.ts";
import { renderCheck } from "./text.ts";

const out = new Output(new PassThrough(), {});
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Sites under the first of two roots; the second ends with nobody. */
function report(
  siteCount: number,
  endsAt = now + 3 * yearMs,
  failures: CheckOutcome["unknown"] = [],
): string {
  const root = mintRoot("Used Root", { notAfterAt: endsAt });
  const other = mintRoot("Other Root", { notAfterAt: now + 5 * yearMs });
  const { certificate } = mintLeaf("*.fleet.example", root);
  const sites = Array.from({ length: siteCount }, (_, i) => {
    const site = `site-${i}.fleet.example`;
    const urls = [`https://${site}/`];
    return { site, name: site, urls, chain: [certificate], verified: true };
  });
  const none = { turnedDown: [], asking: [], notes: [], failures, unanswered: [] };
  const outcome = check({
    path: "ca.pem",
    bundle: readBundle(Buffer.from(pemOf(root, other))),
    profile: undefined,
    at: now,
    visitedAt: now,
    horizonMs: 180 * dayMs,
    presets: [],
    survey: { urls: [], sites, ...none },
    identity: undefined,
  });
  return renderCheck(outcome, out).join("\n");
}

const times = (text: string, word: string): number => text.split(word).length - 1;

it.each([1, 3, 50])(
  "of %i sites under one root, the verdict and the root's end are told once",
  (siteCount) => {
    const text = report(siteCount);
    expect(times(text, day(now + 3 * yearMs))).toBe(1);
    expect(times(text, "connects by Used Root")).toBe(1);
    expect(new Set(text.match(/site-\d+\.fleet\.example/g))).toHaveProperty("size", siteCount);
    expect(text).toMatch(/site-\d+\.fleet\.example {2}connects$/m);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  },
);

it("an end of which nothing else tells is on the list", () => {
  const [, list = ""] = report(3).split("What ends next\n");
  expect(list).toBe(`  ${day(now + 5 * yearMs)}  Other Root: its certificate ends`);
});

it("an end that a finding tells of is not on the list again", () => {
  const text = report(0, now + 30 * dayMs);
  expect(text).toMatch(/warning: Used Root \(line 1\) expires on/);
  expect(times(text, day(now + 30 * dayMs))).toBe(1);
});

it("an endpoint that was typed as host:port is called that", () => {
  const error = { code: "connection-refused", message: "Nothing listens." } as const;
  const text = report(1, now + 3 * yearMs, [{ url: "tls://host:8883", exitCode: 7, error }]);
  expect(text).toContain("\n  host:8883\n");
});
