/**
 * The rules of form, each by its own words: every fault of a path, with the certificate that has it. A code alone would
 * not tell which rule was asked, since they share one.
 */
import { describe, expect, test } from "vitest";
import {
  writeElement,
  writeOctetString,
  writeOid,
  writePrimitive,
  writeSequence,
  writeUtf8String,
} from "../../src/der/index.ts";
import type { Verdict } from "../../src/trust/index.ts";
import { extensionOid } from "../../src/x509/index.ts";
import { client } from "./laws.ts";
import { extension, makeKeys } from "../pki/index.ts";
import { judge, type Scenario } from "./scenario.ts";

/** Every fault of the longest path to an anchor: whose, and which rule. */
function faultsOf(verdict: Verdict): readonly string[] {
  if (verdict.trusted) return [];
  const [attempt] = verdict.tried
    .filter(({ anchor }) => anchor !== undefined)
    .toSorted((one, other) => other.certificates.length - one.certificates.length);
  return [attempt?.rejection, ...(attempt?.others ?? [])].flatMap((rejection) => {
    if (rejection === undefined) return [];
    const { code, detail } = rejection;
    const { role, rule, authority } = detail as {
      readonly role?: string;
      readonly rule?: string;
      readonly authority?: string;
    };
    return [rule === undefined ? `${role}: ${code}` : `${role}: ${rule} (${authority})`];
  });
}

type Row = readonly [law: string, scenario: Scenario, faults: readonly string[]];

function forms(subject: string, rows: readonly Row[]): void {
  describe(subject, () => {
    test.each(rows)("%s", (_, scenario, faults) => {
      const found = faultsOf(judge(scenario));
      expect(found.toSorted()).toEqual([...faults].toSorted());
      // Under private rules, the rules of form bind nobody.
      const lenient = faultsOf(judge({ ...scenario, profile: "private" }));
      expect(lenient.filter((fault) => fault.includes("("))).toEqual([]);
    });
  });
}

const noKey = "its authorityKeyIdentifier names no key (RFC 5280 §4.2.1.1)";
const noOwnKey = "it is a CA's and has no subjectKeyIdentifier (RFC 5280 §4.2.1.2)";

forms("versions", [
  ["3 is the one", {}, []],
  [
    "1 is not, and has no extensions either",
    { leaf: { version: 1 }, ask: { names: [] } },
    ["leaf: it is of version 1, not 3 (RFC 5280 §4.1.2.1)", `leaf: ${noKey}`],
  ],
  [
    "2 is not",
    { leaf: { version: 2 }, ask: { names: [] } },
    ["leaf: it is of version 2, not 3 (RFC 5280 §4.1.2.1)", `leaf: ${noKey}`],
  ],
]);

test("under webpki the version is the CA/Browser Forum's business too", () => {
  const verdict = judge({ leaf: { version: 1 }, ask: { names: [] }, profile: "webpki" });
  expect(faultsOf(verdict)).toContain("leaf: it is of version 1, not 3 (CA/B Forum BR 7.1.1)");
});

forms("serial numbers", [
  ["one will do", { leaf: { serial: 1 } }, []],
  ["zero will not", { leaf: { serial: 0 } }, ["leaf: its serial number is zero (RFC 5280 §4.1.2.2)"]],
  [
    "a negative one will not",
    { leaf: { serial: -5 } },
    ["leaf: its serial number is negative (RFC 5280 §4.1.2.2)"],
  ],
  ["20 octets will do", { leaf: { serial: new Uint8Array(20).fill(0x7f) } }, []],
  [
    "21 octets will not",
    { leaf: { serial: new Uint8Array(21).fill(0x7f) } },
    ["leaf: its serial number is longer than 20 octets (RFC 5280 §4.1.2.2)"],
  ],
  [
    "an intermediate's count as well",
    { intermediate: { serial: 0 } },
    ["intermediate: its serial number is zero (RFC 5280 §4.1.2.2)"],
  ],
  ["a root's do not", { root: { serial: 0 } }, []],
]);

const general = "a time before 2050 is written as GeneralizedTime (RFC 5280 §4.1.2.5)";

forms("times", [
  ["before 2050 are UTCTime in a leaf", { leaf: { generalizedTimes: true } }, [`leaf: ${general}`]],
  [
    "before 2050 are UTCTime in an intermediate",
    { intermediate: { generalizedTimes: true } },
    [`intermediate: ${general}`],
  ],
  ["of a root may be written either way", { root: { generalizedTimes: true } }, []],
  ["from 2050 on are GeneralizedTime", { leaf: { notAfterAt: Date.UTC(2050, 0, 1) } }, []],
]);

forms("CAs", [
  [
    "basicConstraints of an intermediate is critical",
    { intermediate: { caCritical: false } },
    ["intermediate: its basicConstraints is not critical (RFC 5280 §4.2.1.9)"],
  ],
  [
    "basicConstraints of a root is critical",
    { root: { caCritical: false } },
    ["root: its basicConstraints is not critical (RFC 5280 §4.2.1.9)"],
  ],
  ["basicConstraints of a leaf need not be", { leaf: { ca: false, caCritical: false } }, []],
  [
    "what is not a CA at all is told as that alone",
    { intermediate: { ca: null, subjectKeyId: null, permit: ["dns:example.com"] } },
    ["intermediate: not-a-ca"],
  ],
]);

const keyId = (...parts: readonly Uint8Array[]): Uint8Array =>
  extension(extensionOid.authorityKeyIdentifier, false, writeSequence(...parts));
const serialOnly = writePrimitive(2, Uint8Array.of(7));
const issuerOnly = writeElement(0xa1, writeElement(0xa4, writeSequence()));

const ownKeys = makeKeys();

forms("key identifiers", [
  ["a leaf names its issuer's key", { leaf: { authorityKeyId: null } }, [`leaf: ${noKey}`]],
  ["a leaf need not name its own", { leaf: { subjectKeyId: null } }, []],
  [
    "a leaf that is a CA names its own",
    { leaf: { ca: true, usages: ["keyCertSign"], subjectKeyId: null } },
    [`leaf: ${noOwnKey}`],
  ],
  [
    "an intermediate names its issuer's",
    { intermediate: { authorityKeyId: null } },
    [`intermediate: ${noKey}`],
  ],
  ["an intermediate names its own", { intermediate: { subjectKeyId: null } }, [`intermediate: ${noOwnKey}`]],
  ["a root names its own", { root: { subjectKeyId: null } }, [`root: ${noOwnKey}`]],
  ["a root need not name its issuer's", { root: { authorityKeyId: null } }, []],
  ["a root need not, whoever made its signature", { root: { authorityKeyId: null, forged: true } }, []],
  [
    "an anchor that another CA issued names that one's key",
    { root: { issuerName: "Elsewhere", forged: true, authorityKeyId: null } },
    [`root: ${noKey}`],
  ],
  ["a root's two may differ", { root: { authorityKeyId: Uint8Array.of(1) } }, []],
  [
    "a self-issued intermediate names the key that signed it, which is another",
    { root: { name: "One" }, intermediate: { name: "One", authorityKeyId: null } },
    [`intermediate: ${noKey}`],
  ],
  [
    "an intermediate that its own key signed need not name it",
    { root: { keys: ownKeys }, intermediate: { keys: ownKeys, authorityKeyId: null } },
    [],
  ],
  [
    "a serial number names no key",
    { leaf: { authorityKeyId: null, extra: [keyId(issuerOnly, serialOnly)] } },
    [`leaf: ${noKey}`],
  ],
  [
    "a root that names its issuer otherwise may leave the key out under rfc5280",
    { root: { authorityKeyId: null, extra: [keyId(issuerOnly, serialOnly)] } },
    [],
  ],
]);

forms("a root that a public programme admitted", [
  [
    "is not held to the form, which the programme judged",
    { root: { subjectKeyId: null, caCritical: false }, source: { store: "mozilla" } },
    [],
  ],
  [
    "has what it issued held to it",
    { leaf: { serial: 0 }, source: { store: "mozilla" } },
    ["leaf: its serial number is zero (RFC 5280 §4.1.2.2)"],
  ],
]);

describe("key identifiers under webpki, of what is not a self-issued root", () => {
  const more = keyId(writePrimitive(0, Uint8Array.of(1)), issuerOnly, serialOnly);
  test.each<[law: string, scenario: Scenario]>([
    [
      "may name more than the key in an intermediate",
      { intermediate: { authorityKeyId: null, extra: [more] } },
    ],
    [
      "may differ in a self-issued intermediate",
      { root: { name: "One" }, intermediate: { name: "One", authorityKeyId: Uint8Array.of(1) } },
    ],
    [
      "may differ in an anchor that another CA issued",
      { root: { issuerName: "Elsewhere", authorityKeyId: Uint8Array.of(1) } },
    ],
  ])("%s", (_, scenario) => {
    expect(faultsOf(judge({ ...scenario, profile: "webpki" }))).toEqual([]);
  });
});

describe("key identifiers of a root, under webpki", () => {
  const rootWith = (root: Scenario["root"]): readonly string[] =>
    faultsOf(judge({ profile: "webpki", ...(root && { root }) }));
  const own = new Uint8Array(20).fill(7);
  test("agree where there are two", () => {
    expect(rootWith({ subjectKeyId: own, authorityKeyId: own })).toEqual([]);
    expect(rootWith({ subjectKeyId: own, authorityKeyId: Uint8Array.of(1) })).toEqual([
      "root: a root's two key identifiers differ (CA/B Forum BR 7.1.2.1.3)",
    ]);
  });

  test("name nothing but the key", () => {
    const key = writePrimitive(0, own);
    for (const more of [[issuerOnly, serialOnly], [issuerOnly], [serialOnly]]) {
      const faults = rootWith({ subjectKeyId: own, authorityKeyId: null, extra: [keyId(key, ...more)] });
      expect(faults.every((fault) => fault.startsWith("root: "))).toBe(true);
      expect(faults.length).toBeGreaterThan(0);
    }
    expect(
      rootWith({ subjectKeyId: own, authorityKeyId: null, extra: [keyId(key, issuerOnly, serialOnly)] }),
    ).toEqual(["root: a root's authorityKeyIdentifier names more than the key (CA/B Forum BR 7.1.2.1.3)"]);
  });

  test("name a key where they name anything", () => {
    expect(
      rootWith({ subjectKeyId: own, authorityKeyId: null, extra: [keyId(issuerOnly, serialOnly)] }),
    ).toEqual([`root: ${noKey}`]);
  });
});

const emptySubject = "its subject is empty and its subjectAltName not critical (RFC 5280 §4.1.2.6)";

const uriName = writePrimitive(6, new TextEncoder().encode("http://x.example/"));
const access = writeSequence(writeSequence(writeOid("1.3.6.1.5.5.7.48.2"), uriName));
const critical = (name: keyof typeof extensionOid, value: Uint8Array): NonNullable<Scenario["leaf"]> => ({
  extra: [extension(extensionOid[name], true, value)],
});
const mayNot = (name: string): string => `leaf: its ${name} is critical (RFC 5280 §4.2)`;

/** No mere form: one that is critical and not processed refuses the path (§6.1.4 (o), §6.1.5 (f)), whatever the profile. */
describe("extensions that may not be critical", () => {
  test.each<[name: string, leaf: NonNullable<Scenario["leaf"]>]>([
    [
      "authorityKeyIdentifier (§4.2.1.1)",
      {
        ...critical("authorityKeyIdentifier", writeSequence(writePrimitive(0, Uint8Array.of(1)))),
        authorityKeyId: null,
      },
    ],
    [
      "subjectKeyIdentifier (§4.2.1.2)",
      { ...critical("subjectKeyIdentifier", writeOctetString(Uint8Array.of(1))), subjectKeyId: null },
    ],
    ["authorityInfoAccess (§4.2.2.1)", critical("authorityInfoAccess", access)],
    ["subjectInfoAccess (§4.2.2.2)", critical("subjectInfoAccess", access)],
  ])("%s", (name, leaf) => {
    const faults = [mayNot(name.replace(/ .*/, ""))];
    expect(faultsOf(judge({ leaf }))).toEqual(faults);
    expect(faultsOf(judge({ leaf, profile: "private" }))).toEqual(faults);
  });
});

forms("subjects", [
  ["may be empty where the names are critical", { leaf: { name: "", namesCritical: true } }, []],
  ["may not be empty where the names are not", { leaf: { name: "" } }, [`leaf: ${emptySubject}`]],
  [
    "may not be empty without names",
    { leaf: { name: "", names: null }, ask: { names: [] } },
    [`leaf: ${emptySubject}`],
  ],
  [
    "of a CA are not empty, nor is the issuer of what it signs",
    { intermediate: { name: "" } },
    [
      "intermediate: it is a CA's and has an empty subject (RFC 5280 §4.1.2.6)",
      "leaf: its issuer is empty (RFC 5280 §4.1.2.4)",
    ],
  ],
  [
    "of a root are not empty, nor is the issuer of what it signs",
    { root: { name: "" } },
    [
      "root: it is a CA's and has an empty subject (RFC 5280 §4.1.2.6)",
      "intermediate: its issuer is empty (RFC 5280 §4.1.2.4)",
    ],
  ],
  [
    "a DNS name is a host name",
    { leaf: { names: ["dns:host.example.com", "dns:a_b.example.com"] } },
    ['leaf: its dNSName "a_b.example.com" is not a host name (RFC 5280 §4.2.1.6)'],
  ],
  [
    "a DNS name of a client's need not be looked at",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@b.example", "dns:a_b.example.com"] },
      ask: client([]),
    },
    [],
  ],
]);

describe("names, under webpki", () => {
  const faults = (leaf: NonNullable<Scenario["leaf"]>, ask: Scenario["ask"] = {}): readonly string[] =>
    faultsOf(judge({ profile: "webpki", leaf, ask }));
  const critical = "leaf: its subjectAltName is critical beside a subject (CA/B Forum BR 7.1.2.7.12)";
  const contradicts =
    "leaf: its common name is none of its alternative names, character for character (CA/B Forum BR 7.1.4.3)";

  test.each<[law: string, leaf: NonNullable<Scenario["leaf"]>, expected: readonly string[]]>([
    ["are not critical beside a subject", { namesCritical: true }, [critical]],
    ["are critical beside none", { name: "", namesCritical: true }, []],
    ["of one kind contradict a common name of the other kind never", { name: "192.0.2.1" }, []],
    ["are repeated by the common name", { name: "host.example.com" }, []],
    ["are not contradicted by the common name", { name: "other.example.com" }, [contradicts]],
    ["are contradicted by another case", { name: "HOST.example.com" }, [contradicts]],
    ["are contradicted by the end of one of them", { name: "st.example.com" }, [contradicts]],
    [
      "are not contradicted by the domain of a wildcard",
      { name: "example.com", names: ["dns:*.example.com", "dns:host.example.com"] },
      [],
    ],
    [
      "are not contradicted by the wildcard itself",
      { name: "*.example.com", names: ["dns:*.example.com", "dns:host.example.com"] },
      [],
    ],
    [
      "that are addresses contradict another address",
      { name: "192.0.2.9", names: ["dns:host.example.com", "ip:192.0.2.1"] },
      [contradicts],
    ],
    [
      "that are addresses are repeated in their usual form",
      { name: "2001:db8::1", names: ["dns:host.example.com", "ip:2001:db8::1"] },
      [],
    ],
    [
      "that are addresses are contradicted by another form",
      { name: "2001:DB8::1", names: ["dns:host.example.com", "ip:2001:db8::1"] },
      [contradicts],
    ],
    [
      "that are addresses have nothing to say of a hexadecimal number",
      { name: "0x7f", names: ["dns:host.example.com"] },
      [],
    ],
    ["that are no address have something to say of a label with digits", { name: "a.b1" }, [contradicts]],
    [
      "do not cover a registry",
      { name: "", namesCritical: true, names: ["dns:host.example.com", "dns:*.co.uk"] },
      ['leaf: its wildcard "*.co.uk" covers a registry (CA/B Forum BR 3.2.2.6)'],
    ],
    [
      "do not cover a registry however it is written",
      { name: "", namesCritical: true, names: ["dns:host.example.com", "dns:*.CO.UK"] },
      ['leaf: its wildcard "*.CO.UK" covers a registry (CA/B Forum BR 3.2.2.6)'],
    ],
    [
      "do not cover a top-level domain",
      { name: "", namesCritical: true, names: ["dns:host.example.com", "dns:*.com"] },
      ['leaf: its wildcard "*.com" covers a registry (CA/B Forum BR 3.2.2.6)'],
    ],
    [
      "may be one label, which is not a wildcard",
      { name: "", namesCritical: true, names: ["dns:host.example.com", "dns:localhost"] },
      [],
    ],
    [
      "may be a registry's own",
      { name: "", namesCritical: true, names: ["dns:host.example.com", "dns:co.uk"] },
      [],
    ],
  ])("%s", (_, leaf, expected) => {
    expect(faults(leaf)).toEqual(expected);
  });

  test("are there", () => {
    expect(faults({ names: null }, { names: [] })).toEqual([
      "leaf: it has no subjectAltName (CA/B Forum BR 7.1.2.7.12)",
    ]);
  });
});

describe("purposes, under webpki", () => {
  const faults = (scenario: Scenario): readonly string[] =>
    faultsOf(judge({ ...scenario, profile: "webpki" }));

  const precertificateSigning = "1.3.6.1.4.1.11129.2.4.4";
  test.each([
    "any",
    "codeSigning",
    "emailProtection",
    "timeStamping",
    "ocspSigning",
    precertificateSigning,
  ] as const)("%s does not stand beside serverAuth", (purpose) => {
    expect(faults({ leaf: { purposes: ["serverAuth", purpose] } })).toEqual([
      `leaf: its extended key usage also names ${purpose} (CA/B Forum BR 7.1.2.7.10)`,
    ]);
  });

  test("a purpose of somebody's own may stand beside serverAuth", () => {
    expect(faults({ leaf: { purposes: ["serverAuth", "1.2.3.4"] } })).toEqual([]);
  });

  test("are not critical, and not a root's", () => {
    expect(faults({ leaf: { purposesCritical: true } })).toEqual([
      "leaf: its extended key usage is critical (CA/B Forum BR 7.1.2.7.6)",
    ]);
    expect(faults({ root: { purposes: ["serverAuth"] } })).toEqual([
      "root: a root has extended key usage (CA/B Forum BR 7.1.2.1.2)",
    ]);
    expect(
      faults({ intermediate: { purposes: ["serverAuth", "codeSigning"], purposesCritical: true } }),
    ).toEqual([]);
    expect(faults({ leaf: { purposes: ["serverAuth", "clientAuth"] } })).toEqual([]);
  });
});

test("a name that is not DER is told as what it is", () => {
  const extra = [extension(extensionOid.subjectAltName, false, writeUtf8String("host.example.com"))];
  expect(faultsOf(judge({ leaf: { names: null, extra }, ask: { names: [] } }))).toContain(
    "leaf: malformed-certificate",
  );
});
