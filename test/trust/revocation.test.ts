/** CRLs and OCSP responses: which of them may decide, and what they decide. */
import { describe, expect, test } from "vitest";
import {
  writeBitString,
  writeConstructed,
  writeElement,
  writeOid,
  writePrimitive,
  writeSequence,
  writeTime,
} from "../../src/der/index.ts";
import { ocspAgeMs, ocspSkewMs, type Verdict } from "../../src/trust/index.ts";
import {
  type CertificateRevocationList,
  extensionOid,
  type OcspResponse,
  parseCrl,
  parseOcspResponse,
} from "../../src/x509/index.ts";
import {
  type Chain,
  type CrlShape,
  daysLater,
  extension,
  generalName,
  type Minted,
  mintChain,
  mintCrl,
  mintLeaf,
  mintOcsp,
  mintRoot,
  noon,
  type OcspShape,
  signatureAlgorithm,
} from "../pki/index.ts";
import { judgeChain, outcome, type Scenario } from "./scenario.ts";

const chain = mintChain({ intermediate: null });
const { root, leaf } = chain;
const long = mintLongChain();
const url = "http://crl.example/one.crl";

function crlOf(der: Uint8Array): CertificateRevocationList {
  const parsed = parseCrl(der);
  if (!parsed.ok) throw new Error(parsed.malformation.reason);
  return parsed.crl;
}

function withCrls(shapes: readonly CrlShape[], scenario: Scenario = {}): Verdict {
  const subject = scenario.leaf === undefined ? chain : { ...chain, leaf: mintLeaf(root, scenario.leaf) };
  return judgeChain(subject, {
    ask: { ...scenario.ask, crls: shapes.map((shape) => crlOf(mintCrl(root, shape))) },
  });
}

/** The normal chain with its intermediate. */
function mintLongChain(): Chain & { readonly intermediate: Minted } {
  const { intermediate, ...ends } = mintChain();
  if (intermediate === undefined) throw new Error("no intermediate");
  return { ...ends, intermediate };
}

/** The verdict with a list of the root's about the intermediate, and a good one about the leaf. */
function ofIntermediate(shape: CrlShape): Verdict {
  const crls = [crlOf(mintCrl(long.intermediate)), crlOf(mintCrl(long.root, shape))];
  return judgeChain(long, { ask: { crls } });
}

function uri(text: string): Uint8Array {
  return writePrimitive(6, new TextEncoder().encode(text));
}

/** A distribution point's name in full: `[0] { [0] { names } }`. */
function fullName(...names: readonly Uint8Array[]): Uint8Array {
  return writeConstructed(0, writeConstructed(0, ...names));
}

function points(...names: readonly Uint8Array[]): Uint8Array {
  return pointsOf(fullName(...names));
}

/** One distribution point of these fields. */
function pointsOf(...fields: readonly Uint8Array[]): Uint8Array {
  return extension(extensionOid.crlDistributionPoints, false, writeSequence(writeSequence(...fields)));
}

/** Somebody else who issues the list: `[2] { names }`. */
const crlIssuer = writeConstructed(2, generalName("dir:Somebody"));

const flag = (number: number): Uint8Array => writePrimitive(number, Uint8Array.of(0xff));

const unknown = (reason: string): string => `revocation-unknown: ${reason}`;
const otherPoint = unknown("it covers another distribution point");
const anotherCertificate = unknown("it is about another certificate");
const notSigned = unknown("neither the issuer nor a delegate of the issuer signed it");
const notForOcsp = unknown("the responder's certificate is not for signing OCSP responses");

/** `trusted`, or the code of the headline; with the reason where a revocation could not be looked up. */
function outcomeAndReason(verdict: Verdict): string {
  if (verdict.trusted) return "trusted";
  const { code, detail } = verdict.primary;
  return code === "revocation-unknown" ? unknown(detail.reason) : code;
}

describe("CRLs", () => {
  const rows: readonly (readonly [
    law: string,
    shapes: readonly CrlShape[],
    expected: string,
    scenario?: Scenario,
  ])[] = [
    ["a certificate that is not listed is trusted", [{}], "trusted"],
    ["a certificate that is listed is revoked", [{ revoked: [leaf] }], "revoked"],
    ["another certificate that is listed is another", [{ revoked: [root] }], "trusted"],
    ["a list that takes a certificate off is not a revocation", [{ revoked: [leaf], reason: 8 }], "trusted"],
    [
      "a list by another key decides nothing",
      [{ forged: true }],
      unknown("its issuer's key did not sign it"),
    ],
    ["a list by another key does not revoke", [{ revoked: [leaf], forged: true }, {}], "trusted"],
    [
      "a list of another issuer decides nothing",
      [{ issuerName: "Somebody" }],
      unknown("none of its issuer was supplied"),
    ],
    [
      "a list of another issuer does not revoke",
      [{ revoked: [leaf], issuerName: "Somebody" }, {}],
      "trusted",
    ],
    ["a list is good at its last second", [{ nextUpdateAt: noon }], "trusted"],
    ["a list is out of date one second later", [{ nextUpdateAt: noon - 1000 }], unknown("it is out of date")],
    ["a list is good at its first second", [{ thisUpdateAt: noon }], "trusted"],
    [
      "a list of a later date decides nothing",
      [{ thisUpdateAt: noon + 1000 }],
      unknown("it is of a later date"),
    ],
    ["what was revoked once stays revoked", [{ revoked: [leaf], nextUpdateAt: noon - 1000 }], "revoked"],
    [
      "a list without a number decides nothing",
      [{ number: null }],
      unknown("it has no number (RFC 5280 §5.2.3)"),
    ],
    [
      "a list with a critical number decides nothing",
      [{ number: "critical" }],
      unknown("its number is critical (RFC 5280 §5.2.3)"),
    ],
    [
      "a list with a serial number twice decides nothing",
      [{ revoked: [root], twice: true }],
      unknown(`it lists the serial number ${root.certificate.serial} twice`),
    ],
    [
      "an unknown critical extension decides nothing",
      [{ extra: [extension("1.2.3.4", true, Uint8Array.of(5, 0))] }],
      unknown("it has the critical extension 1.2.3.4"),
    ],
    [
      "an unknown extension that is not critical is passed over",
      [{ extra: [extension("1.2.3.4", false, Uint8Array.of(5, 0))] }],
      "trusted",
    ],
    [
      "a delta list decides nothing",
      [{ extra: [extension(extensionOid.deltaCrlIndicator, true, Uint8Array.of(2, 1, 1))] }],
      unknown("it has the critical extension 2.5.29.27"),
    ],
    ["a list for user certificates covers a leaf", [{ scope: writeSequence(flag(1)) }], "trusted"],
    [
      "a list for CA certificates does not",
      [{ scope: writeSequence(flag(2)) }],
      unknown("it covers CA certificates only"),
    ],
    [
      "an indirect list decides nothing",
      [{ scope: writeSequence(flag(4)) }],
      unknown("it is an indirect CRL"),
    ],
    [
      "a list for attribute certificates decides nothing",
      [{ scope: writeSequence(flag(5)) }],
      unknown("it covers attribute certificates only"),
    ],
    [
      "a list for some reasons decides nothing",
      [{ scope: writeSequence(writePrimitive(3, Uint8Array.of(6, 0x40))) }],
      unknown("it covers some reasons only"),
    ],
    [
      "a list of a distribution point needs the certificate to name it",
      [{ scope: writeSequence(fullName(uri(url))) }],
      otherPoint,
    ],
    [
      "and covers it where it does",
      [{ scope: writeSequence(fullName(uri(url))) }],
      "trusted",
      { leaf: { extra: [points(uri(url))] } },
    ],
    [
      "byte for byte",
      [{ scope: writeSequence(fullName(uri(url))) }],
      otherPoint,
      { leaf: { extra: [points(uri("http://crl.example/%6Fne.crl"))] } },
    ],
    [
      "with URIs only",
      [{ scope: writeSequence(fullName(uri(url))) }],
      otherPoint,
      { leaf: { extra: [points(uri(url), writePrimitive(2, Uint8Array.of(0x61)))] } },
    ],
    [
      "with the list's own issuer for its issuer (indirect lists are not used)",
      [{ scope: writeSequence(fullName(uri(url))) }],
      otherPoint,
      { leaf: { extra: [pointsOf(fullName(uri(url)), crlIssuer)] } },
    ],
    [
      "with a name, not an issuer alone",
      [{ scope: writeSequence(fullName(uri(url))) }],
      otherPoint,
      { leaf: { extra: [pointsOf(crlIssuer)] } },
    ],
    [
      "a list with two signature algorithms decides nothing",
      [{ innerAlgorithm: signatureAlgorithm("sha384") }],
      unknown("its two signature algorithm fields differ"),
    ],
    [
      "a list signed by SHA-1 decides nothing",
      [{ hash: "sha1" }],
      unknown("it is signed with ecdsa-with-SHA1"),
    ],
    [
      "a list signed by an algorithm that is not known decides nothing",
      [{ algorithm: writeSequence(writeOid("1.2.3.4")) }],
      unknown("it is signed with 1.2.3.4"),
    ],
    [
      "a list with an unknown critical extension of an entry decides nothing",
      [{ revoked: [root], inEntries: [extension("1.2.3.4", true, Uint8Array.of(5, 0))] }],
      unknown("an entry has the critical extension 1.2.3.4"),
    ],
    [
      "an unknown extension of an entry that is not critical is passed over",
      [{ revoked: [root], inEntries: [extension("1.2.3.4", false, Uint8Array.of(5, 0))] }],
      "trusted",
    ],
    ["one good list beside a bad one is enough", [{ forged: true }, {}], "trusted"],
    ["no list at all covers nothing", [], unknown("none of its issuer was supplied")],
  ];
  const filled = rows.map(
    ([law, shapes, expected, scenario = {}]) => [law, shapes, expected, scenario] as const,
  );
  test.each(filled)("%s", (_, shapes, expected, scenario) => {
    expect(outcomeAndReason(withCrls(shapes, scenario))).toBe(expected);
  });

  test("a revocation says when and why", () => {
    const verdict = withCrls([{ revoked: [leaf], reason: 1 }]);
    expect(verdict.trusted ? undefined : verdict.primary.detail).toMatchObject({
      reason: "keyCompromise",
      revokedAt: daysLater(-2),
    });
  });

  test("every certificate below the anchor is looked for", () => {
    const { intermediate } = long;
    const [above, below] = [crlOf(mintCrl(long.root)), crlOf(mintCrl(intermediate))];
    expect(outcome(judgeChain(long, { ask: { crls: [below] } }))).toBe("revocation-unknown");
    const verdict = judgeChain(long, { ask: { crls: [below, above] } });
    expect(verdict.trusted && verdict.path.revocation).toEqual(["crl", "crl"]);
    const revoking = crlOf(mintCrl(long.root, { revoked: [intermediate] }));
    expect(outcome(judgeChain(long, { ask: { crls: [below, revoking] } }))).toBe("revoked");
  });

  test.each<[law: string, scope: Uint8Array, expected: string]>([
    ["for CA certificates covers an intermediate", writeSequence(flag(2)), "trusted"],
    ["for user certificates does not", writeSequence(flag(1)), unknown("it covers no CA certificates")],
  ])("a list %s", (_, scope, expected) => {
    expect(outcomeAndReason(ofIntermediate({ scope }))).toBe(expected);
  });

  test("a revocation names the certificate that is revoked, in its place", () => {
    const verdict = ofIntermediate({ revoked: [long.intermediate] });
    expect(verdict.trusted ? undefined : verdict.primary).toMatchObject({
      code: "revoked",
      detail: { role: "intermediate", subject: "Test Intermediate", source: "the CRL of Test Root" },
    });
  });

  test("a CA whose key may not sign lists signs none", () => {
    const mute = mintRoot({ usages: ["keyCertSign"] });
    const verdict = judgeChain(
      { root: mute, intermediate: undefined, leaf: mintLeaf(mute) },
      { ask: { crls: [crlOf(mintCrl(mute))] } },
    );
    expect(outcome(verdict)).toBe("revocation-unknown");
  });

  test("a CA without key usages may sign lists", () => {
    const free = mintRoot({ usages: null });
    const verdict = judgeChain(
      { root: free, intermediate: undefined, leaf: mintLeaf(free) },
      { ask: { crls: [crlOf(mintCrl(free))] } },
    );
    expect(outcome(verdict)).toBe("trusted");
  });

  test("a list of ten thousand is read and searched", () => {
    expect(outcome(withCrls([{ fill: 10_000 }]))).toBe("trusted");
    expect(outcome(withCrls([{ fill: 10_000, revoked: [leaf] }]))).toBe("revoked");
  });
});

describe("bytes that are not CRLs", () => {
  const valid = mintCrl(root);
  test("without nextUpdate", () => {
    expect(parseCrl(mintCrl(root, { nextUpdateAt: null })).ok).toBe(false);
  });

  test("with a GeneralizedTime before 2050", () => {
    const algorithm = writeSequence(writeOid("1.2.840.10045.4.3.2"));
    const early = writeElement(0x18, new TextEncoder().encode("20250101000000Z"));
    const tbs = writeSequence(
      Uint8Array.of(2, 1, 1),
      algorithm,
      root.subject,
      early,
      writeTime(daysLater(1)),
    );
    expect(parseCrl(writeSequence(tbs, algorithm, writeBitString(Uint8Array.of(1))))).toMatchObject({
      ok: false,
      malformation: { reason: "a time before 2050 is not a UTCTime" },
    });
  });

  test("cut anywhere", () => {
    for (let length = 0; length < valid.length; length++)
      expect(parseCrl(valid.subarray(0, length)).ok).toBe(false);
  });
});

describe("OCSP", () => {
  const delegate = mintLeaf(root, { name: "Responder", purposes: ["ocspSigning"], names: null });
  const rows: readonly (readonly [law: string, shape: OcspShape, expected: string])[] = [
    ["a good answer of the issuer is good", {}, "trusted"],
    ["a revoked certificate is revoked", { status: "revoked" }, "revoked"],
    [
      "a certificate that the responder does not know is unknown",
      { status: "unknown" },
      unknown("the responder does not know the certificate"),
    ],
    ["an answer about another certificate decides nothing", { about: delegate }, anotherCertificate],
    ["an answer by another key decides nothing", { forged: true }, notSigned],
    ["an answer by a delegate of the issuer is good", { delegate }, "trusted"],
    ["an answer by a delegate that is named by its name is good", { delegate, responder: "name" }, "trusted"],
    ["an answer by the issuer that is named by its name is good", { responder: "name" }, "trusted"],
    ["a delegate needs the purpose", { delegate: mintLeaf(root) }, notForOcsp],
    [
      "a delegate without any purpose is not one for OCSP",
      { delegate: mintLeaf(root, { name: "Responder", purposes: null }) },
      notForOcsp,
    ],
    [
      "a delegate for any purpose is not one for OCSP",
      { delegate: mintLeaf(root, { name: "Responder", purposes: ["any"] }) },
      notForOcsp,
    ],
    ["a delegate needs to have signed the answer", { delegate, forged: true }, notSigned],
    ["a delegate needs to be the responder that the answer names", { delegate, named: leaf }, notSigned],
    [
      "a delegate needs to be the responder that the answer names, by name too",
      { delegate, named: leaf, responder: "name" },
      notSigned,
    ],
    [
      "a delegate needs to have begun",
      { delegate: mintLeaf(root, { purposes: ["ocspSigning"], notBeforeAt: noon + 1000 }) },
      unknown("the responder's certificate is not valid now"),
    ],
    [
      "a delegate is good at its first second, and at its last",
      { delegate: mintLeaf(root, { purposes: ["ocspSigning"], notBeforeAt: noon, notAfterAt: noon }) },
      "trusted",
    ],
    [
      "a delegate needs a certificate with a signature that is accepted",
      { delegate: mintLeaf(root, { purposes: ["ocspSigning"], hash: "sha1" }) },
      unknown("the responder's certificate is signed with ecdsa-with-SHA1"),
    ],
    [
      "an answer needs a signature that is accepted",
      { hash: "sha1" },
      unknown("it is signed with ecdsa-with-SHA1"),
    ],
    ["an answer with hashes of SHA-256 is read", { idHash: "sha256" }, "trusted"],
    ["an answer with hashes of another kind decides nothing", { idHash: "sha384" }, anotherCertificate],
    [
      "an answer with hashes of SHA-256 under the name of another decides nothing",
      { idHash: "sha256", idHashName: "sha384" },
      anotherCertificate,
    ],
    [
      "an answer about the same number of another issuer's key decides nothing",
      { idIssuer: { keyBytes: leaf.certificate.spki.keyBytes } },
      anotherCertificate,
    ],
    [
      "an answer about the same number of another issuer's name decides nothing",
      { idIssuer: { subject: leaf.subject } },
      anotherCertificate,
    ],
    [
      "an answer about the same number of another issuer revokes nothing",
      { status: "revoked", idIssuer: { keyBytes: leaf.certificate.spki.keyBytes } },
      anotherCertificate,
    ],
    ["an answer by another key revokes nothing", { status: "revoked", forged: true }, notSigned],
    ["what was revoked once stays revoked", { status: "revoked", nextUpdateAt: daysLater(-9) }, "revoked"],
    [
      "a delegate needs to be valid now",
      { delegate: mintLeaf(root, { purposes: ["ocspSigning"], notAfterAt: daysLater(-1) }) },
      unknown("the responder's certificate is not valid now"),
    ],
    [
      "a delegate needs the issuer's signature",
      { delegate: mintLeaf(mintRoot(), { purposes: ["ocspSigning"] }) },
      unknown("the issuer did not certify the responder"),
    ],
    [
      "an answer is good until its end and the skew of clocks",
      { nextUpdateAt: noon - ocspSkewMs.value },
      "trusted",
    ],
    ["and not later", { nextUpdateAt: noon - ocspSkewMs.value - 1000 }, unknown("it is out of date")],
    [
      "an answer without an end is good for ten days",
      { nextUpdateAt: null, thisUpdateAt: noon - ocspAgeMs.value },
      "trusted",
    ],
    [
      "and not longer",
      { nextUpdateAt: null, thisUpdateAt: noon - ocspAgeMs.value - ocspSkewMs.value - 1000 },
      unknown("it is out of date"),
    ],
    [
      "an answer of a later date decides nothing",
      { thisUpdateAt: noon + ocspSkewMs.value + 1000 },
      unknown("it is of a later date"),
    ],
    [
      "an answer is good from its date less the skew of clocks",
      { thisUpdateAt: noon + ocspSkewMs.value },
      "trusted",
    ],
    [
      "a critical extension decides nothing",
      { critical: true },
      unknown("it has the critical extension 1.2.3.4"),
    ],
    [
      "nor does one of the single answer",
      { criticalInAnswer: true },
      unknown("it has the critical extension 1.2.3.4"),
    ],
  ];
  test.each(rows)("%s", (_, shape, expected) => {
    const verdict = judgeChain(chain, { ask: { ocsp: ocspOf(mintOcsp(leaf, root, shape)) } });
    expect(outcomeAndReason(verdict)).toBe(expected);
  });

  test("is asked of the leaf alone: a response says nothing of an intermediate", () => {
    const judgeWith = (der: Uint8Array): Verdict => judgeChain(long, { ask: { ocsp: ocspOf(der) } });
    const verdict = judgeWith(mintOcsp(long.leaf, long.intermediate));
    expect(verdict.trusted && verdict.path.revocation).toEqual(["ocsp", "not-checked"]);
    const ofIntermediate = judgeWith(mintOcsp(long.intermediate, long.root, { status: "revoked" }));
    expect(outcomeAndReason(ofIntermediate)).toBe(anotherCertificate);
  });

  test("stands above a CRL as what the leaf was asked of", () => {
    const verdict = judgeChain(chain, {
      ask: { ocsp: ocspOf(mintOcsp(leaf, root)), crls: [crlOf(mintCrl(root))] },
    });
    expect(verdict.trusted && verdict.path.revocation).toEqual(["ocsp"]);
  });

  test("says when and why a certificate was revoked", () => {
    const verdict = judgeChain(chain, {
      ask: { ocsp: ocspOf(mintOcsp(leaf, root, { status: "revoked" })) },
    });
    expect(verdict.trusted ? undefined : verdict.primary).toMatchObject({
      code: "revoked",
      detail: { role: "leaf", revokedAt: daysLater(-2), source: "the OCSP response" },
    });
  });

  test("a responder that could not answer decides nothing", () => {
    const failure = ocspOf(writeSequence(Uint8Array.of(0x0a, 1, 3)));
    expect(failure).toEqual({ kind: "failure", status: "tryLater" });
    expect(outcome(judgeChain(chain, { ask: { ocsp: failure } }))).toBe("revocation-unknown");
  });

  test("a certificate that demands a staple needs one once it was asked for", () => {
    const demands = {
      ...chain,
      leaf: mintLeaf(root, {
        extra: [extension(extensionOid.tlsFeature, false, writeSequence(Uint8Array.of(2, 1, 5)))],
      }),
    };
    expect(outcome(judgeChain(demands))).toBe("trusted");
    expect(outcome(judgeChain(demands, { ask: { stapleRequested: true } }))).toBe("revocation-unknown");
    const ocsp = ocspOf(mintOcsp(demands.leaf, root));
    expect(outcome(judgeChain(demands, { ask: { stapleRequested: true, ocsp } }))).toBe("trusted");
    expect(outcome(judgeChain(chain, { ask: { stapleRequested: true } }))).toBe("trusted");
  });

  test("bytes cut anywhere are not response", () => {
    const valid = mintOcsp(leaf, root, { delegate });
    for (let length = 0; length < valid.length; length++)
      expect(parseOcspResponse(valid.subarray(0, length)).ok).toBe(false);
  });

  function ocspOf(der: Uint8Array): OcspResponse {
    const parsed = parseOcspResponse(der);
    if (!parsed.ok) throw new Error(parsed.malformation.reason);
    return parsed.response;
  }
});
