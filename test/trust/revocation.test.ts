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
  type CrlShape,
  daysLater,
  extension,
  mintChain,
  mintCrl,
  mintLeaf,
  mintOcsp,
  mintRoot,
  noon,
  type OcspShape,
} from "../pki/index.ts";
import { judgeChain, outcome, type Scenario } from "./scenario.ts";

const chain = mintChain({ intermediate: null });
const { root, leaf } = chain;
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

function uri(text: string): Uint8Array {
  return writePrimitive(6, new TextEncoder().encode(text));
}

/** A distribution point's name in full: `[0] { [0] { names } }`. */
function fullName(...names: readonly Uint8Array[]): Uint8Array {
  return writeConstructed(0, writeConstructed(0, ...names));
}

function points(...names: readonly Uint8Array[]): Uint8Array {
  return extension(
    extensionOid.crlDistributionPoints,
    false,
    writeSequence(writeSequence(fullName(...names))),
  );
}

const flag = (number: number): Uint8Array => writePrimitive(number, Uint8Array.of(0xff));

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
    ["a list by another key decides nothing", [{ forged: true }], "revocation-unknown"],
    ["a list by another key does not revoke", [{ revoked: [leaf], forged: true }, {}], "trusted"],
    ["a list of another issuer decides nothing", [{ issuerName: "Somebody" }], "revocation-unknown"],
    [
      "a list of another issuer does not revoke",
      [{ revoked: [leaf], issuerName: "Somebody" }, {}],
      "trusted",
    ],
    ["a list is good at its last second", [{ nextUpdateAt: noon }], "trusted"],
    ["a list is out of date one second later", [{ nextUpdateAt: noon - 1000 }], "revocation-unknown"],
    ["a list is good at its first second", [{ thisUpdateAt: noon }], "trusted"],
    ["a list of a later date decides nothing", [{ thisUpdateAt: noon + 1000 }], "revocation-unknown"],
    ["what was revoked once stays revoked", [{ revoked: [leaf], nextUpdateAt: noon - 1000 }], "revoked"],
    ["a list without a number decides nothing", [{ number: null }], "revocation-unknown"],
    ["a list with a critical number decides nothing", [{ number: "critical" }], "revocation-unknown"],
    [
      "a list with a serial number twice decides nothing",
      [{ revoked: [root], twice: true }],
      "revocation-unknown",
    ],
    [
      "an unknown critical extension decides nothing",
      [{ extra: [extension("1.2.3.4", true, Uint8Array.of(5, 0))] }],
      "revocation-unknown",
    ],
    [
      "an unknown extension that is not critical is passed over",
      [{ extra: [extension("1.2.3.4", false, Uint8Array.of(5, 0))] }],
      "trusted",
    ],
    [
      "a delta list decides nothing",
      [{ extra: [extension(extensionOid.deltaCrlIndicator, true, Uint8Array.of(2, 1, 1))] }],
      "revocation-unknown",
    ],
    ["a list for user certificates covers a leaf", [{ scope: writeSequence(flag(1)) }], "trusted"],
    ["a list for CA certificates does not", [{ scope: writeSequence(flag(2)) }], "revocation-unknown"],
    ["an indirect list decides nothing", [{ scope: writeSequence(flag(4)) }], "revocation-unknown"],
    [
      "a list for attribute certificates decides nothing",
      [{ scope: writeSequence(flag(5)) }],
      "revocation-unknown",
    ],
    [
      "a list for some reasons decides nothing",
      [{ scope: writeSequence(writePrimitive(3, Uint8Array.of(6, 0x40))) }],
      "revocation-unknown",
    ],
    [
      "a list of a distribution point needs the certificate to name it",
      [{ scope: writeSequence(fullName(uri(url))) }],
      "revocation-unknown",
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
      "revocation-unknown",
      { leaf: { extra: [points(uri("http://crl.example/%6Fne.crl"))] } },
    ],
    [
      "with URIs only",
      [{ scope: writeSequence(fullName(uri(url))) }],
      "revocation-unknown",
      { leaf: { extra: [points(uri(url), writePrimitive(2, Uint8Array.of(0x61)))] } },
    ],
    ["one good list beside a bad one is enough", [{ forged: true }, {}], "trusted"],
    ["no list at all covers nothing", [], "revocation-unknown"],
  ];
  const filled = rows.map(
    ([law, shapes, expected, scenario = {}]) => [law, shapes, expected, scenario] as const,
  );
  test.each(filled)("%s", (_, shapes, expected, scenario) => {
    expect(outcome(withCrls(shapes, scenario))).toBe(expected);
  });

  test("a revocation says when and why", () => {
    const verdict = withCrls([{ revoked: [leaf], reason: 1 }]);
    expect(verdict.trusted ? undefined : verdict.primary.detail).toMatchObject({
      reason: "keyCompromise",
      revokedAt: daysLater(-2),
    });
  });

  test("every certificate below the anchor is looked for", () => {
    const long = mintChain();
    const { intermediate } = long;
    if (intermediate === undefined) throw new Error("no intermediate");
    const [above, below] = [crlOf(mintCrl(long.root)), crlOf(mintCrl(intermediate))];
    expect(outcome(judgeChain(long, { ask: { crls: [below] } }))).toBe("revocation-unknown");
    const verdict = judgeChain(long, { ask: { crls: [below, above] } });
    expect(verdict.trusted && verdict.path.revocation).toEqual(["crl", "crl"]);
    const revoking = crlOf(mintCrl(long.root, { revoked: [intermediate] }));
    expect(outcome(judgeChain(long, { ask: { crls: [below, revoking] } }))).toBe("revoked");
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
      "revocation-unknown",
    ],
    ["an answer about another certificate decides nothing", { about: delegate }, "revocation-unknown"],
    ["an answer by another key decides nothing", { forged: true }, "revocation-unknown"],
    ["an answer by a delegate of the issuer is good", { delegate }, "trusted"],
    ["an answer by a delegate that is named by its name is good", { delegate, responder: "name" }, "trusted"],
    ["an answer by the issuer that is named by its name is good", { responder: "name" }, "trusted"],
    ["a delegate needs the purpose", { delegate: mintLeaf(root) }, "revocation-unknown"],
    [
      "a delegate without any purpose is not one for OCSP",
      { delegate: mintLeaf(root, { name: "Responder", purposes: null }) },
      "revocation-unknown",
    ],
    [
      "a delegate for any purpose is not one for OCSP",
      { delegate: mintLeaf(root, { name: "Responder", purposes: ["any"] }) },
      "revocation-unknown",
    ],
    ["a delegate needs to have signed the answer", { delegate, forged: true }, "revocation-unknown"],
    [
      "a delegate needs to be the responder that the answer names",
      { delegate, named: leaf },
      "revocation-unknown",
    ],
    [
      "a delegate needs to be the responder that the answer names, by name too",
      { delegate, named: leaf, responder: "name" },
      "revocation-unknown",
    ],
    [
      "a delegate needs to have begun",
      { delegate: mintLeaf(root, { purposes: ["ocspSigning"], notBeforeAt: noon + 1000 }) },
      "revocation-unknown",
    ],
    [
      "a delegate is good at its first second, and at its last",
      { delegate: mintLeaf(root, { purposes: ["ocspSigning"], notBeforeAt: noon, notAfterAt: noon }) },
      "trusted",
    ],
    [
      "a delegate needs a certificate with a signature that is accepted",
      { delegate: mintLeaf(root, { purposes: ["ocspSigning"], hash: "sha1" }) },
      "revocation-unknown",
    ],
    ["an answer needs a signature that is accepted", { hash: "sha1" }, "revocation-unknown"],
    ["an answer with hashes of SHA-256 is read", { idHash: "sha256" }, "trusted"],
    ["an answer with hashes of another kind decides nothing", { idHash: "sha384" }, "revocation-unknown"],
    [
      "an answer about the same number of another issuer's key decides nothing",
      { idIssuer: { keyBytes: leaf.certificate.spki.keyBytes } },
      "revocation-unknown",
    ],
    [
      "an answer about the same number of another issuer's name decides nothing",
      { idIssuer: { subject: leaf.subject } },
      "revocation-unknown",
    ],
    [
      "an answer about the same number of another issuer revokes nothing",
      { status: "revoked", idIssuer: { keyBytes: leaf.certificate.spki.keyBytes } },
      "revocation-unknown",
    ],
    ["an answer by another key revokes nothing", { status: "revoked", forged: true }, "revocation-unknown"],
    ["what was revoked once stays revoked", { status: "revoked", nextUpdateAt: daysLater(-9) }, "revoked"],
    [
      "a delegate needs to be valid now",
      { delegate: mintLeaf(root, { purposes: ["ocspSigning"], notAfterAt: daysLater(-1) }) },
      "revocation-unknown",
    ],
    [
      "a delegate needs the issuer's signature",
      { delegate: mintLeaf(mintRoot(), { purposes: ["ocspSigning"] }) },
      "revocation-unknown",
    ],
    [
      "an answer is good until its end and the skew of clocks",
      { nextUpdateAt: noon - ocspSkewMs.value },
      "trusted",
    ],
    ["and not later", { nextUpdateAt: noon - ocspSkewMs.value - 1000 }, "revocation-unknown"],
    [
      "an answer without an end is good for ten days",
      { nextUpdateAt: null, thisUpdateAt: noon - ocspAgeMs.value },
      "trusted",
    ],
    [
      "and not longer",
      { nextUpdateAt: null, thisUpdateAt: noon - ocspAgeMs.value - ocspSkewMs.value - 1000 },
      "revocation-unknown",
    ],
    [
      "an answer of a later date decides nothing",
      { thisUpdateAt: noon + ocspSkewMs.value + 1000 },
      "revocation-unknown",
    ],
    [
      "an answer is good from its date less the skew of clocks",
      { thisUpdateAt: noon + ocspSkewMs.value },
      "trusted",
    ],
    ["a critical extension decides nothing", { critical: true }, "revocation-unknown"],
    ["nor does one of the single answer", { criticalInAnswer: true }, "revocation-unknown"],
  ];
  test.each(rows)("%s", (_, shape, expected) => {
    expect(outcome(judgeChain(chain, { ask: { ocsp: ocspOf(mintOcsp(leaf, root, shape)) } }))).toBe(expected);
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
