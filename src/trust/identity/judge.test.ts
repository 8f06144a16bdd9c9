/** What speaks against a client's certificate: each finding is provoked by one change of a certificate that is good. */
import { describe, expect, it } from "vitest";
import {
  daysLater,
  distinguishedName,
  makeKeys,
  mintIntermediate,
  mintLeaf,
  mintRoot,
  noon,
  rsaKeys,
  type Minted,
  type Shape,
} from "../../../test/pki/index.ts";
import { trustPorts } from "../../admission/index.ts";
import type { CertificateRequest, HelloVersion } from "../../core/index.ts";
import { adviseIdentity, clauseOfIdentity, explainIdentity } from "./explain.ts";
import { identityAuthorities, identitySeverities } from "./finding.ts";
import { judgeIdentity, type IdentityClient, type IdentityRequest, type IdentityVerdict } from "./judge.ts";

const root = mintRoot({ name: "Device Root" });
const stranger = mintRoot({ name: "Other Root" });
const intermediate = mintIntermediate(root, { name: "Device CA" });
const device = (shape: Shape = {}, issuer: Minted = intermediate): Minted =>
  mintLeaf(issuer, { name: "device-17", purposes: ["clientAuth"], names: null, ...shape });
const own = device();

const asked: CertificateRequest = {
  authorities: [root.subject],
  authoritiesLeftOut: 0,
  signatureAlgorithms: ["ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"],
  certificateTypes: [],
};
const esp: IdentityClient = {
  title: "A device",
  signatureAlgorithms: ["ecdsa_secp256r1_sha256"],
  groups: ["secp256r1"],
  sends: { kind: "all" },
};
const lone: IdentityClient = { ...esp, sends: { kind: "first" } };
const newer: IdentityClient = { ...esp, sends: { kind: "newer", older: "an older device" } };

interface Case extends Partial<Omit<IdentityRequest, "certificates">> {
  readonly sent?: readonly Minted[];
}

function judge({ sent = [own, intermediate], ...changes }: Case = {}): IdentityVerdict | undefined {
  const certificates = sent.map(({ certificate }) => certificate);
  const usual = {
    isWhole: true,
    at: noon,
    keyMatches: true,
    asked,
    version: "TLSv1.3",
    client: undefined,
  } as const;
  return judgeIdentity({ ...usual, certificates, ...changes }, trustPorts);
}

const asking = (changes: Partial<CertificateRequest>): CertificateRequest => ({ ...asked, ...changes });
const tls12: { readonly version: HelloVersion } = { version: "TLSv1.2" };

describe("nothing speaks against", () => {
  it.each<readonly [law: string, given: Case]>([
    ["a certificate whose chain leads to a CA that the server names", {}],
    ["one issued by a CA that the server names", { sent: [device({}, root)] }],
    ["one without extended key usage", { sent: [device({ purposes: null }), intermediate] }],
    ["one for every purpose", { sent: [device({ purposes: ["any"] }), intermediate] }],
    ["one without key usage", { sent: [device({ usages: null }), intermediate] }],
    ["a name that cannot be read", { asked: asking({ authorities: [root.subject, new Uint8Array([1])] }) }],
    ["an RSA key, where RSA-PSS is asked for", { sent: [device({ keys: rsaKeys() }), intermediate] }],
    [
      "a key of another curve, where TLS 1.2 asks for ECDSA",
      { sent: [device({ keys: makeKeys("P-384") }), intermediate], ...tls12 },
    ],
    [
      "a key whose type TLS 1.2 asks for",
      { ...tls12, asked: asking({ certificateTypes: ["rsa_sign", "ecdsa_sign"] }) },
    ],
    ["what may come along and is not known", { sent: [own], isWhole: false }],
    [
      "another authority beside a name that cannot be read",
      { asked: asking({ authorities: [stranger.subject, new Uint8Array([1])] }) },
    ],
    [
      "other authorities, of a list that was cut",
      { asked: asking({ authorities: [stranger.subject], authoritiesLeftOut: 1 }) },
    ],
    ["what is not known of the server", { asked: undefined }],
    ["a key that is not at hand", { keyMatches: undefined }],
    ["a device that has the key's scheme and curve", { client: esp }],
    [
      "a device that sends the first certificate alone, where a CA issued it that the server names",
      { sent: [device({}, root)], client: lone },
    ],
    [
      "such a device, where the server names the intermediate",
      { asked: asking({ authorities: [intermediate.subject] }), client: lone },
    ],
    ["such a device, where the server asks for none", { sent: [own], asked: undefined, client: lone }],
  ])("%s", (_law, given) => {
    expect(judge(given)).toMatchObject({ outlook: "nothing-against", findings: [] });
  });
});

describe("what speaks against it", () => {
  const ca = mintIntermediate(root, { name: "A CA", usages: ["digitalSignature", "keyCertSign"] });
  const selfSigned = mintRoot({ name: "device-17", ca: null, usages: ["digitalSignature"] });
  const namesake = mintIntermediate(root, { name: "Device CA" });
  const late = mintIntermediate(root, { name: "Device CA", notAfterAt: daysLater(-1) });
  const forServers = mintIntermediate(root, { name: "Device CA", purposes: ["serverAuth"] });

  it.each<readonly [law: string, given: Case, codes: readonly string[], outlook: string]>([
    ["the server asks for none", { asked: "not-asked" }, ["not-asked"], "not-asked"],
    ["a key of another certificate", { keyMatches: false }, ["key-mismatch"], "unusable"],
    ["it expired", { at: daysLater(61) }, ["expired"], "unusable"],
    [
      "it is not valid yet",
      { sent: [device({ notBeforeAt: daysLater(1) }), intermediate] },
      ["not-yet-valid"],
      "unusable",
    ],
    ["its intermediate expired", { sent: [device({}, late), late] }, ["expired"], "unusable"],
    [
      "it is for servers",
      { sent: [device({ purposes: ["serverAuth"] }), intermediate] },
      ["not-for-clients"],
      "unusable",
    ],
    [
      "its intermediate is for servers",
      { sent: [device({}, forServers), forServers] },
      ["not-for-clients"],
      "unusable",
    ],
    [
      "its key may not sign",
      { sent: [device({ usages: ["keyEncipherment"] }), intermediate] },
      ["cannot-sign"],
      "unusable",
    ],
    ["it is a CA's", { sent: [ca] }, ["ca-certificate"], "likely-refused"],
    [
      "a scheme that is not asked for",
      { sent: [device({ keys: makeKeys("Ed25519") }), intermediate] },
      ["scheme-not-asked"],
      "unusable",
    ],
    [
      "a curve that TLS 1.3 does not ask for",
      { sent: [device({ keys: makeKeys("P-384") }), intermediate] },
      ["scheme-not-asked"],
      "unusable",
    ],
    [
      "an RSA key, where TLS 1.3 asks for PKCS#1 alone",
      {
        sent: [device({ keys: rsaKeys() }), intermediate],
        asked: asking({ signatureAlgorithms: ["rsa_pkcs1_sha256"] }),
      },
      ["scheme-not-asked"],
      "unusable",
    ],
    [
      "a type of certificate that TLS 1.2 does not ask for",
      { ...tls12, asked: asking({ certificateTypes: ["rsa_sign"] }) },
      ["type-not-asked"],
      "likely-refused",
    ],
    [
      "a device without the scheme of its key",
      { client: { ...esp, signatureAlgorithms: ["rsa_pss_rsae_sha256"] } },
      ["client-lacks-key"],
      "likely-refused",
    ],
    [
      "a device without the curve of its key",
      { client: { ...esp, groups: ["x25519"] } },
      ["client-lacks-key"],
      "likely-refused",
    ],
    [
      "no name on its chain is among the server's",
      { asked: asking({ authorities: [stranger.subject] }) },
      ["issuer-not-named"],
      "likely-refused",
    ],
    ["the intermediate is left out", { sent: [own] }, ["issuer-not-named"], "likely-refused"],
    [
      "the intermediate is left out and the root is there",
      { sent: [own, root] },
      ["missing-intermediate"],
      "likely-refused",
    ],
    [
      "one of the issuer's name that did not sign it",
      { sent: [own, namesake] },
      ["not-signed-by"],
      "likely-refused",
    ],
    [
      "the certificates are out of order",
      { sent: [own, root, intermediate] },
      ["out-of-order", "root-sent"],
      "likely-refused",
    ],
    ["the root is sent along", { sent: [own, intermediate, root] }, ["root-sent"], "nothing-against"],
    [
      "a certificate of another chain is sent along",
      { sent: [own, intermediate, root, stranger] },
      ["unrelated-certificate", "root-sent"],
      "nothing-against",
    ],
    ["it is self-signed", { sent: [selfSigned] }, ["self-signed"], "likely-refused"],
    [
      "the device sends the first alone, and the server needs the intermediate",
      { client: lone },
      ["chain-not-sent"],
      "likely-refused",
    ],
    [
      "the device sends the first alone, and the server names nobody",
      { asked: asking({ authorities: [] }), client: lone },
      ["issuers-untold", "chain-kept-back"],
      "nothing-against",
    ],
    [
      "the server names no CA, which may be another",
      { sent: [own], asked: asking({ authorities: [] }) },
      ["issuers-untold"],
      "nothing-against",
    ],
    [
      "the device sends the first alone, and what the server asks is not known",
      { asked: undefined, client: lone },
      ["chain-kept-back"],
      "nothing-against",
    ],
    [
      "the device sends the first alone, and nothing in the file leads there",
      { asked: asking({ authorities: [stranger.subject] }), client: lone },
      ["issuer-not-named"],
      "likely-refused",
    ],
    [
      "older releases of the device send the first alone",
      { client: newer },
      ["chain-kept-back"],
      "nothing-against",
    ],
    [
      "what the device does not send is as good as not there",
      { sent: [own, root, intermediate], client: lone },
      ["chain-not-sent"],
      "likely-refused",
    ],
  ])("%s", (_law, given, codes, outlook) => {
    const verdict = judge(given);
    expect(verdict?.findings.map(({ code }) => code)).toEqual(codes);
    expect(verdict?.outlook).toBe(outlook);
    for (const finding of verdict?.findings ?? []) {
      expect(explainIdentity(finding)).toMatch(/^[A-Z"].*\.$/);
      expect(explainIdentity(finding).toLowerCase()).toContain(clauseOfIdentity(finding).toLowerCase());
      expect(explainIdentity(finding)).not.toContain("undefined");
      // Whatever is more than a note has a remedy.
      if (identitySeverities[finding.code] !== "note") expect(adviseIdentity(finding)).toMatch(/^[A-Z].*\.$/);
      expect(identityAuthorities[finding.code]).not.toBe("");
    }
    reached.push(...codes);
  });

  const reached: string[] = [];
  it("is all of this", () => {
    expect(Object.keys(identitySeverities).toSorted()).toEqual([...new Set(reached)].toSorted());
  });

  it("is said with names and days", () => {
    const [late1] = judge({ sent: [device({}, late), late] })?.findings ?? [];
    expect(late1 && explainIdentity(late1)).toBe(
      'Its intermediate "Device CA" expired on 2026-01-14 12:00:00 UTC.',
    );
    const [unnamed] =
      judge({ sent: [own], asked: asking({ authorities: [stranger.subject] }) })?.findings ?? [];
    expect(unnamed && explainIdentity(unnamed)).toMatch(
      /^The server asks for .* leads to "CN=Other Root", and what is sent names "CN=Device CA" as issuer\. An intermediate .* may be missing in the file/,
    );
  });

  it("an intermediate is not advised to who would not send it", () => {
    const [finding] =
      judge({ sent: [own], asked: asking({ authorities: [stranger.subject] }), client: lone })?.findings ??
      [];
    expect(finding && explainIdentity(finding)).toContain(
      "would have to be the server's own, since A device",
    );
    expect(finding && adviseIdentity(finding)).not.toContain("intermediates");
    const [needed] = judge({ client: lone })?.findings ?? [];
    expect(needed && explainIdentity(needed)).toContain(
      'what leads there, "Device CA", is not sent: A device sends the first certificate of a file alone.',
    );
  });
});

it("ends with the first of its chain; a root's own dates do not count", () => {
  expect(judge()?.untilAt).toBe(daysLater(60));
  const brief = mintIntermediate(root, { name: "Device CA", notAfterAt: daysLater(10) });
  expect(judge({ sent: [device({}, brief), brief] })?.untilAt).toBe(daysLater(10));
  const old = mintRoot({ name: "Device Root", notAfterAt: daysLater(5) });
  expect(judge({ sent: [device({}, old), old] })).toMatchObject({
    untilAt: daysLater(60),
    outlook: "nothing-against",
  });
});

it("nothing is said where there is no certificate", () => {
  expect(judge({ sent: [] })).toBeUndefined();
});

it("names are compared as RFC 5280 has them compared", () => {
  const shouting = distinguishedName("DEVICE  ROOT");
  expect(judge({ asked: asking({ authorities: [shouting] }) })?.findings).toEqual([]);
});

it("a file of hundreds of certificates of one name is looked at within bounds", () => {
  const many = Array.from({ length: 300 }, () => intermediate);
  let checks = 0;
  const counting = {
    verifySignature: () => {
      checks++;
      return false;
    },
  };
  const certificates = [own, ...many].map(({ certificate }) => certificate);
  judgeIdentity(
    {
      certificates,
      isWhole: true,
      at: noon,
      keyMatches: undefined,
      asked,
      version: undefined,
      client: undefined,
    },
    counting,
  );
  expect(checks).toBeLessThanOrEqual(32);
});
