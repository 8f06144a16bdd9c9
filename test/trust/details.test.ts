/** What a rejection says beside its code: the facts that its sentence and its page are made of, each to the letter. */
import { describe, expect, test } from "vitest";
import { daysLater, ecSpki, explicitCurveSpki, noon, rsaSpki } from "../pki/index.ts";
import { askFor, client } from "./laws.ts";
import { judge, type Scenario } from "./scenario.ts";

/** A sentence, what differs from the normal chain, the code of the headline and facts that it has. */
type Row = readonly [
  law: string,
  scenario: Scenario,
  code: string,
  detail: Readonly<Record<string, unknown>>,
];

function details(subject: string, rows: readonly Row[]): void {
  describe(subject, () => {
    test.each(rows)("%s", (_, scenario, code, detail) => {
      const verdict = judge(scenario);
      expect(verdict.trusted ? { code: "trusted" } : verdict.primary).toMatchObject({ code, detail });
    });
  });
}

details("a certificate out of its dates says which end, and at which moment", [
  [
    "the last",
    { leaf: { notAfterAt: daysLater(-1) } },
    "expired",
    { role: "leaf", notAfterAt: daysLater(-1), at: noon, ownRoot: undefined },
  ],
  [
    "the first",
    { leaf: { notBeforeAt: daysLater(1) } },
    "not-yet-valid",
    { role: "leaf", notBeforeAt: daysLater(1), at: noon, ownRoot: undefined },
  ],
  [
    "the last, where its end lies before its beginning and the moment is the beginning",
    { leaf: { notBeforeAt: noon, notAfterAt: daysLater(-1) } },
    "expired",
    { notAfterAt: daysLater(-1) },
  ],
  [
    "of a root also who keeps it",
    { root: { notAfterAt: daysLater(-1) }, source: { store: "file", file: "roots.pem", line: 3 } },
    "expired",
    { role: "root", ownRoot: { place: "roots.pem, line 3", isCallers: true } },
  ],
  [
    "of an intermediate nothing more",
    { intermediate: { notAfterAt: daysLater(-1) } },
    "expired",
    { role: "intermediate", ownRoot: undefined },
  ],
]);

details("a signature that does not hold says whose it is, and who should have made it", [
  [
    "the leaf's",
    { leaf: { forged: true } },
    "bad-signature",
    {
      role: "leaf",
      subject: "host.example.com",
      algorithm: "ecdsa-with-SHA256",
      signer: "Test Intermediate",
    },
  ],
  [
    "an intermediate's",
    { intermediate: { forged: true } },
    "bad-signature",
    { role: "intermediate", subject: "Test Intermediate", signer: "Test Root" },
  ],
]);

details("a key usage says what is needed and what is there", [
  [
    "anything at all (RFC 5280 §4.2.1.3)",
    { leaf: { usages: [] } },
    "key-usage",
    { needed: "at least one usage", usages: [] },
  ],
  [
    "keyCertSign of a CA",
    { intermediate: { usages: ["cRLSign"] } },
    "key-usage",
    { role: "intermediate", needed: "keyCertSign", usages: ["cRLSign"] },
  ],
  [
    "digitalSignature of a leaf for TLS",
    { leaf: { usages: ["dataEncipherment"] } },
    "key-usage",
    { role: "leaf", needed: "digitalSignature", usages: ["dataEncipherment"] },
  ],
  [
    "anything but keyCertSign of a leaf that is not a CA",
    { leaf: { usages: ["digitalSignature", "keyCertSign"] } },
    "key-usage",
    {
      needed: "anything but keyCertSign, since it is not a CA",
      usages: ["digitalSignature", "keyCertSign"],
    },
  ],
  [
    "what the caller needs",
    { ask: { keyUsages: ["digitalSignature", "keyAgreement"] } },
    "key-usage",
    { needed: "keyAgreement", usages: ["digitalSignature"] },
  ],
]);

details("a path that is too long says who limits it, to what, and how long it is", [
  [
    "a CA",
    { root: { pathLength: 0 } },
    "path-too-long",
    { role: "root", limitedBy: "Test Root", limit: 0, count: 1 },
  ],
  [
    "the caller",
    { ask: { maxDepth: 0 } },
    "path-too-long",
    { role: "leaf", limitedBy: "the option maxDepth", limit: 0, count: 1 },
  ],
]);

details("a weak key says what it is and what is wrong with it", [
  [
    "too short",
    { leaf: { spki: rsaSpki(1024) } },
    "weak-key",
    { key: "RSA 1024", reason: "2048 bits are the least that is accepted" },
  ],
  [
    "of an exponent that is one",
    { leaf: { spki: rsaSpki(2048, 1) } },
    "weak-key",
    { key: "RSA 2048", reason: "its exponent is even, or one" },
  ],
  [
    "on another curve",
    { leaf: { spki: ecSpki("1.3.132.0.33") } },
    "weak-key",
    { key: "EC P-224", reason: "its curve is not accepted" },
  ],
  [
    "on a curve that is described (CVE-2020-0601)",
    { leaf: { spki: explicitCurveSpki() } },
    "weak-key",
    { key: "EC explicit", reason: "its curve is described, not named (RFC 5480 §2.1.1)" },
  ],
]);

const mailLeaf = { purposes: ["clientAuth"] } as const;

details("names that are not the one asked for are shown as they are", [
  [
    "host names",
    { leaf: { names: ["dns:a.example", "dns:*.b.example"] } },
    "wrong-host",
    { name: "host.example.com", names: ["a.example", "*.b.example"] },
  ],
  [
    "addresses, where a host name is asked for",
    { leaf: { names: ["ip:192.0.2.1", "ip:2001:db8::1"] } },
    "wrong-host",
    { name: "host.example.com", names: ["192.0.2.1", "2001:db8::1"] },
  ],
  [
    "host names, where an address is asked for",
    { ask: askFor("192.0.2.1", "ip") },
    "wrong-host",
    { name: "192.0.2.1", names: ["host.example.com"] },
  ],
  [
    "every kind of a peer's names, where a mailbox is asked for",
    {
      leaf: {
        ...mailLeaf,
        names: ["dns:host.example.com", "ip:192.0.2.1", "email:bob@example.com", "uri:x:y"],
      },
      ask: client(["ann@example.com"]),
    },
    "wrong-host",
    { name: "ann@example.com", names: ["host.example.com", "192.0.2.1", "bob@example.com"] },
  ],
  [
    "but not mailboxes, where a host name is asked for",
    { leaf: { names: ["email:bob@example.com"] } },
    "no-names",
    { name: "host.example.com", commonName: "host.example.com" },
  ],
]);

const unplaced = "it cannot be held against the constraints";

details("a name that a constraint forbids says who constrains it, and why it is refused", [
  [
    "outside what is permitted",
    { intermediate: { permit: ["dns:example.net"] } },
    "name-constraint",
    {
      role: "leaf",
      name: "DNS:host.example.com",
      constrainedBy: "Test Intermediate",
      reason: "it is outside what is permitted",
    },
  ],
  [
    "excluded",
    { root: { exclude: ["dns:example.com"] } },
    "name-constraint",
    { constrainedBy: "Test Root", reason: "it is excluded" },
  ],
  [
    "not to be placed among what is permitted",
    {
      leaf: { names: ["dns:host.example.com", "uri:https://192.0.2.1/"] },
      intermediate: { permit: ["uri:.example.com"] },
    },
    "name-constraint",
    { name: "URI:https://192.0.2.1/", reason: unplaced },
  ],
  [
    "not to be placed among what is excluded",
    {
      leaf: { names: ["dns:host.example.com", "uri:https://192.0.2.1/"] },
      intermediate: { exclude: ["uri:.example.com"] },
    },
    "name-constraint",
    { name: "URI:https://192.0.2.1/", reason: unplaced },
  ],
  [
    "an intermediate's",
    { root: { permit: ["dns:example.com"] }, intermediate: { names: ["dns:ca.example.net"] } },
    "name-constraint",
    { role: "intermediate", name: "DNS:ca.example.net", constrainedBy: "Test Root" },
  ],
  [
    "the root's where an intermediate's forbids it too",
    { root: { permit: ["dns:example.net"] }, intermediate: { permit: ["dns:example.org"] } },
    "name-constraint",
    { constrainedBy: "Test Root" },
  ],
]);

details("a constraint that is not one is told with its own text", [
  [
    "a dot before what is permitted",
    { intermediate: { permit: ["dns:.example.com"] } },
    "malformed-certificate",
    { reason: 'nameConstraints: the DNS name ".example.com" is not a name space' },
  ],
  [
    "a dot before what is excluded, beside what is permitted",
    { intermediate: { permit: ["dns:example.com"], exclude: ["dns:.example.net"] } },
    "malformed-certificate",
    { reason: 'nameConstraints: the DNS name ".example.net" is not a name space' },
  ],
  [
    "a wildcard",
    { intermediate: { permit: ["dns:*.example.com"] } },
    "malformed-certificate",
    { reason: 'nameConstraints: the DNS name "*.example.com" is not a name space' },
  ],
]);
