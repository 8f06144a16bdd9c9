/** Roots that services announce, and what they do to a choice. */
import { rootCertificates } from "node:tls";
import { describe, expect, it } from "vitest";
import { openRoots, trustPorts } from "../../admission/index.ts";
import { fingerprint } from "../../x509/index.ts";
import { mintLeaf, mintRoot } from "../../../test/pki/today.ts";
import type { Announced } from "./announced.ts";
import { chooseForDevice, type CaReport } from "./ca-choice.ts";
import { storeRoot, type StoreRoot } from "./candidates.ts";
import { presetNames, presets } from "./presets.ts";
import { devices } from "../profiles/profiles.ts";
import type { VisitedSite } from "../request.ts";

describe("the table", () => {
  const known = new Map(
    openRoots("mozilla", {}).roots.map(({ certificate }) => [
      fingerprint(certificate, trustPorts.sha256),
      certificate,
    ]),
  );

  it.each(presetNames.flatMap((name) => presets[name].roots.map((root) => [name, root.name, root] as const)))(
    "%s: %s is named as its certificate is, where this Node has it",
    (preset, name, root) => {
      const certificate = known.get(root.fingerprint);
      // Newer Nodes have let it go.
      if (certificate === undefined) return expect([preset, name]).toEqual(["google-cloud", "GTS Root R2"]);
      expect(certificate.subject.text).toContain(name);
      expect(rootCertificates.length).toBeGreaterThan(0);
    },
  );

  it.each(presetNames)("%s says where that is written, and when it was read", (name) => {
    const { sources, readOn, roots } = presets[name];
    expect(sources.every((source) => source.startsWith("https://"))).toBe(true);
    expect(new Date(readOn).toISOString()).toContain(readOn);
    expect(new Set(roots.map((root) => root.fingerprint)).size).toBe(roots.length);
  });
});

describe("an announced root", () => {
  const at = Date.now();
  const minted = ["First", "Second"].map((name) => mintRoot(`${name} Announced Root`));
  const roots: readonly StoreRoot[] = minted.map((root) => {
    const certificate = root.certificate;
    return storeRoot(certificate, {
      fingerprint: fingerprint(certificate, trustPorts.sha256),
      isPublic: false,
      store: "test",
    });
  });
  const announce = (index: number, by = "Service"): Announced => ({
    fingerprint: roots[index]?.fingerprint ?? "",
    name: "Root",
    by,
  });
  const siteUnder = (index: number): VisitedSite => {
    const [first] = minted;
    const issuer = minted[index] ?? first;
    if (issuer === undefined) throw new Error("there is no root");
    return {
      site: "a.test",
      name: "a.test",
      chain: [mintLeaf("a.test", issuer, { names: ["dns:a.test"] }).certificate],
    };
  };
  const choose = (sites: readonly VisitedSite[], announced: readonly Announced[]): CaReport =>
    chooseForDevice({ profile: devices.node, sites, roots, at, untilAt: at, announced }, trustPorts);
  const rolesOf = ({ anchors }: CaReport): readonly object[] => anchors.map(({ role }) => role);

  it("is an anchor though no site was met", () => {
    const report = choose([], [announce(0)]);
    expect(rolesOf(report)).toEqual([{ kind: "announced", by: ["Service"] }]);
    expect([report.served, report.unserved, report.missing]).toEqual([[], [], []]);
    expect(report.breaks.map(({ sites }) => sites)).toEqual([["Service"]]);
  });

  it("is one anchor where a site needs it as well, and serves both", () => {
    const report = choose([siteUnder(0)], [announce(0)]);
    expect(rolesOf(report)).toMatchObject([{ kind: "chosen", sites: ["a.test", "Service"] }]);
    expect(report.served.map(({ site }) => site)).toEqual(["a.test"]);
  });

  it("stands beside what another site needs", () => {
    const report = choose([siteUnder(1)], [announce(0)]);
    expect(rolesOf(report)).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ kind: "chosen", sites: ["a.test"] }),
        expect.objectContaining({ kind: "announced" }),
      ]) as object[],
    );
    expect(report.exact).toBe(true);
  });

  it("of two services is carried once, for both", () => {
    expect(rolesOf(choose([], [announce(0, "One"), announce(0, "Other")]))).toEqual([
      { kind: "announced", by: ["One", "Other"] },
    ]);
  });

  it("that the store lacks is named", () => {
    const lacking = { fingerprint: "00", name: "Lost Root", by: "Service" };
    expect(choose([], [lacking, announce(0)]).missing).toEqual([
      { ...lacking, because: "the store does not have it" },
    ]);
  });
});
