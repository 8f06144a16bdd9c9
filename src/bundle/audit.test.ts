/** The audit: each planted fault is found, and a good bundle is left in peace. */
import { createHash } from "node:crypto";
import { rootCertificates } from "node:tls";
import { describe, expect, it } from "vitest";
import { pemOf } from "../../test/pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../../test/pki/today.ts";
import { retiredRootsPem } from "../../test/bundle/retired-roots.ts";
import { auditBundle, type AuditRequest } from "./audit.ts";
import { explainAuditFinding, type AuditFinding } from "./audit-finding.ts";
import { type FileRules, generalRules } from "./file-rules.ts";
import { formats } from "./formats/formats.ts";
import { pemReaders } from "./readers/readers.ts";
import { readBundle } from "./formats/read-bundle.ts";

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest());
const encoder = new TextEncoder();

const root = mintRoot("Good Root");
const other = mintRoot("Other Root");
const intermediate = mint({ name: "Issuing CA", ca: true }, root);
const leaf = mintLeaf("leaf.example", intermediate);
const lonely = mint({ name: "lonely.example", names: ["dns:lonely.example"] });
const gone = mintRoot("Gone Root", { notBeforeAt: now - 9 * yearMs, notAfterAt: now - 60 * dayMs });
const coming = mintRoot("Coming Root", { notBeforeAt: now + dayMs });
const ending = mintRoot("Ending Root", { notAfterAt: now + 30 * dayMs });
const twin = mintRoot("Good Root");
const client = mintRoot("Version One", { version: 1 });
const pem = pemOf(root, other);

const request: AuditRequest = { at: now, horizonMs: 90 * dayMs, sha256, isPublic: () => false };

function audit(file: string | Uint8Array, changes: Partial<AuditRequest> = {}): readonly string[] {
  const bundle = readBundle(typeof file === "string" ? encoder.encode(file) : file);
  return auditBundle(bundle, { ...request, ...changes }).map(
    (finding) => `${finding.severity} ${finding.kind}`,
  );
}

const strict: FileRules = {
  ...generalRules,
  takesIntermediates: false,
  firstOfNameOnly: true,
  checksAnchorDates: false,
  maxAnchors: 1,
};

describe("a good bundle", () => {
  it.each([
    ["roots as PEM", pem],
    ["with comments between", `# a comment\n${pem}`],
    ["a root of version 1", pemOf(client)],
  ])("is left in peace (%s)", (_law, file) => {
    expect(audit(file)).toEqual([]);
  });

  it.each(Object.keys(formats) as (keyof typeof formats)[])("is left in peace (%s)", (name) => {
    const { files } = formats[name].write([root, other].map(({ certificate }) => certificate));
    expect(auditBundle(readBundle(files), request)).toEqual([]);
  });
});

describe("a planted fault is found", () => {
  it.for<readonly [fault: string, file: string, finding: string, rules?: FileRules]>([
    ["a server's certificate", pem + pemOf(leaf), "error leaf"],
    [
      "a certificate that vouches for itself and is not a CA",
      pem + pemOf(lonely),
      "warning self-signed-leaf",
    ],
    ["an intermediate", pem + pemOf(intermediate), "warning intermediate"],
    ["an intermediate, for a device that takes none", pemOf(intermediate), "error intermediate", strict],
    ["an expired root", pem + pemOf(gone), "error expired"],
    ["an expired root, for a device that does not look", pemOf(gone), "warning expired", strict],
    ["a root from the future", pem + pemOf(coming), "error not-yet-valid"],
    ["a root that ends soon", pem + pemOf(ending), "warning expiring"],
    ["a root that stands there twice", pem + pemOf(root), "note duplicate"],
    ["CR alone", pem.replaceAll("\n", "\r"), "warning form"],
    ["an indented file", pem.replaceAll(/^/gm, " "), "warning form"],
    ["files joined without a line end", pemOf(root).trimEnd() + pemOf(other), "warning form"],
    [
      "a form of which the device reads nothing",
      pem.replaceAll("\n", "\r"),
      "error empty",
      { ...strict, pemReader: pemReaders.mbedtls },
    ],
    [
      "a format that the device does not take",
      pem,
      "error format",
      { ...strict, refusesFormats: { pem: "it takes DER" } },
    ],
    ["no newline at the end", pem.trimEnd(), "warning form"],
    [
      "a private key",
      `${pem}-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n`,
      "error private-key",
    ],
    ["damaged base64", pem.replace("\nMII", "\nM*I"), "warning form"],
    ["no END line", pem.replace("-----END CERTIFICATE-----\n", ""), "warning form"],
    [
      "a certificate cut off",
      pemOf(root) + "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
      "error unreadable",
    ],
    ["no certificate", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "error empty"],
    ["blocks of another kind alone", "-----BEGIN X-----\nAAAA\n-----END X-----\n", "error unreadable"],
    ["no format that is known", "hello", "error unreadable"],
  ])("%s", ([, file, finding, rules]) => {
    expect(audit(file, rules === undefined ? {} : { rules })).toContain(finding);
  });

  it("two anchors of one name, for a device that looks at the first alone", () => {
    expect(audit(pemOf(root, twin), { rules: { ...strict, maxAnchors: 2 } })).toEqual(["warning shadowed"]);
    expect(audit(pemOf(root, twin))).toEqual([]);
  });

  it("more anchors than the device takes", () => {
    expect(audit(pem, { rules: strict })).toEqual(["error too-many"]);
    expect(audit(pemOf(root), { rules: strict })).toEqual([]);
  });

  it("an anchor that the device cannot use", () => {
    const rules: FileRules = { ...generalRules, refuse: ({ spki }) => `it has the key ${spki.text}` };
    const [finding] = auditBundle(readBundle(encoder.encode(pemOf(root))), { ...request, rules });
    expect(finding && explainAuditFinding(finding)).toBe(
      "Good Root (line 1) cannot serve the device as an anchor: it has the key EC P-256.",
    );
  });

  it("only where it is one: a certificate for clients under a CA is a leaf like any other", () => {
    expect(audit(pemOf(root, mint({ name: "Me", purposes: ["clientAuth"] }, root)))).toEqual(["error leaf"]);
  });
});

describe("public roots", () => {
  const findingsOf = (store: string): readonly AuditFinding[] =>
    auditBundle(readBundle(encoder.encode(store)), {
      ...request,
      at: Date.UTC(2026, 10, 22),
      horizonMs: 365 * dayMs,
      isPublic: () => true,
    });

  it("that programmes have retired are told, and one that ends within days", () => {
    const sentences = findingsOf(retiredRootsPem).map(explainAuditFinding);
    expect(sentences).toContainEqual(
      expect.stringMatching(/^Entrust Root Certification Authority .* expires on 2026-11-27/),
    );
    expect(sentences).toContainEqual(
      expect.stringMatching(/^DigiCert Global Root CA .* no longer taken for websites .* since 2026-04-15:/),
    );
    expect(sentences).toContainEqual(
      expect.stringMatching(
        /^AffirmTrust Premium ECC .* no longer in its root programme's store, since 2026-04-30 at/,
      ),
    );
    expect(sentences).toContainEqual(
      expect.stringMatching(/^Chunghwa Telecom .* only for server certificates issued through 2025-04-15/),
    );
  });

  it.each([
    ["as Node carries them", `${rootCertificates.join("\n")}\n`],
    ["that programmes have retired", retiredRootsPem],
  ])("%s are complained of for nothing else", (_which, store) => {
    const others = findingsOf(store).filter(
      ({ kind }) => kind !== "expiring" && kind !== "retired" && kind !== "distrusted-after",
    );
    expect(others.map(explainAuditFinding)).toEqual([]);
  });
});

describe("sentences", () => {
  it("are whole ones for every kind", () => {
    const files = [
      pem + pemOf(leaf, intermediate, lonely, gone, coming, ending, root),
      pem.trimEnd().replaceAll("\n", "\r\n"),
      "hello",
    ];
    const sentences = files.flatMap((file) =>
      auditBundle(readBundle(encoder.encode(file)), {
        ...request,
        rules: { ...strict, minds: generalRules.minds },
      }).map(explainAuditFinding),
    );
    expect(sentences.length).toBeGreaterThan(9);
    for (const sentence of sentences)
      expect(sentence).toMatch(/^[A-Z].*[a-z].*\.$|^leaf\.example|^lonely\.example/);
  });
});
