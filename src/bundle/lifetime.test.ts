/** How long anchors last: the dates of programmes, cross-signs, and the spare roots of the same CA. */
import { createHash } from "node:crypto";
import { rootCertificates } from "node:tls";
import { describe, expect, it } from "vitest";
import { dayMs, mint, mintRoot, now, yearMs } from "../../test/pki/today.ts";
import { retiredRootsPem } from "../../test/bundle/retired-roots.ts";
import { type Certificate, fingerprint, parseCertificate, parsePem } from "../x509/index.ts";
import { anchorEnds, explainEnd, isCrossSign, pathEnd } from "./lifetime.ts";
import {
  distrustAfter,
  namedRetirements,
  removals,
  programmeDatesAge,
  programmeDatesSource,
  scheduledRetirement,
} from "./programme-dates.ts";
import { findSpareRoots } from "./redundancy.ts";

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest());
/** What Node carries is not the same from one version to the next; the retired ones are always there. */
const store: readonly Certificate[] = parsePem(
  [retiredRootsPem, ...rootCertificates].join("\n"),
).blocks.flatMap(({ bytes }) => {
  const parsed = parseCertificate(bytes);
  return parsed.ok ? [parsed.certificate] : [];
});
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

function factsOf(certificate: Certificate, isPublic = true): Parameters<typeof anchorEnds>[0] {
  return { certificate, fingerprint: fingerprint(certificate, sha256), isPublic };
}

function firstEnd(display: string): string {
  const root = store.find(({ subject }) => subject.display === display);
  if (root === undefined) throw new Error(`Node carries no root named ${display}`);
  const [end] = anchorEnds(factsOf(root));
  return end === undefined ? "never" : explainEnd(end);
}

describe("the programme's schedule", () => {
  it.each([
    ["1998-09-01", "2025-04-15"],
    ["2005-12-31", "2025-04-15"],
    ["2006-01-01", "2026-04-15"],
    ["2008-03-06", "2027-04-15"],
    ["2010-02-01", "2028-04-15"],
    ["2013-08-01", "2029-04-15"],
    ["2014-04-14", "2029-04-15"],
    ["2014-12-10", "2029-12-10"],
    ["2015-06-04", "2030-06-04"],
  ])("a key made on %s is retired on %s", (made, retired) => {
    expect(day(scheduledRetirement(Date.parse(made)))).toBe(retired);
  });

  it("agrees with the dates that the programme published by name", () => {
    const roots = new Map(store.map((root) => [fingerprint(root, sha256), root]));
    const held = namedRetirements.filter((row) => roots.has(row.fingerprint));
    expect(held.length).toBeGreaterThan(9);
    for (const { fingerprint: id, at, name } of held) {
      expect([name, day(scheduledRetirement(roots.get(id)?.notBeforeAt ?? 0))]).toEqual([name, day(at)]);
    }
  });

  it("names roots by fingerprints that belong to their names", () => {
    for (const { fingerprint: id, name } of [...namedRetirements, ...removals, ...distrustAfter]) {
      expect(id).toMatch(/^[0-9a-f]{64}$/);
      const root = store.find((candidate) => fingerprint(candidate, sha256) === id);
      if (root !== undefined) expect(root.subject.text).toContain(name.split(" ")[0]);
    }
  });

  it("says how old it is", () => {
    expect(programmeDatesAge(programmeDatesSource.takenAt + 30 * dayMs)).toBe(30 * dayMs);
  });
});

describe("an anchor ends", () => {
  it.each([
    [
      "Entrust Root Certification Authority",
      "only for server certificates issued through 2024-11-30: Mozilla believes no later ones",
    ],
    ["DigiCert Global Root CA", "until 2026-04-15, when Mozilla no longer takes it for websites"],
    ["DigiCert Global Root G2", "likely until 2029-04-15, when Mozilla's schedule retires keys of its age"],
    ["AffirmTrust Premium ECC", "until 2026-04-30 at the latest, when it had left Mozilla's store"],
    ["Izenpe.com", "only for server certificates issued through 2026-04-15: Mozilla believes no later ones"],
    ["ISRG Root X1", "likely until 2030-06-04, when Mozilla's schedule retires keys of its age"],
  ])("%s: %s", (name, sentence) => {
    expect(firstEnd(name)).toBe(sentence);
  });

  it.each<[string, string, readonly (readonly [string, string])[]]>([
    [
      "of its certificate and of distrust-after, and not of the schedule, past which it was kept",
      "Entrust Root Certification Authority",
      [
        ["distrusted-after", "2024-11-30"],
        ["not-after", "2026-11-27"],
      ],
    ],
    [
      "of its certificate and of the day that was published for it",
      "DigiCert Global Root CA",
      [
        ["retired named", "2026-04-15"],
        ["not-after", "2031-11-10"],
      ],
    ],
    [
      "of its certificate and of the schedule",
      "ISRG Root X1",
      [
        ["retired schedule", "2030-06-04"],
        ["not-after", "2035-06-04"],
      ],
    ],
  ])("on each of the days %s: %s", (_, name, days) => {
    const root = store.find(({ subject }) => subject.display === name);
    if (root === undefined) throw new Error(`Node carries no root named ${name}`);
    const ends = anchorEnds(factsOf(root)).map(({ at, reason }) => [
      reason.kind === "retired" ? `${reason.kind} ${reason.basis}` : reason.kind,
      day(at),
    ]);
    expect(ends).toEqual(days);
  });

  it("for every root under distrust-after without a day of the schedule", () => {
    const distrusted = new Set(distrustAfter.map(({ fingerprint: id }) => id));
    const held = store.filter((root) => distrusted.has(fingerprint(root, sha256)));
    expect(held.length).toBeGreaterThan(0);
    for (const root of held) {
      const kinds = anchorEnds(factsOf(root)).map(({ reason }) =>
        reason.kind === "retired" ? `${reason.kind} ${reason.basis}` : reason.kind,
      );
      expect(kinds).toContain("distrusted-after");
      expect(kinds).not.toContain("retired schedule");
    }
  });

  it("with its certificate, when it is nobody's business but its owner's", () => {
    const own = mintRoot("Own", { notBeforeAt: now - 20 * yearMs, notAfterAt: now + yearMs }).certificate;
    expect(anchorEnds(factsOf(own, false))).toEqual([{ at: now + yearMs, reason: { kind: "not-after" } }]);
  });
});

describe("a path ends", () => {
  const old = mintRoot("Old Root", { notAfterAt: now + 9 * yearMs });
  const young = mintRoot("Young Root");
  const cross = mint({ name: "Young Root", keys: young.keys, ca: true, notAfterAt: now + 2 * yearMs }, old);
  const issuing = mint({ name: "Issuing", ca: true, notAfterAt: now + yearMs }, young);
  const leaf = mint({ name: "leaf", names: ["dns:leaf.example"] }, issuing);
  const certificates = [leaf, issuing, cross].map((minted) => minted.certificate);

  it("with the cross-sign that it runs through", () => {
    const end = pathEnd({ certificates, anchor: factsOf(old.certificate, false) }, [young.certificate]);
    expect(end).toEqual({ at: now + 2 * yearMs, reason: { kind: "cross-sign", subject: "Young Root" } });
  });

  it("not with an ordinary intermediate, which is replaced while the anchor stays", () => {
    const path = { certificates: certificates.slice(0, 2), anchor: factsOf(young.certificate, false) };
    expect(pathEnd(path, [young.certificate]).at).toBe(young.certificate.notAfterAt);
  });

  it("a root is not a cross-sign of itself, nor is a CA of the same name with another key", () => {
    expect(isCrossSign(young.certificate, [young.certificate])).toBe(false);
    expect(isCrossSign(mint({ name: "Young Root", ca: true }, old).certificate, [young.certificate])).toBe(
      false,
    );
  });
});

describe("spare roots", () => {
  const named = (name: string): Certificate[] => store.filter(({ subject }) => subject.display === name);

  it("are the other roots of the same CA, the newest first", () => {
    const spares = findSpareRoots({
      chosen: named("ISRG Root X1"),
      roots: store,
      count: 2,
      lasts: () => true,
    });
    expect(spares.map(({ certificate }) => certificate.subject.display)).toEqual(["ISRG Root X2"]);
    expect(spares[0]?.organisation).toBe("Internet Security Research Group");
  });

  it("of one owner count as one CA, whatever they are called", () => {
    const request = {
      chosen: named("USERTrust RSA Certification Authority"),
      roots: store,
      count: 99,
      lasts: () => true,
    };
    const spares = findSpareRoots(request).map(({ certificate }) => certificate.subject.display);
    expect(spares).toContain("COMODO RSA Certification Authority");
    expect(spares).toContain("USERTrust ECC Certification Authority");
  });

  it("are not those that do not last, nor those already there", () => {
    const chosen = named("ISRG Root X1");
    expect(findSpareRoots({ chosen, roots: store, count: 2, lasts: () => false })).toEqual([]);
    expect(
      findSpareRoots({
        chosen: [...chosen, ...named("ISRG Root X2")],
        roots: store,
        count: 2,
        lasts: () => true,
      }),
    ).toEqual([]);
  });
});
