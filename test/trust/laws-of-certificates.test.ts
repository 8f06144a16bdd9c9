/** What the engine accepts and refuses in certificates: each row is a law. */
import { generateKeyPairSync } from "node:crypto";
import {
  writeConstructed,
  writeInteger,
  writeNull,
  writeOid,
  writePrimitive,
  writeSequence,
  writeUtf8String,
} from "../../src/der/index.ts";
import { extensionOid, purposeOid } from "../../src/x509/index.ts";
import { client, laws } from "./laws.ts";
import type { Scenario } from "./scenario.ts";
import {
  daysLater,
  explicitCurveSpki,
  extension,
  type Keys,
  noon,
  signatureAlgorithm,
} from "../pki/index.ts";

const second = 1000;
const any = "1.2.3.4";
const rsa = (modulusLength: number): Keys => generateKeyPairSync("rsa", { modulusLength });
const ec = (namedCurve: string): Keys => generateKeyPairSync("ec", { namedCurve });

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
  ["a leaf may say that it is not a CA", { leaf: { ca: false } }, "trusted"],
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
    "maxDepth does not count an anchor that another CA issued",
    { root: { issuerName: "Elsewhere" }, ask: { maxDepth: 1 } },
    "trusted",
  ],
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
    "a leaf that is not a CA may not have keyCertSign",
    { leaf: { ca: false, usages: ["digitalSignature", "keyCertSign"] } },
    "key-usage",
  ],
  ["a leaf without the extension may do anything", { leaf: { usages: null } }, "trusted"],
  ["a leaf may be for key agreement alone", { leaf: { usages: ["keyAgreement"] } }, "trusted"],
  ["a leaf may be for key encipherment alone", { leaf: { usages: ["keyEncipherment"] } }, "trusted"],
  [
    "a leaf that may neither sign nor agree is refused",
    { leaf: { usages: ["dataEncipherment"] } },
    "key-usage",
  ],
  ["an extension that allows nothing is refused", { leaf: { usages: [] } }, "key-usage"],
  [
    "a usage that the caller needs and the leaf has will do",
    { ask: { keyUsages: ["digitalSignature"] } },
    "trusted",
  ],
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
  [
    "another purpose may be asked for",
    { leaf: { purposes: ["emailProtection"] }, ask: { extendedKeyUsages: [purposeOid.emailProtection] } },
    "trusted",
  ],
  ["and is then needed", { ask: { extendedKeyUsages: [purposeOid.emailProtection] } }, "wrong-usage"],
  ["a leaf for servers is not for clients", { ask: client([]) }, "wrong-usage"],
  ["a leaf for clients is for clients", { leaf: { purposes: ["clientAuth"] }, ask: client([]) }, "trusted"],
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
    "a precertificate is not a certificate (RFC 6962 §3.1)",
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
    "alternative names that are not DER are refused",
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

const policies = writeSequence(writeSequence(writeOid("1.2.3.4")));
const uri = writePrimitive(6, new TextEncoder().encode("http://x.example/"));
const points = writeSequence(writeSequence(writeConstructed(0, writeConstructed(0, uri))));
const critical = (name: keyof typeof extensionOid, value: Uint8Array): Scenario => ({
  leaf: { extra: [extension(extensionOid[name], true, value)] },
});

laws("what is checked may be critical:", [
  ["basic constraints", { leaf: { ca: false, caCritical: true } }, "trusted"],
  ["alternative names", { leaf: { namesCritical: true } }, "trusted"],
  ["extended key usage", { leaf: { purposesCritical: true } }, "trusted"],
  ["name constraints", { intermediate: { permit: ["dns:example.com"] } }, "trusted"],
  ["policies", critical("certificatePolicies", policies), "trusted"],
  [
    "policy mappings, policy constraints, and any policy inhibited",
    { intermediate: { mappings: [["1.2.3.4", "1.2.3.5"]], requireExplicitPolicy: 9, inhibitAnyPolicy: 9 } },
    "trusted",
  ],
  ["distribution points", critical("crlDistributionPoints", points), "trusted"],
]);

laws("what is known and not checked may not be critical:", [
  [
    "what TLS has to do",
    critical("tlsFeature", writeSequence(writeInteger(5))),
    "unknown-critical-extension",
  ],
  ["other names of the issuer", critical("issuerAltName", writeSequence(uri)), "unknown-critical-extension"],
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
    { leaf: { spki: explicitCurveSpki() } },
    "weak-key",
  ],
  [
    "a root with such a curve is refused, too",
    { root: { spki: explicitCurveSpki() }, intermediate: null },
    "bad-signature",
  ],
]);

/** As OpenSSL's `x509 -req -signkey` makes a root. */
const extensionless = { ca: null, usages: null, subjectKeyId: null, authorityKeyId: null } as const;

laws("a user's own CA, under the profile private", [
  [
    "may leave the leaf's authority key identifier out",
    { leaf: { authorityKeyId: null }, profile: "private" },
    "trusted",
  ],
  [
    "may leave a CA's key identifier out",
    { intermediate: { subjectKeyId: null }, profile: "private" },
    "trusted",
  ],
  ["may count serial numbers from zero", { leaf: { serial: 0 }, profile: "private" }, "trusted"],
  [
    "may constrain names without saying that it is critical",
    { intermediate: { permit: ["dns:example.com"], constraintsCritical: false }, profile: "private" },
    "trusted",
  ],
  [
    "is held to its constraints all the same",
    { intermediate: { permit: ["dns:example.org"], constraintsCritical: false }, profile: "private" },
    "name-constraint",
  ],
  ["is held to dates", { leaf: { notAfterAt: noon - second }, profile: "private" }, "expired"],
  ["is held to names", { leaf: { names: ["dns:other.example.com"] }, profile: "private" }, "wrong-host"],
  ["may be a root of version 1", { root: { version: 1, ...extensionless }, profile: "private" }, "trusted"],
  [
    "may mark a root by the key usage keyCertSign alone, as OpenSSL reads it",
    { root: { ...extensionless, usages: ["keyCertSign"] }, profile: "private" },
    "trusted",
  ],
  [
    "but not one that says that it is not a CA",
    { root: { ca: false, usages: ["keyCertSign"] }, profile: "private" },
    "not-a-ca",
  ],
  [
    "nor an intermediate",
    { intermediate: { ca: null, usages: ["keyCertSign"] }, profile: "private" },
    "not-a-ca",
  ],
  ["needs the CA bit in a root of version 3", { root: extensionless, profile: "private" }, "not-a-ca"],
  [
    "may say that the key of a leaf signs certificates, which makes it no CA",
    { leaf: { ca: false, usages: ["digitalSignature", "keyCertSign"] }, profile: "private" },
    "trusted",
  ],
  ["may constrain names in a leaf", { leaf: { permit: ["dns:example.com"] }, profile: "private" }, "trusted"],
  ["is held to the CA bit", { intermediate: { ca: false }, profile: "private" }, "not-a-ca"],
  ["is held to strong hashes", { leaf: { hash: "sha1" }, profile: "private" }, "weak-signature"],
]);
