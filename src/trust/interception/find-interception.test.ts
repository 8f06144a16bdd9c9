/** What speaks for somebody in between, and what does not: a chain, and the name that was asked for. */
import { describe, expect, test } from "vitest";
import { mint, nameOf, extension, type Minted, type Shape } from "../../../test/pki/index.ts";
import { writeOid, writePrimitive, writeSequence } from "../../der/index.ts";
import { extensionOid } from "../../x509/index.ts";
import { findInterception } from "./find-interception.ts";

const publicHost = "www.example.com";

interface Case {
  readonly host?: string;
  /** Organisation and common name of the CA. */
  readonly ca?: readonly [organization: string, commonName: string];
  readonly leaf?: Shape;
}

function found({ host = publicHost, ca = ["Contoso", "Contoso CA 3"], leaf: shape = {} }: Case): unknown {
  const issuer: Minted = mint({ subject: nameOf(...ca), ca: true });
  const leaf = mint({ name: host, names: [`dns:${host}`], ...shape }, issuer);
  return findInterception({ host, leaf: leaf.certificate, others: [] });
}

/** RFC 6962 §3.3: an empty list is a mark, too. */
const timestamps = extension("1.3.6.1.4.1.11129.2.4.2", false, Uint8Array.of(4, 2, 0, 0));

/** RFC 5280 §4.2.2.1: caIssuers. */
const published = extension(
  extensionOid.authorityInfoAccess,
  false,
  writeSequence(
    writeSequence(
      writeOid("1.3.6.1.5.5.7.48.2"),
      writePrimitive(6, new TextEncoder().encode("http://ca.example/ca.der")),
    ),
  ),
);

const signs: readonly (readonly [law: string, what: Case, expected: object | undefined])[] = [
  [
    "a product's name is likely it",
    { ca: ["Netskope Inc", "ca.acme.goskope.com"] },
    { certainty: "likely", product: "Netskope" },
  ],
  [
    "on a name that is not public, too",
    { host: "wiki.corp", ca: ["Fortinet", "FortiGate CA"] },
    { certainty: "likely", sign: "product", isPublicName: false },
  ],
  [
    "a debugging proxy is told apart",
    { ca: ["mitmproxy", "mitmproxy"] },
    { certainty: "likely", isDebugger: true },
  ],
  [
    "a CA that says that it inspects",
    { ca: ["Acme", "Acme SSL-Inspection Sub 2"] },
    { certainty: "likely", sign: "inspection" },
  ],
  [
    "a proxy's CA",
    { ca: ["Acme", "Corporate Web Proxy Root CA"] },
    { certainty: "likely", sign: "inspection" },
  ],
  ["a firewall's CA", { ca: ["Acme", "Forward-Trust-CA"] }, { certainty: "likely", sign: "inspection" }],
  [
    "a private CA for a public name",
    {},
    { certainty: "possible", sign: "private-ca", issuer: "Contoso CA 3", organization: "Contoso" },
  ],
  ["a proxy of a cluster's own is none", { ca: ["Contoso", "front-proxy-ca"] }, { certainty: "possible" }],
  ["a private CA for a name that is not public", { host: "wiki.corp" }, undefined],
  [
    "an inspection there is somebody's own business",
    { host: "wiki.corp", ca: ["Acme", "Acme TLS Inspection"] },
    undefined,
  ],
  ["an address has no public name", { host: "203.0.113.9", leaf: { names: ["ip:203.0.113.9"] } }, undefined],
  ["timestamps of Certificate Transparency are a public CA's", { leaf: { extra: [timestamps] } }, undefined],
  [
    "a policy of the CA/Browser Forum is a public CA's",
    { leaf: { policies: ["2.23.140.1.2.1"] } },
    undefined,
  ],
  ["where its issuer is published is a public CA's", { leaf: { extra: [published] } }, undefined],
  [
    "a policy of anybody else's is not",
    { leaf: { policies: ["1.3.6.1.4.1.99999.1"] } },
    { certainty: "possible" },
  ],
  [
    "a certificate of a developer's own is explained by that",
    { ca: ["mkcert development CA", "mkcert me"] },
    undefined,
  ],
  [
    "a vendor's own site has its name in the leaf alone",
    { leaf: { subject: nameOf("Zscaler Inc.", publicHost), policies: ["2.23.140.1.2.2"] } },
    undefined,
  ],
];

describe("what speaks for somebody in between", () => {
  test.each(signs)("%s", (_law, what, expected) => {
    if (expected === undefined) expect(found(what)).toBeUndefined();
    else expect(found(what)).toMatchObject(expected);
  });

  test("a certificate that signed itself has no CA", () => {
    const { certificate } = mint({ name: publicHost, names: [`dns:${publicHost}`] });
    expect(findInterception({ host: publicHost, leaf: certificate, others: [] })).toBeUndefined();
  });

  test.each([
    ["a product's", nameOf("Sophos", "Sophos SSL CA"), { sign: "product", product: "Sophos" }],
    ["one that says that it inspects", nameOf("Acme", "SSL_Inspection_Root"), { sign: "inspection" }],
  ])("a name higher up in the chain counts: %s", (_, subject, expected) => {
    const root = mint({ subject, ca: true });
    const issuing = mint({ name: "Sub 1", ca: true }, root);
    const leaf = mint({ name: publicHost, names: [`dns:${publicHost}`] }, issuing);
    const others = [issuing.certificate];
    expect(findInterception({ host: publicHost, leaf: leaf.certificate, others })).toMatchObject({
      ...expected,
      issuer: "Sub 1",
    });
  });

  test("everything that is said of it", () => {
    const said = { host: publicHost, isPublicName: true };
    expect(found({ ca: ["Acme", "Acme TLS Inspection"] })).toEqual({
      ...said,
      certainty: "likely",
      sign: "inspection",
      issuer: "Acme TLS Inspection",
      organization: "Acme",
      product: undefined,
      isDebugger: false,
    });
    expect(found({ ca: ["Zscaler Inc.", "Zscaler Root CA"] })).toEqual({
      ...said,
      certainty: "likely",
      sign: "product",
      issuer: "Zscaler Root CA",
      organization: "Zscaler Inc.",
      product: "Zscaler",
      isDebugger: false,
    });
  });
});

describe("what CAs call themselves that open connections", () => {
  test.each([
    "SSL Inspection",
    "Acme TLS-Decryption CA",
    "HTTPS Interception Sub CA",
    "Deep Inspection CA",
    "Acme Web Filter",
    "SSL Bump",
    "Traffic Visibility CA",
    "Acme_SSL_Inspection_CA",
    "Outbound Decryption",
    "Campus Interception",
    "MITM CA",
    "Man in the Middle",
    "DPI-SSL Root",
    "Squid CA",
    "Forward Trust",
    "forward-untrust",
    "Forward_Proxy",
    "Secure Web Gateway",
    "Internet-Gateway Sub 1",
    "Corporate Proxy CA",
    "Firewall Root CA",
    "Antivirus Issuing CA",
    "Content Filter CA",
    "Proxy Subordinate CA",
  ])("%s", (name) => {
    expect(found({ ca: ["Acme", name] })).toMatchObject({ certainty: "likely", sign: "inspection" });
  });

  test.each([
    "API Gateway CA",
    "front-proxy-ca",
    "front proxy ca",
    "Envoy Proxy CA",
    "Acme Website CA",
    "Payment Gateway",
    "Vehicle Inspectors Guild",
  ])("%s does not", (name) => {
    expect(found({ ca: ["Acme", name] })).toMatchObject({ certainty: "possible", sign: "private-ca" });
  });
});
