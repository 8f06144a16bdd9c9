/** What the engine accepts and refuses: each row is a law, and differs from the normal chain only in what it says. */
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  writeElement,
  writeNull,
  writeOid,
  writePrimitive,
  writeSequence,
  writeUtf8String,
} from "../../src/der/index.ts";
import { extensionOid } from "../../src/x509/index.ts";
import {
  daysLater,
  extension,
  judge,
  type Keys,
  noon,
  outcome,
  type Scenario,
  signatureAlgorithm,
} from "./pki-language.ts";

type Law = readonly [law: string, scenario: Scenario, expected: string];

function laws(subject: string, rows: readonly Law[]): void {
  describe(subject, () => {
    test.each(rows)("%s", (_, scenario, expected) => {
      expect(outcome(judge(scenario))).toBe(expected);
    });
  });
}

const second = 1000;
const any = "1.2.3.4";
const policyA = "1.3.6.1.4.1.99999.1";
const policyB = "1.3.6.1.4.1.99999.2";
const anyPolicy = "2.5.29.32.0";
const askFor = (value: string, kind: "dns" | "ip" | "email" = "dns"): NonNullable<Scenario["ask"]> => ({
  names: [{ kind, value }],
});
const client = (names: readonly string[]): NonNullable<Scenario["ask"]> => ({
  purpose: "client",
  names: names.map((value) => ({ kind: "email", value })),
});
const rsa = (modulusLength: number): Keys => generateKeyPairSync("rsa", { modulusLength });
const ec = (namedCurve: string): Keys => generateKeyPairSync("ec", { namedCurve });

/** A P-256 key whose curve is spelled out instead of named: the door of CVE-2020-0601. */
function explicitCurveKey(): Uint8Array {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" });
  return new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
}

laws("the normal chain", [
  ["is trusted under rfc5280", { profile: "rfc5280" }, "trusted"],
  ["is trusted under webpki", { profile: "webpki" }, "trusted"],
  ["is trusted without an intermediate", { intermediate: null }, "trusted"],
]);

laws("validity", [
  ["a certificate is valid at its first second", { leaf: { notBeforeAt: noon } }, "trusted"],
  ["a certificate is valid at its last second", { leaf: { notAfterAt: noon } }, "trusted"],
  [
    "a certificate is valid within its last second",
    { leaf: { notAfterAt: noon }, ask: { at: noon + 999 } },
    "trusted",
  ],
  ["a certificate is expired one second later", { leaf: { notAfterAt: noon - second } }, "expired"],
  [
    "a certificate is not yet valid one second before",
    { leaf: { notBeforeAt: noon + second } },
    "not-yet-valid",
  ],
  [
    "a moment is rounded down, not up",
    { leaf: { notBeforeAt: noon + second }, ask: { at: noon + 999 } },
    "not-yet-valid",
  ],
  ["an expired intermediate is refused", { intermediate: { notAfterAt: daysLater(-1) } }, "expired"],
  ["an expired root is refused", { root: { notAfterAt: daysLater(-1) } }, "expired"],
]);

laws("being a CA", [
  ["an intermediate without basicConstraints signs nothing", { intermediate: { ca: null } }, "not-a-ca"],
  [
    "an intermediate with cA false signs nothing",
    { intermediate: { ca: false, usages: ["digitalSignature"] } },
    "not-a-ca",
  ],
  ["a root without basicConstraints signs nothing", { root: { ca: null } }, "not-a-ca"],
  ["basicConstraints of a CA is critical", { intermediate: { caCritical: false } }, "irregular-certificate"],
  [
    "a CA may be the leaf under rfc5280",
    { leaf: { ca: true, usages: ["keyCertSign"] }, profile: "rfc5280" },
    "trusted",
  ],
  [
    "a CA may not be the leaf under webpki",
    { leaf: { ca: true, usages: ["keyCertSign"] }, profile: "webpki" },
    "ca-as-leaf",
  ],
  ["a leaf may say that it is no CA", { leaf: { ca: false } }, "trusted"],
]);

laws("path lengths", [
  ["a path length of zero allows a leaf", { intermediate: { pathLength: 0 } }, "trusted"],
  ["a root's path length of zero forbids an intermediate", { root: { pathLength: 0 } }, "path-too-long"],
  ["a root's path length of one allows an intermediate", { root: { pathLength: 1 } }, "trusted"],
  [
    "the leaf's own path length says nothing",
    { leaf: { ca: true, pathLength: 0, usages: ["keyCertSign"] }, intermediate: { pathLength: 0 } },
    "trusted",
  ],
  [
    "a self-issued intermediate does not count",
    { root: { name: "One", pathLength: 0 }, intermediate: { name: "One" } },
    "trusted",
  ],
  ["maxDepth 0 forbids an intermediate", { ask: { maxDepth: 0 } }, "path-too-long"],
  ["maxDepth 1 allows one", { ask: { maxDepth: 1 } }, "trusted"],
  [
    "maxDepth does not count a self-issued one",
    { root: { name: "One" }, intermediate: { name: "One" }, ask: { maxDepth: 0 } },
    "trusted",
  ],
]);

laws("key usage", [
  [
    "a CA whose usages lack keyCertSign signs nothing",
    { intermediate: { usages: ["cRLSign"] } },
    "key-usage",
  ],
  [
    "a root whose usages lack keyCertSign signs nothing",
    { root: { usages: ["digitalSignature"] } },
    "key-usage",
  ],
  ["a CA without the extension may sign", { intermediate: { usages: null } }, "trusted"],
  [
    "a leaf that is no CA may not have keyCertSign",
    { leaf: { ca: false, usages: ["digitalSignature", "keyCertSign"] } },
    "key-usage",
  ],
  ["a leaf without the extension may do anything", { leaf: { usages: null } }, "trusted"],
  ["a leaf may be for key encipherment alone", { leaf: { usages: ["keyEncipherment"] } }, "trusted"],
  [
    "a leaf that may neither sign nor agree is refused",
    { leaf: { usages: ["dataEncipherment"] } },
    "key-usage",
  ],
  ["an extension that allows nothing is refused", { leaf: { usages: [] } }, "key-usage"],
  [
    "a usage that the caller needs is looked for",
    { leaf: { usages: ["keyEncipherment"] }, ask: { keyUsages: ["digitalSignature"] } },
    "key-usage",
  ],
]);

laws("extended key usage", [
  ["a leaf for clients is not for servers", { leaf: { purposes: ["clientAuth"] } }, "wrong-usage"],
  [
    "a leaf for both is for servers",
    { leaf: { purposes: ["clientAuth", "serverAuth"] }, profile: "webpki" },
    "trusted",
  ],
  [
    "a leaf without the extension is for anything under rfc5280",
    { leaf: { purposes: null }, profile: "rfc5280" },
    "trusted",
  ],
  [
    "a leaf without the extension is refused under webpki",
    { leaf: { purposes: null }, profile: "webpki" },
    "wrong-usage",
  ],
  ["any purpose will do under rfc5280", { leaf: { purposes: ["any"] }, profile: "rfc5280" }, "trusted"],
  ["any purpose will not do under webpki", { leaf: { purposes: ["any"] }, profile: "webpki" }, "wrong-usage"],
  [
    "any purpose beside serverAuth is refused under webpki",
    { leaf: { purposes: ["serverAuth", "any"] }, profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "code signing beside serverAuth is refused under webpki",
    { leaf: { purposes: ["serverAuth", "codeSigning"] }, profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "OCSP signing beside serverAuth is allowed under rfc5280",
    { leaf: { purposes: ["serverAuth", "ocspSigning"] }, profile: "rfc5280" },
    "trusted",
  ],
  [
    "a critical extension is refused in a leaf under webpki",
    { leaf: { purposesCritical: true }, profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "a critical extension is allowed in a leaf under rfc5280",
    { leaf: { purposesCritical: true }, profile: "rfc5280" },
    "trusted",
  ],
  [
    "an intermediate for clients issues nothing for servers",
    { intermediate: { purposes: ["clientAuth"] } },
    "wrong-usage",
  ],
  [
    "an intermediate for servers issues for servers",
    { intermediate: { purposes: ["serverAuth"] }, profile: "webpki" },
    "trusted",
  ],
  [
    "a root has none under webpki",
    { root: { purposes: ["serverAuth"] }, profile: "webpki" },
    "irregular-certificate",
  ],
  ["an extension that lists nothing is malformed", { leaf: { purposes: [] } }, "malformed-certificate"],
  ["a leaf for servers is not for clients", { ask: client([]) }, "wrong-usage"],
  ["a leaf for clients is for clients", { leaf: { purposes: ["clientAuth"] }, ask: client([]) }, "trusted"],
]);

laws("host names", [
  ["letter case does not count", { ask: askFor("HOST.Example.com") }, "trusted"],
  ["one final dot in the URL does not count", { ask: askFor("host.example.com.") }, "trusted"],
  ["two final dots do", { ask: askFor("host.example.com..") }, "wrong-host"],
  ["a final dot in the certificate does count", { leaf: { names: ["dns:host.example.com."] } }, "wrong-host"],
  ["another host is refused", { ask: askFor("other.example.com") }, "wrong-host"],
  ["a subdomain is another host", { ask: askFor("a.host.example.com") }, "wrong-host"],
  ["the parent domain is another host", { ask: askFor("example.com") }, "wrong-host"],
  [
    "every name asked for has to be there",
    {
      ask: {
        names: [
          { kind: "dns", value: "host.example.com" },
          { kind: "dns", value: "b.example.com" },
        ],
      },
    },
    "wrong-host",
  ],
  ["no name asked for is no name compared", { ask: { names: [] } }, "trusted"],
  [
    "a common name never counts",
    { leaf: { names: null, name: "host.example.com" }, profile: "rfc5280" },
    "no-names",
  ],
  ["a wildcard stands for one label", { leaf: { names: ["dns:*.example.com"] } }, "trusted"],
  [
    "a wildcard does not stand for two",
    { leaf: { names: ["dns:*.com.example"] }, ask: askFor("a.b.com.example") },
    "wrong-host",
  ],
  ["a wildcard does not stand for none", { leaf: { names: ["dns:*.host.example.com"] } }, "wrong-host"],
  ["a wildcard stands left-most", { leaf: { names: ["dns:host.*.com"] } }, "wrong-host"],
  ["a wildcard is a whole label", { leaf: { names: ["dns:h*.example.com"] } }, "wrong-host"],
  [
    "a wildcard is not inside an A-label",
    { leaf: { names: ["dns:xn--*-1b3c148a.example.com"] }, ask: askFor("xn--bliss-1b3c148a.example.com") },
    "wrong-host",
  ],
  [
    "a wildcard over a top-level domain matches nothing",
    { leaf: { names: ["dns:*.com"] }, ask: askFor("example.com") },
    "wrong-host",
  ],
  ["a wildcard alone is no host name", { leaf: { names: ["dns:*"] }, ask: askFor("com") }, "wrong-host"],
  [
    "a wildcard over a registry is refused under webpki",
    { leaf: { name: "x.co.uk", names: ["dns:*.co.uk"] }, ask: askFor("x.co.uk"), profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "a wildcard below a registry is not",
    { leaf: { name: "*.x.co.uk", names: ["dns:*.x.co.uk"] }, ask: askFor("a.x.co.uk"), profile: "webpki" },
    "trusted",
  ],
  [
    "a wildcard inside a label is no host name",
    { leaf: { names: ["dns:host.example.com", "dns:h*.example.com"] } },
    "irregular-certificate",
  ],
  [
    "an address is no host name",
    { leaf: { names: ["dns:host.example.com", "dns:192.0.2.1"] } },
    "irregular-certificate",
  ],
  [
    "an underscore is no part of a host name",
    { leaf: { names: ["dns:host.example.com", "dns:a_b.example.com"] } },
    "irregular-certificate",
  ],
  [
    "an address as DNS name is no address",
    { leaf: { names: ["dns:192.0.2.1"] }, ask: askFor("192.0.2.1", "ip") },
    "wrong-host",
  ],
  [
    "an address matches an address",
    { leaf: { names: ["ip:192.0.2.1"] }, ask: askFor("192.0.2.1", "ip") },
    "trusted",
  ],
  [
    "another address does not",
    { leaf: { names: ["ip:192.0.2.1"] }, ask: askFor("192.0.2.2", "ip") },
    "wrong-host",
  ],
  [
    "IPv6 is compared as bytes",
    { leaf: { names: ["ip:2001:db8::1"] }, ask: askFor("2001:DB8:0:0::1", "ip") },
    "trusted",
  ],
  [
    "an IPv4 address is not its mapped IPv6 address",
    { leaf: { names: ["ip:192.0.2.1"] }, ask: askFor("::ffff:192.0.2.1", "ip") },
    "wrong-host",
  ],
  [
    "an octal address is no address",
    { leaf: { names: ["ip:192.0.2.1"] }, ask: askFor("192.0.2.01", "ip") },
    "wrong-host",
  ],
  [
    "a mailbox keeps the case before the @",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:Ann@example.com"] },
      ask: client(["ann@example.com"]),
    },
    "wrong-host",
  ],
  [
    "a mailbox's host has no case",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:ann@EXAMPLE.com"] },
      ask: client(["ann@example.com"]),
    },
    "trusted",
  ],
  ["a URI is no host name", { leaf: { names: ["uri:https://host.example.com/"] } }, "no-names"],
]);

laws("the subject", [
  ["an empty subject needs critical alternative names", { leaf: { name: "" } }, "irregular-certificate"],
  [
    "an empty subject with critical alternative names will do",
    { leaf: { name: "", namesCritical: true }, profile: "webpki" },
    "trusted",
  ],
  [
    "critical alternative names beside a subject are refused under webpki",
    { leaf: { namesCritical: true }, profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "critical alternative names beside a subject are allowed under rfc5280",
    { leaf: { namesCritical: true }, profile: "rfc5280" },
    "trusted",
  ],
  ["a CA has a subject", { root: { name: "" } }, "irregular-certificate"],
  [
    "an issuer is not empty",
    { leaf: { issuerName: "" }, root: { name: "" }, intermediate: null },
    "irregular-certificate",
  ],
  [
    "a common name that contradicts the names is refused under webpki",
    { leaf: { name: "other.example.com" }, profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "a common name that contradicts the names is allowed under rfc5280",
    { leaf: { name: "other.example.com" }, profile: "rfc5280" },
    "trusted",
  ],
  [
    "a common name is a copy, letter case too, under webpki",
    { leaf: { name: "Host.example.com" }, profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "a hexadecimal address is no copy",
    {
      leaf: { name: "0xC0000201", names: ["ip:192.0.2.1"] },
      ask: askFor("192.0.2.1", "ip"),
      profile: "webpki",
    },
    "irregular-certificate",
  ],
  [
    "an address with leading zeros is no copy",
    {
      leaf: { name: "192.000.002.001", names: ["ip:192.0.2.1"] },
      ask: askFor("192.0.2.1", "ip"),
      profile: "webpki",
    },
    "irregular-certificate",
  ],
  [
    "an IPv6 address is written by RFC 5952",
    {
      leaf: { name: "2001:DB8::1", names: ["ip:2001:db8::1"] },
      ask: askFor("2001:db8::1", "ip"),
      profile: "webpki",
    },
    "irregular-certificate",
  ],
  [
    "an IPv6 address written by RFC 5952 will do",
    {
      leaf: { name: "2001:db8::1", names: ["ip:2001:db8::1"] },
      ask: askFor("2001:db8::1", "ip"),
      profile: "webpki",
    },
    "trusted",
  ],
  [
    "a common name of another kind contradicts nothing",
    { leaf: { names: ["ip:192.0.2.1"] }, ask: askFor("192.0.2.1", "ip"), profile: "webpki" },
    "trusted",
  ],
]);

laws("name constraints on DNS names", [
  ["a name inside what is permitted will do", { intermediate: { permit: ["dns:example.com"] } }, "trusted"],
  [
    "a name equal to what is permitted will do",
    { intermediate: { permit: ["dns:host.example.com"] } },
    "trusted",
  ],
  ["a name outside is refused", { intermediate: { permit: ["dns:example.net"] } }, "name-constraint"],
  ["labels count, not letters", { intermediate: { permit: ["dns:ample.com"] } }, "name-constraint"],
  ["letter case does not", { intermediate: { permit: ["dns:EXAMPLE.com"] } }, "trusted"],
  [
    "one of several permitted is enough",
    { intermediate: { permit: ["dns:example.net", "dns:example.com"] } },
    "trusted",
  ],
  ["an excluded name is refused", { intermediate: { exclude: ["dns:example.com"] } }, "name-constraint"],
  ["an exclusion elsewhere is not", { intermediate: { exclude: ["dns:example.net"] } }, "trusted"],
  [
    "exclusion beats permission",
    { intermediate: { permit: ["dns:example.com"], exclude: ["dns:host.example.com"] } },
    "name-constraint",
  ],
  ["the empty name excludes all", { intermediate: { exclude: ["dns:"] } }, "name-constraint"],
  [
    "every name of the leaf is looked at",
    {
      leaf: { names: ["dns:host.example.com", "dns:x.example.net"] },
      intermediate: { permit: ["dns:example.com"] },
    },
    "name-constraint",
  ],
  ["the root's constraints count", { root: { permit: ["dns:example.net"] } }, "name-constraint"],
  [
    "a CA below cannot widen them",
    { root: { permit: ["dns:example.net"] }, intermediate: { permit: ["dns:example.com"] } },
    "name-constraint",
  ],
  [
    "a CA below can narrow them",
    { root: { permit: ["dns:example.com"] }, intermediate: { permit: ["dns:other.example.com"] } },
    "name-constraint",
  ],
  [
    "the names of an intermediate are looked at",
    { root: { permit: ["dns:example.com"] }, intermediate: { names: ["dns:example.net"] } },
    "name-constraint",
  ],
  [
    "those of a self-issued intermediate are not",
    {
      root: { name: "One", permit: ["dns:example.com"] },
      intermediate: { name: "One", names: ["dns:example.net"] },
    },
    "trusted",
  ],
  [
    "a wildcard inside what is permitted will do",
    { leaf: { names: ["dns:*.example.com"] }, intermediate: { permit: ["dns:example.com"] } },
    "trusted",
  ],
  [
    "a wildcard of which only a part is permitted is refused",
    { leaf: { names: ["dns:*.example.com"] }, intermediate: { permit: ["dns:host.example.com"] } },
    "name-constraint",
  ],
  [
    "a wildcard of which a part is excluded is refused",
    { leaf: { names: ["dns:*.example.com"] }, intermediate: { exclude: ["dns:bar.example.com"] } },
    "name-constraint",
  ],
  [
    "a wildcard that cannot reach what is excluded is not",
    { leaf: { names: ["dns:*.example.com"] }, intermediate: { exclude: ["dns:a.bar.example.com"] } },
    "trusted",
  ],
  [
    "a constraint with a wildcard is malformed",
    { intermediate: { permit: ["dns:*.example.com"] } },
    "malformed-certificate",
  ],
  [
    "a constraint with a leading dot is malformed",
    { intermediate: { permit: ["dns:.example.com"] } },
    "malformed-certificate",
  ],
  [
    "a name that is none cannot be inside",
    {
      leaf: { names: ["dns:host.example.com", "dns:.example.com"] },
      intermediate: { permit: ["dns:example.com"] },
    },
    "name-constraint",
  ],
  [
    "a constraint of another form says nothing",
    { intermediate: { permit: ["ip:192.0.2.0/255.255.255.0"] } },
    "trusted",
  ],
]);

laws("name constraints of other forms", [
  [
    "an address inside a network will do",
    {
      leaf: { names: ["ip:192.0.2.1"] },
      intermediate: { permit: ["ip:192.0.2.0/255.255.255.0"] },
      ask: askFor("192.0.2.1", "ip"),
    },
    "trusted",
  ],
  [
    "an address outside is refused",
    {
      leaf: { names: ["ip:192.0.3.1"] },
      intermediate: { permit: ["ip:192.0.2.0/255.255.255.0"] },
      ask: askFor("192.0.3.1", "ip"),
    },
    "name-constraint",
  ],
  [
    "an excluded IPv6 address is refused",
    {
      leaf: { names: ["ip:::1"] },
      intermediate: { exclude: ["ip:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"] },
      ask: askFor("::1", "ip"),
    },
    "name-constraint",
  ],
  [
    "an IPv6 address is outside every IPv4 network",
    {
      leaf: { names: ["ip:::1"] },
      intermediate: { permit: ["ip:0.0.0.0/0.0.0.0"] },
      ask: askFor("::1", "ip"),
    },
    "name-constraint",
  ],
  [
    "an address constraint without a mask is malformed",
    { intermediate: { permit: ["ip:192.0.2.0"] } },
    "malformed-certificate",
  ],
  [
    "a mask with a hole is malformed",
    { intermediate: { permit: ["ip:192.0.2.0/255.0.255.0"] } },
    "malformed-certificate",
  ],
  [
    "an alternative name that is a network is malformed",
    { leaf: { names: ["ip:192.0.2.0/255.255.255.0"] } },
    "malformed-certificate",
  ],
  [
    "a subject inside a permitted directory will do",
    { leaf: { name: "host.example.com" }, intermediate: { permit: ["dir:host.example.com"] } },
    "trusted",
  ],
  ["a subject outside is refused", { intermediate: { permit: ["dir:somebody"] } }, "name-constraint"],
  [
    "an excluded subject is refused",
    { intermediate: { exclude: ["dir:host.example.com"] } },
    "name-constraint",
  ],
  [
    "a directory name among the alternatives is looked at",
    { leaf: { names: ["dns:host.example.com", "dir:bad"] }, intermediate: { exclude: ["dir:bad"] } },
    "name-constraint",
  ],
  [
    "a mailbox equal to the constraint will do",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@example.com"] },
      intermediate: { permit: ["email:a@example.com"] },
      ask: client(["a@example.com"]),
    },
    "trusted",
  ],
  [
    "a mailbox on the host will do",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@example.com"] },
      intermediate: { permit: ["email:example.com"] },
      ask: client(["a@example.com"]),
    },
    "trusted",
  ],
  [
    "a mailbox on a subdomain of the host is refused",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@b.example.com"] },
      intermediate: { permit: ["email:example.com"] },
      ask: client(["a@b.example.com"]),
    },
    "name-constraint",
  ],
  [
    "a domain with a leading dot holds its subdomains",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@b.example.com"] },
      intermediate: { permit: ["email:.example.com"] },
      ask: client(["a@b.example.com"]),
    },
    "trusted",
  ],
  [
    "and not itself",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@example.com"] },
      intermediate: { permit: ["email:.example.com"] },
      ask: client(["a@example.com"]),
    },
    "name-constraint",
  ],
  [
    "asterisks in a mailbox are letters",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@example.com"] },
      intermediate: { permit: ["email:**@example.com"] },
      ask: client(["a@example.com"]),
    },
    "name-constraint",
  ],
  [
    "a mailbox with two @ cannot be inside",
    {
      leaf: { purposes: ["clientAuth"], names: ["email:a@b@example.com"] },
      intermediate: { permit: ["email:example.com"] },
      ask: client([]),
    },
    "name-constraint",
  ],
  [
    "a constraint with two @ is malformed",
    { intermediate: { permit: ["email:a@b@example.com"] } },
    "malformed-certificate",
  ],
  [
    "a URI's host is what is constrained",
    {
      leaf: { names: ["dns:host.example.com", "uri:https://user@www.example.com:8443/x"] },
      intermediate: { permit: ["uri:www.example.com"] },
    },
    "trusted",
  ],
  [
    "a URI on a subdomain needs the leading dot",
    {
      leaf: { names: ["dns:host.example.com", "uri:https://www.example.com/"] },
      intermediate: { permit: ["uri:example.com"] },
    },
    "name-constraint",
  ],
  [
    "a URI with an address cannot be placed",
    {
      leaf: { names: ["dns:host.example.com", "uri:https://192.0.2.1/"] },
      intermediate: { exclude: ["uri:.example.com"] },
    },
    "name-constraint",
  ],
  [
    "an unknown form that is constrained and present is refused",
    {
      leaf: { names: ["dns:host.example.com", `other:${any}`] },
      intermediate: { exclude: [`other:${any}`] },
    },
    "name-constraint",
  ],
  [
    "an unknown form that is constrained and absent is not",
    { intermediate: { exclude: [`other:${any}`] } },
    "trusted",
  ],
]);

laws("the form of name constraints", [
  [
    "they are critical under rfc5280",
    { intermediate: { permit: ["dns:example.com"], constraintsCritical: false }, profile: "rfc5280" },
    "irregular-certificate",
  ],
  [
    "they need not be under webpki",
    { intermediate: { permit: ["dns:example.com"], constraintsCritical: false }, profile: "webpki" },
    "trusted",
  ],
  [
    "and count all the same",
    { intermediate: { permit: ["dns:example.net"], constraintsCritical: false }, profile: "webpki" },
    "name-constraint",
  ],
  ["a leaf has none", { leaf: { permit: ["dns:example.com"] } }, "irregular-certificate"],
  ["an empty list of subtrees is malformed", { intermediate: { permit: [] } }, "malformed-certificate"],
]);

laws("extensions", [
  [
    "an unknown critical one in the leaf is refused",
    { leaf: { extra: [extension(any, true, writeNull())] } },
    "unknown-critical-extension",
  ],
  [
    "an unknown critical one in an intermediate is refused",
    { intermediate: { extra: [extension(any, true, writeNull())] } },
    "unknown-critical-extension",
  ],
  [
    "an unknown critical one in the root is refused",
    { root: { extra: [extension(any, true, writeNull())] } },
    "unknown-critical-extension",
  ],
  [
    "an unknown one that is not critical is passed over",
    { leaf: { extra: [extension(any, false, writeNull())] } },
    "trusted",
  ],
  [
    "a precertificate is no certificate (RFC 6962 §3.1)",
    { leaf: { extra: [extension(extensionOid.precertificatePoison, true, writeNull())] } },
    "unknown-critical-extension",
  ],
  [
    "a malformed authorityInfoAccess is refused",
    { leaf: { extra: [extension(extensionOid.authorityInfoAccess, false, writeUtf8String("no"))] } },
    "malformed-certificate",
  ],
  [
    "an authorityInfoAccess is not critical",
    {
      leaf: {
        extra: [
          extension(
            extensionOid.authorityInfoAccess,
            true,
            writeSequence(
              writeSequence(
                writeOid("1.3.6.1.5.5.7.48.2"),
                writePrimitive(6, new TextEncoder().encode("http://x/")),
              ),
            ),
          ),
        ],
      },
    },
    "irregular-certificate",
  ],
  [
    "alternative names that are no DER are refused",
    {
      leaf: {
        names: null,
        extra: [extension(extensionOid.subjectAltName, false, new TextEncoder().encode("host.example.com"))],
      },
    },
    "malformed-certificate",
  ],
  [
    "an alternative name above ASCII is refused",
    {
      leaf: {
        names: null,
        extra: [
          extension(
            extensionOid.subjectAltName,
            false,
            writeSequence(writePrimitive(2, new TextEncoder().encode("ü.example.com"))),
          ),
        ],
      },
    },
    "malformed-certificate",
  ],
]);

laws("key identifiers", [
  ["a leaf names its issuer's key", { leaf: { authorityKeyId: null } }, "irregular-certificate"],
  [
    "an intermediate names its issuer's key",
    { intermediate: { authorityKeyId: null } },
    "irregular-certificate",
  ],
  ["a CA names its own key", { intermediate: { subjectKeyId: null } }, "irregular-certificate"],
  ["a root names its own key", { root: { subjectKeyId: null } }, "irregular-certificate"],
  ["a leaf need not name its own", { leaf: { subjectKeyId: null } }, "trusted"],
  [
    "identifiers that differ do not stop a signature that holds",
    { leaf: { authorityKeyId: Uint8Array.of(1, 2, 3) } },
    "trusted",
  ],
  [
    "a root's two identifiers agree under webpki",
    { root: { authorityKeyId: Uint8Array.of(1, 2, 3) }, profile: "webpki" },
    "irregular-certificate",
  ],
  [
    "a root of a public store is not held to later rules of form",
    { root: { subjectKeyId: null, caCritical: false }, source: { store: "mozilla" } },
    "trusted",
  ],
]);

laws("serial numbers, versions, times", [
  ["zero is none", { leaf: { serial: 0 } }, "irregular-certificate"],
  ["20 octets will do", { leaf: { serial: new Uint8Array(20).fill(0x7f) } }, "trusted"],
  ["20 octets and one for the sign will do", { leaf: { serial: new Uint8Array(20).fill(0xff) } }, "trusted"],
  ["21 octets are too many", { leaf: { serial: new Uint8Array(21).fill(0x7f) } }, "irregular-certificate"],
  ["a negative one is none", { leaf: { serial: -5 } }, "irregular-certificate"],
  ["a root may have zero", { root: { serial: 0 } }, "trusted"],
  [
    "a certificate of version 1 is refused",
    { leaf: { version: 1 }, ask: { names: [] } },
    "irregular-certificate",
  ],
  [
    "a certificate of version 2 is refused",
    { leaf: { version: 2 }, ask: { names: [] } },
    "irregular-certificate",
  ],
]);

laws("signatures and keys", [
  ["a signature by another key is refused", { leaf: { forged: true } }, "bad-signature"],
  ["a forged intermediate is refused", { intermediate: { forged: true } }, "bad-signature"],
  ["SHA-1 is refused under rfc5280", { leaf: { hash: "sha1" }, profile: "rfc5280" }, "weak-signature"],
  ["SHA-1 is refused under webpki", { leaf: { hash: "sha1" }, profile: "webpki" }, "weak-signature"],
  ["SHA-1 on the root's own signature does not matter", { root: { hash: "sha1" } }, "trusted"],
  [
    "two algorithm fields that differ are refused",
    { leaf: { innerAlgorithm: signatureAlgorithm("sha1") } },
    "malformed-certificate",
  ],
  ["an RSA key of 2048 bits will do", { leaf: { keys: rsa(2048) }, profile: "webpki" }, "trusted"],
  ["an RSA key of 1024 bits is weak", { leaf: { keys: rsa(1024) } }, "weak-key"],
  [
    "an RSA key of 2052 bits is refused under webpki",
    { leaf: { keys: rsa(2052) }, profile: "webpki" },
    "weak-key",
  ],
  [
    "an RSA key of 2052 bits is allowed under rfc5280",
    { leaf: { keys: rsa(2052) }, profile: "rfc5280" },
    "trusted",
  ],
  ["P-384 will do", { leaf: { keys: ec("P-384") }, profile: "webpki" }, "trusted"],
  ["P-192 is weak", { leaf: { keys: ec("prime192v1") } }, "weak-key"],
  ["secp256k1 is refused under webpki", { leaf: { keys: ec("secp256k1") }, profile: "webpki" }, "weak-key"],
  [
    "Ed25519 is refused under webpki",
    { leaf: { keys: generateKeyPairSync("ed25519") }, profile: "webpki" },
    "weak-key",
  ],
  [
    "Ed25519 is allowed under rfc5280",
    { leaf: { keys: generateKeyPairSync("ed25519") }, profile: "rfc5280" },
    "trusted",
  ],
  [
    "a curve that is described, not named, is refused (CVE-2020-0601)",
    { leaf: { spki: explicitCurveKey() } },
    "weak-key",
  ],
  [
    "a root with such a curve is refused, too",
    { root: { spki: explicitCurveKey() }, intermediate: null },
    "bad-signature",
  ],
]);

laws("policies", [
  ["nobody asks for one by default", {}, "trusted"],
  [
    "an explicit policy that is required and there will do",
    { intermediate: { requireExplicitPolicy: 0, policies: [policyA] }, leaf: { policies: [policyA] } },
    "trusted",
  ],
  [
    "an explicit policy that is required and missing is refused",
    { intermediate: { requireExplicitPolicy: 0, policies: [policyA] } },
    "policy-not-met",
  ],
  [
    "a policy that the CA does not have is refused",
    { intermediate: { requireExplicitPolicy: 0, policies: [policyA] }, leaf: { policies: [policyB] } },
    "policy-not-met",
  ],
  [
    "a CA with any policy passes on the leaf's",
    { intermediate: { requireExplicitPolicy: 0, policies: [anyPolicy] }, leaf: { policies: [policyB] } },
    "trusted",
  ],
  [
    "unless any policy is inhibited",
    {
      intermediate: { requireExplicitPolicy: 0, inhibitAnyPolicy: 0, policies: [policyA] },
      leaf: { policies: [anyPolicy] },
    },
    "policy-not-met",
  ],
  [
    "a requirement further down than the path reaches is none",
    { intermediate: { requireExplicitPolicy: 3 } },
    "trusted",
  ],
  [
    "a mapped policy is the one expected",
    {
      intermediate: { requireExplicitPolicy: 0, policies: [policyA], mappings: [[policyA, policyB]] },
      leaf: { policies: [policyB] },
    },
    "trusted",
  ],
  [
    "the policy it was mapped from is not",
    {
      intermediate: { requireExplicitPolicy: 0, policies: [policyA], mappings: [[policyA, policyB]] },
      leaf: { policies: [policyA] },
    },
    "policy-not-met",
  ],
  [
    "any policy is never mapped",
    {
      intermediate: { policies: [anyPolicy], mappings: [[anyPolicy, policyB]] },
      leaf: { policies: [policyB] },
    },
    "policy-not-met",
  ],
  [
    "policyConstraints is critical",
    { intermediate: { requireExplicitPolicy: 3, policyConstraintsCritical: false } },
    "policy-not-met",
  ],
  [
    "a policy that stands twice is malformed",
    { leaf: { policies: [policyA, policyA] } },
    "malformed-certificate",
  ],
]);

laws("names are compared by RFC 5280 §7.1", [
  [
    "letter case and white space do not count",
    { intermediate: { name: "Test  Intermediate" }, leaf: { issuerName: " test intermediate" } },
    "trusted",
  ],
  ["other letters do", { leaf: { issuerName: "Test Intermediates" } }, "missing-intermediate"],
  [
    "a subject of the same letters in another string type is the same",
    {
      root: {
        subject: writeSequence(
          writeElement(
            0x31,
            writeSequence(writeOid("2.5.4.3"), writeElement(0x13, new TextEncoder().encode("Test Root"))),
          ),
        ),
      },
      intermediate: { issuerName: "Test Root" },
    },
    "trusted",
  ],
]);
