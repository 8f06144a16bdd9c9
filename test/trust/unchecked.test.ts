/** Signatures by algorithms that are not checked here: nothing is known against them, and nothing for them. */
import { expect, test } from "vitest";
import { writeBitString, writeNull, writeOid, writeSequence } from "../../src/der/index.ts";
import { dsaKeys, mintLeaf, mintRoot, rsaKeys } from "../pki/index.ts";
import { anchorOf, ask, judge, outcome, type Scenario } from "./scenario.ts";

const algorithm = (oid: string): Uint8Array => writeSequence(writeOid(oid));
const mlDsa65 = algorithm("2.16.840.1.101.3.4.3.18"); // RFC 9881 §2
const mlDsa44 = algorithm("2.16.840.1.101.3.4.3.17");
const dsaWithSha256 = algorithm("2.16.840.1.101.3.4.3.2"); // RFC 5758 §3.1
/** A public key of the kind, to which nobody has the private one. */
const spkiOf = (kind: Uint8Array): Uint8Array =>
  writeSequence(kind, writeBitString(new Uint8Array(1952).fill(7)));
const keys = dsaKeys();

test.each<[law: string, scenario: Scenario, code: string]>([
  ["DSA, by an intermediate", { intermediate: { keys } }, "signature-unchecked"],
  ["DSA, by the anchor", { root: { keys } }, "signature-unchecked"],
  [
    "ML-DSA, by an intermediate",
    { intermediate: { spki: spkiOf(mlDsa65) }, leaf: { algorithm: mlDsa65 } },
    "signature-unchecked",
  ],
  [
    "ML-DSA, by the anchor",
    { root: { spki: spkiOf(mlDsa65), algorithm: mlDsa65 }, intermediate: { algorithm: mlDsa65 } },
    "signature-unchecked",
  ],
  ["an algorithm that nobody knows", { leaf: { algorithm: algorithm("1.2.3.4") } }, "signature-unchecked"],
  [
    "ECDSA with parameters that it does not have (RFC 5758 §3.2)",
    { leaf: { algorithm: writeSequence(writeOid("1.2.840.10045.4.3.2"), writeNull()) } },
    "signature-unchecked",
  ],
  ["DSA, which a key on P-256 does not make", { leaf: { algorithm: dsaWithSha256 } }, "bad-signature"],
  [
    "ML-DSA, which an RSA key does not make",
    { intermediate: { keys: rsaKeys() }, leaf: { algorithm: mlDsa65 } },
    "bad-signature",
  ],
  [
    "ML-DSA-44, which a key for ML-DSA-65 does not make",
    { intermediate: { spki: spkiOf(mlDsa65) }, leaf: { algorithm: mlDsa44 } },
    "bad-signature",
  ],
  [
    "ECDSA, which a key for DSA does not make",
    { intermediate: { keys }, leaf: { algorithm: algorithm("1.2.840.10045.4.3.2") } },
    "bad-signature",
  ],
])("%s", (_law, scenario, code) => {
  expect(outcome(judge(scenario))).toBe(code);
});

test("the algorithm and who is said to have signed are told", () => {
  const verdict = judge({ root: { keys } });
  expect(verdict.trusted ? undefined : verdict.primary).toMatchObject({
    code: "signature-unchecked",
    detail: { algorithm: "dsa-with-SHA256", signer: "Test Root" },
  });
});

test("a certificate that DSA signed itself, and that is not trusted, is not one whose issuer is missing", () => {
  const root = mintRoot({ keys });
  expect(outcome(ask(mintLeaf(root), { intermediates: [root.certificate] }))).toBe("signature-unchecked");
});

test("the anchor of the name that did sign is found, whatever the others are", () => {
  const [good, dsa] = [mintRoot(), mintRoot({ keys })];
  for (const anchors of [
    [anchorOf(good), anchorOf(dsa)],
    [anchorOf(dsa), anchorOf(good)],
  ])
    expect(outcome(ask(mintLeaf(good), { anchors }))).toBe("trusted");
});
