/** The report of a choice for a person: with five hundred sites it is still a page, and `--verbose` has every one. */
import { PassThrough } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import { mintLeaf, mintRoot, now, yearMs } from "../../../test/pki/today.ts";
import { devices, storeRoot } from "../../device/index.ts";
import { type CaOutcome, chooseFrom } from "../devices/files/ca-choice.ts";
import { idOf } from "../devices/files/roots.ts";
import { Output } from "../frame/output.ts";
import { renderCa } from "./text.ts";

const page = 66; // Lines on a sheet of paper, as printers have them.
const out = new Output(new PassThrough(), {});
const delivery = { written: [], lockFile: undefined, notes: [], exitCode: 0 };

/** Sites under some roots, each of which ends in a year of its own. */
function choose(siteCount: number, rootCount: number): CaOutcome {
  const roots = Array.from({ length: rootCount }, (_, i) =>
    mintRoot(`Page Root ${i + 1}`, { notAfterAt: now + (i + 3) * yearMs }),
  );
  const leaves = roots.map((root) => mintLeaf("*.fleet.example", root));
  const sites = Array.from({ length: siteCount }, (_, i) => {
    const leaf = leaves[i % rootCount];
    const site = `site-${i}.fleet.example`;
    const chain = leaf === undefined ? [] : [leaf.certificate];
    return { site, name: site, urls: [`https://${site}/`], chain, verified: true };
  });
  const failures = Array.from({ length: siteCount }, (_, i) => ({
    url: `https://gone-${i}.example/`,
    exitCode: 7,
    error: { code: "connection-refused", message: `Nothing listens on gone-${i}.example.` },
  }));
  return chooseFrom({
    profile: devices.python,
    format: "pem",
    at: now,
    untilAt: now + 2 * yearMs,
    redundancy: 0,
    presets: [],
    sites,
    roots: roots.map(({ certificate }) => {
      const fingerprint = idOf(certificate);
      return storeRoot(certificate, { fingerprint, isPublic: false, store: "file" });
    }),
    urls: [],
    failures,
    unanswered: [],
    turnedDown: [],
    notes: [],
    rootSources: ["mozilla"],
  });
}

describe("five hundred sites under twenty roots, and as many that give no answer", () => {
  let outcome: CaOutcome;
  beforeAll(() => {
    outcome = choose(500, 20);
  });

  it("are a page, which says what it leaves out", () => {
    const lines = renderCa(outcome, delivery, { out, verbose: false });
    const text = lines.join("\n");
    expect(lines.length).toBeLessThanOrEqual(page);
    expect(text).toContain("20 CA certificates for 500 of 1,000 sites");
    expect(text).toMatch(/^ {2}Page Root 7 +25 sites, [\d,]+ bytes, until \d{4}-\d\d-\d\d$/m);
    expect(text).toContain("and 494 sites more; --verbose lists them");
  });

  it("--verbose has each site, each root's SHA-256, and each reason", () => {
    const text = renderCa(outcome, delivery, { out, verbose: true }).join("\n");
    for (const { site } of outcome.material.sites) expect(text).toContain(site);
    for (const { fingerprint } of outcome.report.anchors) expect(text).toContain(fingerprint);
    expect(text.match(/Nothing listens on gone-/g)).toHaveLength(500);
    expect(text).not.toContain("more; --verbose");
  });
});

it.each([
  [1, 1],
  [3, 3],
  [50, 4],
  [50, 8],
])("of %i sites under %i roots, each end and each site is told once", (siteCount, rootCount) => {
  const outcome = choose(siteCount, rootCount);
  const text = renderCa(outcome, delivery, { out, verbose: false }).join("\n");
  for (const { end } of outcome.report.anchors) {
    const day = new Date(end?.at ?? 0).toISOString().slice(0, 10);
    expect([day, text.split(day).length - 1]).toEqual([day, 1]);
  }
  const named = text.match(/site-\d+\.fleet\.example/g) ?? [];
  // The figures have the site with the largest chain.
  const largest = /from (site-\d+\.fleet\.example)/.exec(text)?.[1];
  expect(named.filter((one) => one !== largest)).toEqual(
    [...new Set(named)].filter((one) => one !== largest),
  );
  expect(text.match(/^ {2}(?:serves|because) .*serves/gm)).toBeNull();
});

it("an end that is not a root's own is told of the sites", () => {
  const { material, ...outcome } = choose(3, 3);
  const { report } = outcome;
  const cross = { at: now + yearMs, reason: { kind: "cross-sign", subject: "Old Root" } } as const;
  const [first, ...others] = report.breaks;
  const breaks = [{ end: cross, sites: first?.sites ?? [] }, ...others];
  const text = renderCa({ ...outcome, material, report: { ...report, breaks } }, delivery, {
    out,
    verbose: false,
  }).join("\n");
  expect(text.replaceAll(/\s+/g, " ")).toMatch(
    /What ends, and when [\d-]{10} site-0\.fleet\.example: the cross-signed certificate of Old Root ends\. That is before/,
  );
  expect(text.match(/^ {2}lasts +until [\d-]{10}, when its certificate ends$/gm)).toHaveLength(1);
});

it("a few sites are told in full", () => {
  const text = renderCa(choose(3, 3), delivery, { out, verbose: false }).join("\n");
  expect(text.match(/^ {2}sha256 /gm)).toHaveLength(3);
  expect(text).not.toContain("--verbose");
});
