/** Which keys can make which signatures, and what one search pays for checking them. */
import { describe, expect, test } from "vitest";
import { mintLeaf, mintRoot } from "../../test/pki/index.ts";
import type { SignatureScheme, SubjectKey } from "../x509/index.ts";
import { Budget } from "./budget.ts";
import { signatureBudget } from "./limits.ts";
import type { SignatureInput } from "./ports.ts";
import { isMadeBy, SignatureMemory } from "./signatures.ts";

const rsa: SubjectKey = { kind: "rsa", modulusBits: 2048, exponent: "010001", isPssOnly: false };
const keys = {
  "an RSA key": rsa,
  "an RSA key for PSS alone": { ...rsa, isPssOnly: true },
  "an elliptic key": { kind: "ec", curve: "P-256" },
  "an Ed25519 key": { kind: "ed25519" },
  "an Ed448 key": { kind: "ed448" },
  "a key of another kind": { kind: "other", name: "DSA" },
} as const satisfies Record<string, SubjectKey>;

describe("signatures that a key can make (RFC 4055 §1.2, RFC 5480 §2.1.1, RFC 8410 §3)", () => {
  const rows: readonly (readonly [
    signatures: string,
    scheme: SignatureScheme,
    makers: readonly (keyof typeof keys)[],
  ])[] = [
    ["RSA PKCS#1", { kind: "rsa-pkcs1", hash: "sha256" }, ["an RSA key"]],
    [
      "RSA PSS",
      { kind: "rsa-pss", hash: "sha256", mgfHash: "sha256", saltBytes: 32 },
      ["an RSA key", "an RSA key for PSS alone"],
    ],
    ["ECDSA", { kind: "ecdsa", hash: "sha256" }, ["an elliptic key"]],
    ["Ed25519", { kind: "ed25519" }, ["an Ed25519 key"]],
    ["Ed448", { kind: "ed448" }, ["an Ed448 key"]],
    ["an algorithm that is not supported", { kind: "unsupported", reason: "DSA", keyName: "DSA" }, []],
  ];
  test.each(rows)("%s", (_, scheme, makers) => {
    const found = Object.entries(keys).filter(([, key]) => isMadeBy(scheme, key));
    expect(found.map(([name]) => name)).toEqual(makers);
  });
});

describe("the signatures of one search", () => {
  const [root, other] = [mintRoot(), mintRoot({ name: "Other Root" })];
  const [leaf, sister] = [mintLeaf(root).certificate, mintLeaf(root).certificate];
  const [spki, otherSpki] = [root.certificate.spki, other.certificate.spki];

  /** A search whose port gives the answers, the last one again and again, and notes what it was asked. */
  function open(...answers: readonly boolean[]): {
    readonly memory: SignatureMemory;
    readonly budget: Budget;
    readonly asked: SignatureInput[];
  } {
    const asked: SignatureInput[] = [];
    const budget = new Budget();
    const memory = new SignatureMemory(budget, (input) => {
      asked.push(input);
      return answers[asked.length - 1] ?? answers.at(-1) ?? false;
    });
    return { memory, budget, asked };
  }

  test("are checked over what was signed, by the issuer's whole key and the certificate's algorithm", () => {
    const { memory, asked } = open(true);
    expect(memory.holds(leaf, spki)).toBe(true);
    expect(asked).toEqual([
      {
        algorithm: leaf.signatureAlgorithm,
        spki: spki.der,
        key: spki.key,
        data: leaf.tbs,
        signature: leaf.signature,
      },
    ]);
  });

  test.each([true, false])(
    "are checked once for each certificate and key, where the answer is %s",
    (holds) => {
      const { memory, asked } = open(holds);
      for (let time = 0; time < 3; time++) {
        expect(memory.holds(leaf, spki)).toBe(holds);
        expect(memory.holds(leaf, otherSpki)).toBe(holds);
        expect(memory.holds(sister, spki)).toBe(holds);
      }
      expect(asked.map(({ data, spki: key }) => [data, key])).toEqual([
        [leaf.tbs, spki.der],
        [leaf.tbs, otherSpki.der],
        [sister.tbs, spki.der],
      ]);
    },
  );

  test("are not asked of a key that cannot have made them, whatever would be answered", () => {
    const { memory, asked } = open(true);
    expect(memory.holds(leaf, { ...spki, key: rsa })).toBe(false);
    expect(asked).toEqual([]);
  });

  test("are as many as the budget; then none holds, but what is known already", () => {
    const { memory, budget, asked } = open(true);
    const others = Array.from({ length: signatureBudget.value - 1 }, () => ({
      ...spki,
      der: spki.der.slice(),
    }));
    expect(memory.holds(leaf, spki)).toBe(true);
    for (const one of others) expect(memory.holds(leaf, one)).toBe(true);
    expect(budget.exhausted).toBeUndefined();
    expect(memory.holds(sister, spki)).toBe(false);
    expect(budget.exhausted).toEqual({ budget: "signature checks", limit: signatureBudget.value });
    expect(memory.holds(leaf, spki)).toBe(true);
    expect(asked).toHaveLength(signatureBudget.value);
  });
});
