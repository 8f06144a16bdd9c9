/** What a device needs for its sites, from the visit to the files; and what a bundle that it has is worth. */
import { describe, expect, it } from "vitest";
import { checkContent, type CheckChanges, type CheckReport } from "../../../test/device/check-bundle.ts";
import { type Minted, nameOf, pemOf } from "../../../test/pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../../../test/pki/today.ts";
import { formats, type FormatName } from "../../bundle/index.ts";
import { trustPorts } from "../../admission/index.ts";
import { explainRejection } from "../../trust/index.ts";
import { fingerprint } from "../../x509/index.ts";
import { type CaRequest, chooseForDevice } from "./ca-choice.ts";
import { type StoreRoot, storeRoot } from "./candidates.ts";
import { type DeviceName, deviceNames } from "../profile.ts";
import { devices } from "../profiles/profiles.ts";
import type { VisitedSite } from "../request.ts";
import { explainDifference } from "../verify-as.ts";

const untilAt = now + 2 * yearMs;

function rootOf({ certificate }: Minted, isPublic = false): StoreRoot {
  return storeRoot(certificate, {
    fingerprint: fingerprint(certificate, trustPorts.sha256),
    isPublic,
    store: "file",
  });
}

/** Twelve roots, each with an intermediate; some roots are cross-signed by the one before. */
const roots = Array.from({ length: 12 }, (_, i) =>
  mintRoot(`Root ${i} ${"x".repeat((i * 7) % 23)}`, { notAfterAt: now + (i % 4 === 3 ? 1 : 8) * yearMs }),
);
const issuers = roots.map((root, i) => mint({ name: `Issuing ${i}`, ca: true }, root));
const crosses = roots.map((root, i) => {
  const signer = roots[(i + 11) % 12];
  return mint(
    { name: subjectOf(root), keys: root.keys, ca: true, notAfterAt: now + (i % 3 === 0 ? 5 : 1) * yearMs },
    signer,
  );
});

function subjectOf({ certificate }: Minted): string {
  return certificate.subject.display;
}

/** Forty sites; every third sends the cross-sign too, and so verifies under two roots. */
const sites: readonly VisitedSite[] = Array.from({ length: 40 }, (_, i) => {
  const which = i % 12;
  const name = `site-${i}.example`;
  const issuer = issuers[which];
  const cross = crosses[which];
  if (issuer === undefined || cross === undefined) throw new Error("twelve of each");
  const chain = [mintLeaf(name, issuer), issuer, ...(i % 3 === 0 ? [cross] : [])];
  return { site: `https://${name}/`, name, chain: chain.map(({ certificate }) => certificate) };
});

const request: CaRequest = {
  profile: devices["mongoose-os"],
  sites,
  roots: roots.map((root) => rootOf(root)),
  at: now,
  untilAt,
};

/** The least bytes of all sets of roots under which the device accepts every site and nothing ends too soon. */
function tryEverySet(): number {
  const accepted = request.roots.map((root) => {
    const report = chooseForDevice({ ...request, roots: [root] }, trustPorts);
    return new Map(report.served.map(({ site, end }) => [site, end.at]));
  });
  const wanted = sites.map(({ site }) => {
    const ends = accepted.map((sites) => sites.get(site) ?? 0);
    const enough = Math.min(Math.max(...ends), untilAt);
    return ends.map((end) => end > 0 && end >= enough);
  });
  const costs = request.roots.map(({ certificate }) => formats["mongoose-os"].sizeOf(certificate));
  let least = Infinity;
  for (let set = 0; set < 2 ** costs.length; set++) {
    if (!wanted.every((able) => able.some((does, i) => does && (set >> i) & 1))) continue;
    least = Math.min(
      least,
      costs.reduce((sum, cost, i) => sum + ((set >> i) & 1 ? cost : 0), 0),
    );
  }
  return least;
}

describe("forty sites under twelve cross-signed roots", () => {
  const report = chooseForDevice(request, trustPorts);

  it("need the smallest set that there is", () => {
    expect(report.exact).toBe(true);
    expect(report.bytes).toBe(tryEverySet());
    expect(report.anchors.length).toBeLessThanOrEqual(12);
  });

  it("are all served, and proved with the files as read back", () => {
    expect(report.unserved).toEqual([]);
    expect(report.proof.filter(({ verdict }) => !verdict.accepts)).toEqual([]);
    expect(report.proof).toHaveLength(40);
  });

  it("are told of what breaks first", () => {
    expect(report.breaks.map(({ end }) => end.at)).toEqual(
      report.breaks.map(({ end }) => end.at).toSorted((a, b) => a - b),
    );
    expect(report.breaks.flatMap((one) => one.sites).toSorted()).toEqual(
      sites.map(({ site }) => site).toSorted(),
    );
  });

  it.each(deviceNames)("are proved for %s in each of its formats", (name) => {
    const profile = devices[name];
    for (const format of profile.formats) {
      const own = chooseForDevice({ ...request, profile, format, roots: request.roots }, trustPorts);
      const failed = own.proof.filter(({ verdict }) => !verdict.accepts).map(({ site }) => site);
      expect([format, failed, own.omitted]).toEqual([format, [], []]);
      expect(own.served.length + own.unserved.length).toBe(40);
    }
  });
});

describe("a choice", () => {
  const root = mintRoot("One Root");
  const issuer = mint({ name: "One Issuer", ca: true }, root);
  const visit = (name: string, ...chain: Minted[]): VisitedSite => ({
    site: name,
    name,
    chain: chain.map(({ certificate }) => certificate),
  });
  const good = visit("good.example", mintLeaf("good.example", issuer), issuer);

  describe("of two roots of one name, for a device that looks at one of a name,", () => {
    const [first, second] = [mintRoot("Twin"), mintRoot("Twin")];
    const third = mintRoot("Third");
    const cross = mint({ name: "Twin", keys: second.keys, ca: true }, third);
    const a = visit("a.example", mintLeaf("a.example", first));
    const b = visit("b.example", mintLeaf("b.example", second));
    const crossed = visit("b.example", mintLeaf("b.example", second), cross);
    const choose = (
      sites: readonly VisitedSite[],
      minted: readonly Minted[],
      changes: Partial<CaRequest> = {},
    ): ReturnType<typeof chooseForDevice> =>
      chooseForDevice(
        { ...request, sites, roots: minted.map((root) => rootOf(root)), redundancy: 0, ...changes },
        trustPorts,
      );

    it.each([
      ["arduino-esp8266", "certs-ar"],
      ["esp-idf-bundle", "esp-bundle"],
    ] as const)("%s gets one, and the other's site is told why", (name, format) => {
      const report = choose([a, b], [first, second], { profile: devices[name], format });
      expect(report.anchors).toHaveLength(1);
      expect(report.unserved).toMatchObject([{ verdict: { refusal: { code: "name-taken" } } }]);
      expect(report.proof.map(({ verdict }) => verdict.accepts)).toEqual([true]);
    });

    it("another root is taken in the place of one, where that serves all", () => {
      const profile = devices["arduino-esp8266"];
      const report = choose([a, crossed], [first, second, third], { profile, format: "certs-ar" });
      expect(report.anchors.map(({ certificate }) => certificate.subject.display).toSorted()).toEqual([
        "Third",
        "Twin",
      ]);
      expect(report.unserved).toEqual([]);
      expect(report.proof.map(({ verdict }) => verdict.accepts)).toEqual([true, true]);
    });

    it("Mongoose's own TLS looks a root up by its common name, whatever else its subject has", () => {
      const cousin = mintRoot("", { subject: nameOf("Cousins", "Twin") });
      const c = visit("c.example", mintLeaf("c.example", cousin));
      const profile = devices["mongoose-7-builtin"];
      const report = choose([a, c], [first, cousin], { profile });
      expect(report.anchors).toHaveLength(1);
      expect(report.unserved).toMatchObject([{ verdict: { refusal: { code: "name-taken" } } }]);
      expect(choose([a, c], [first, cousin], { profile: devices["esp-idf"] }).anchors).toHaveLength(2);
    });

    it("a spare root of a name that is taken is none", () => {
      const owned = ["Old", "Shared", "Shared"].map((name, i) =>
        mintRoot("", {
          subject: nameOf("One CA", name),
          notBeforeAt: now - (i + 2) * dayMs,
        }),
      );
      const [old] = owned;
      if (old === undefined) throw new Error("no root");
      const site = visit("d.example", mintLeaf("d.example", old));
      const spares = (name: DeviceName): number =>
        choose([site], owned, { profile: devices[name], redundancy: 3 }).anchors.length - 1;
      expect([spares("esp-idf-bundle"), spares("esp-idf")]).toEqual([1, 2]);
    });

    it("a device that looks at all of them gets both", () => {
      const report = choose([a, b], [first, second], { profile: devices["esp-idf"] });
      expect([report.anchors.length, report.unserved]).toEqual([2, []]);
    });
  });

  it("says that the root that would serve is one that the device cannot hold", () => {
    const restricted = mintRoot("Restricted Root", { permit: ["dns:good.example"] });
    const own = visit("own.example", mintLeaf("own.good.example", restricted));
    const report = chooseForDevice(
      {
        ...request,
        profile: devices.micropython,
        sites: [{ ...own, name: "own.good.example" }],
        roots: [rootOf(restricted)],
      },
      trustPorts,
    );
    expect(report.unserved).toMatchObject([
      { verdict: { refusal: { code: "unusable-root", certificate: restricted.certificate } } },
    ]);
  });

  it("names the site that no root serves, and why", () => {
    const lost = visit("lost.example", mintLeaf("lost.example", mintRoot("Unknown")));
    const report = chooseForDevice({ ...request, sites: [good, lost], roots: [rootOf(root)] }, trustPorts);
    expect(report.unserved).toMatchObject([
      { site: "lost.example", verdict: { accepts: false, refusal: { code: "not-trusted" } } },
    ]);
    expect(report.served.map(({ site }) => site)).toEqual(["good.example"]);
  });

  it("does not take a site that only the device accepts", () => {
    const expired = visit(
      "old.example",
      mintLeaf("old.example", issuer, { notAfterAt: now - dayMs }),
      issuer,
    );
    const report = chooseForDevice({ ...request, sites: [expired], roots: [rootOf(root)] }, trustPorts);
    expect(report.unserved.map(({ site }) => site)).toEqual(["old.example"]);
  });

  it("says which root Mozilla is to retire", () => {
    const old = mintRoot("Old Key", { notBeforeAt: Date.UTC(2013, 0, 1), notAfterAt: Date.UTC(2039, 0, 1) });
    const site = visit("a.example", mintLeaf("a.example", old));
    const report = chooseForDevice(
      { ...request, sites: [site], roots: [rootOf(old, true)], untilAt: Date.UTC(2031, 0, 1) },
      trustPorts,
    );
    expect(report.served).toMatchObject([
      { lasts: false, end: { at: Date.UTC(2029, 3, 15), reason: { kind: "retired", basis: "schedule" } } },
    ]);
    expect(report.anchors[0]?.role).toMatchObject({ kind: "chosen", motive: { kind: "lasts-longest" } });
  });
});

describe("a check", () => {
  const root = mintRoot("Check Root");
  const issuer = mint({ name: "Check Issuer", ca: true }, root);
  const other = mintRoot("Other Root");
  const leaf = mintLeaf("check.example", issuer);
  const sites: readonly VisitedSite[] = [
    { site: "check", name: "check.example", chain: [leaf, issuer].map(({ certificate }) => certificate) },
  ];
  const usual = { sites, profile: devices["mongoose-os"], horizonMs: 90 * dayMs };
  const check = (pem: string, changes: CheckChanges = {}): CheckReport =>
    checkContent(pem, { ...usual, ...changes });

  it("of a good bundle finds nothing, and says until when the site is reached", () => {
    const { findings, sites: checked, timeline } = check(pemOf(root));
    expect(findings).toEqual([]);
    expect(checked.map(({ report, end }) => [report.device.accepts, end?.at])).toEqual([
      [true, root.certificate.notAfterAt],
    ]);
    expect(timeline.map(({ subject }) => subject)).toEqual(["Check Root"]);
  });

  it("says that a site is not reached, and why", () => {
    const [checked] = check(pemOf(other)).sites;
    expect(checked?.report.device).toMatchObject({ accepts: false, refusal: { code: "not-trusted" } });
    expect(checked?.end).toBeUndefined();
  });

  it("minds what the device minds: Mongoose OS and the missing newline", () => {
    const { sentences } = check(pemOf(root).trimEnd());
    expect(sentences.slice(2).join(" ")).toMatch(/^The device's own reader stumbles at line \d+: /);
    expect(sentences.slice(0, 2)).toEqual([
      "The last line has no newline: the scanner passes over a last line without a newline, so the last certificate is lost.",
      "The device reads no certificate of the bundle, so nothing can verify with it.",
    ]);
  });

  it("without a device goes by the full rules", () => {
    expect(check(pemOf(issuer), { profile: undefined }).sites[0]?.report.device.accepts).toBe(false);
    expect(check(pemOf(issuer)).sites[0]?.report.device.accepts).toBe(true);
  });
});

describe("the form of the CA file", () => {
  const root = mintRoot("Same Name");
  const twin = mintRoot("Same Name");
  const issuer = mint({ name: "Form Issuer", ca: true }, root);
  const chain = [mintLeaf("form.example", issuer), issuer].map(({ certificate }) => certificate);
  const sites: readonly VisitedSite[] = [{ site: "form", name: "form.example", chain }];
  const connects = (
    format: FormatName,
    name: (typeof deviceNames)[number],
    anchors: readonly Minted[],
  ): boolean => {
    const { files } = formats[format].write(anchors.map(({ certificate }) => certificate));
    const [site] = checkContent(files, { sites, profile: devices[name] }).sites;
    return site?.report.device.accepts === true;
  };

  it("decides for the ESP8266: a CertStore looks at the first of a name, a list at all", () => {
    expect(connects("certs-ar", "arduino-esp8266", [twin, root])).toBe(false);
    expect(connects("certs-ar", "arduino-esp8266", [root, twin])).toBe(true);
    expect(connects("c-array", "arduino-esp8266", [twin, root])).toBe(true);
  });

  it("decides for Arduino on ESP32: a bundle goes by the end of the chain, PEM does not", () => {
    const cross = mint({ name: "Same Name", keys: root.keys, ca: true }, mintRoot("Elder"));
    const sent: readonly VisitedSite[] = [
      { site: "form", name: "form.example", chain: [...chain, cross.certificate] },
    ];
    const accepts = (format: FormatName): boolean => {
      const report = chooseForDevice(
        {
          profile: devices["arduino-esp32"],
          format,
          sites: sent,
          roots: [rootOf(root)],
          at: now,
          untilAt: now,
        },
        trustPorts,
      );
      return report.unserved.length === 0;
    };
    expect([accepts("c-pem"), accepts("esp-bundle")]).toEqual([true, false]);
  });
});

describe("a difference is said in a sentence", () => {
  const root = mintRoot("Say Root");
  const issuer = mint({ name: "Say Issuer", ca: true }, root);
  const say = (
    name: (typeof deviceNames)[number],
    leafChanges: object,
    chain: readonly Minted[] = [issuer],
  ): string | undefined => {
    const leaf = mintLeaf("say.example", issuer, leafChanges);
    const visited: VisitedSite = {
      site: "say",
      name: "say.example",
      chain: [leaf, ...chain].map(({ certificate }) => certificate),
    };
    const { files } = formats["c-pem" satisfies FormatName].write([root.certificate]);
    const [checked] = checkContent(files, { sites: [visited], profile: devices[name] }).sites;
    const difference = checked?.report.difference;
    return difference === undefined
      ? undefined
      : explainDifference(devices[name], difference, explainRejection);
  };

  it("when the device accepts what is expired", () => {
    expect(say("esp-idf", { notAfterAt: now - dayMs })).toMatch(
      /^ESP-IDF 5\.x with cert_pem accepts this, although a full validation refuses it: .* expired on /,
    );
  });

  it("when the device refuses a chain out of order", () => {
    expect(say("arduino-esp8266", {}, [mintRoot("Stray"), issuer])).toBe(
      "Arduino core for ESP8266 refuses this good chain because the server's certificates are not in order: the certificate of Stray is not the issuer of the one before it, and the device does not look further.",
    );
  });

  it("when a leaf is for clients alone", () => {
    expect(say("arduino-esp8266", { purposes: ["clientAuth"] })).toMatch(
      /^Arduino core for ESP8266 accepts this, although/,
    );
  });

  it("and there is none when both say the same", () => {
    expect(say("node", {})).toBeUndefined();
  });
});
