/** Cryptography that answers later: one search, the same checks and the same limits, and nothing believed that is not true. */
import { describe, expect, test } from "vitest";
import { trustPorts } from "../../src/admission/index.ts";
import {
  type AsyncTrustPorts,
  explainVerdict,
  signatureBudget,
  type TrustPorts,
  type Verdict,
  verify,
  verifyAsync,
  type VerifyRequest,
} from "../../src/trust/index.ts";
import { parseCertificate } from "../../src/x509/index.ts";
import { mintChain, mintIntermediate, mintLeaf, mintRoot, noon, type Minted } from "../pki/index.ts";
import { anchorOf, outcome } from "./scenario.ts";

type Answer = TrustPorts["verifySignature"];

/** OpenSSL's ports, each answer a turn later, and what was asked of them. */
function later(answer: Answer = trustPorts.verifySignature): {
  readonly ports: AsyncTrustPorts;
  readonly asked: { readonly kind: string; readonly bytes: Uint8Array }[];
} {
  const asked: { readonly kind: string; readonly bytes: Uint8Array }[] = [];
  const note = async <T>(kind: string, bytes: Uint8Array, value: T): Promise<T> => {
    asked.push({ kind, bytes });
    await Promise.resolve();
    return value;
  };
  return {
    asked,
    ports: {
      verifySignature: (input) => note("signature", input.data, answer(input)),
      sha256: (bytes) => note("sha256", bytes, trustPorts.sha256(bytes)),
      sha1: (bytes) => note("sha1", bytes, trustPorts.sha1(bytes)),
    },
  };
}

function requestFor(leaf: Minted, more: Partial<VerifyRequest>): VerifyRequest {
  return { leaf: leaf.certificate, intermediates: [], anchors: [], names: [], at: noon, ...more };
}

const chain = mintChain();
const good = requestFor(chain.leaf, {
  intermediates: [chain.intermediate?.certificate ?? chain.leaf.certificate],
  anchors: [anchorOf(chain.root)],
  names: [{ kind: "dns", value: "host.example.com" }],
});

/** More CAs of the issuer's name than signatures are checked. */
function crowd(): VerifyRequest {
  const anchors = Array.from({ length: signatureBudget.value + 1 }, () => anchorOf(mintRoot()));
  return requestFor(mintLeaf(mintRoot()), { anchors });
}

describe("a search whose cryptography answers later", () => {
  test("asks for each signature once, from the anchor down, and for nothing else where all is well", async () => {
    const { ports, asked } = later();
    expect(outcome(await verifyAsync(good, ports))).toBe("trusted");
    expect(asked.map(({ kind }) => kind)).toEqual(["signature", "signature"]);
    expect(asked[0]?.bytes).toBe(chain.intermediate?.certificate.tbs);
    expect(asked[1]?.bytes).toBe(chain.leaf.certificate.tbs);
  });

  test("asks for each hash once, when something is to be said of a certificate", async () => {
    const { ports, asked } = later();
    const request = { ...good, names: [{ kind: "dns", value: "other.example" }], at: noon * 2 } as const;
    const verdict = await verifyAsync(request, ports);
    expect(verdict).toEqual(verify(request, trustPorts));
    const hashed = asked.filter(({ kind }) => kind === "sha256").map(({ bytes }) => bytes);
    expect(hashed.length).toBeGreaterThan(1);
    expect(new Set(hashed).size).toBe(hashed.length);
  });

  test("has the same budget of signatures, and says which went", async () => {
    const { ports, asked } = later();
    const request = crowd();
    const verdict = await verifyAsync(request, ports);
    expect(outcome(verdict)).toBe("budget-exhausted");
    expect(verdict).toEqual(verify(request, trustPorts));
    expect(asked.filter(({ kind }) => kind === "signature")).toHaveLength(signatureBudget.value);
  });

  test.each([
    ["half", 250, "name-constraint"],
    ["nearly all", 499, "name-constraint"],
    ["more than all", 501, "budget-exhausted"],
  ])(
    "pays for comparisons once, though checks are made again: %s of their budget",
    async (_share, constraints, code) => {
      const root = mintRoot();
      // Each name is compared with all of them, and only the last is not permitted: the finding's hash is asked for then.
      const others = Array.from({ length: constraints - 1 }, (_, i) => `dns:c${i}.test`);
      const permit = [...others, "dns:example.com"];
      const issuing = mintIntermediate(root, { permit });
      const names = [...Array.from({ length: 499 }, (_, i) => `dns:a${i}.example.com`), "dns:other.test"];
      const request = requestFor(mintLeaf(issuing, { names }), {
        intermediates: [issuing.certificate],
        anchors: [anchorOf(root)],
      });
      expect(outcome(verify(request, trustPorts))).toBe(code);
      const { ports } = later();
      expect(await verifyAsync(request, ports)).toEqual(verify(request, trustPorts));
    },
  );

  test.each([
    ["false", false, "bad-signature"],
    ["undefined", undefined, "signature-unchecked"],
  ])("believes nothing of which the port says %s", async (_word, answer, code) => {
    expect(outcome(await verifyAsync(good, later(() => answer).ports))).toBe(code);
    expect(outcome(verify(good, { ...trustPorts, verifySignature: () => answer }))).toBe(code);
  });

  test.each([
    ["a promise", Promise.resolve(true)],
    ["a word", "valid"],
    ["a one", 1],
    ["null", null],
  ])("takes %s for no answer at all, whichever way it comes", async (_what, answer) => {
    const verifySignature = (() => answer) as unknown as Answer;
    const expected = { code: "option-invalid", detail: { option: "ports.verifySignature" } };
    const ask = async (): Promise<Verdict> => verify(good, { ...trustPorts, verifySignature });
    await expect(ask()).rejects.toMatchObject(expected);
    if (answer instanceof Promise) return;
    await expect(verifyAsync(good, later(verifySignature).ports)).rejects.toMatchObject(expected);
  });

  test("fails as its cryptography fails, and has no verdict then", async () => {
    const failing = {
      ...later().ports,
      verifySignature: () => Promise.reject(new Error("the worker is gone")),
    };
    await expect(verifyAsync(good, failing)).rejects.toThrow("the worker is gone");
  });

  test("refuses what is asked in a wrong form as the other does", async () => {
    const request = { ...good, hostname: "host.example.com" } as VerifyRequest;
    await expect(verifyAsync(request, later().ports)).rejects.toMatchObject({ code: "option-unknown" });
  });

  test("keeps the answers of one search from another, and of one certificate from another with the same bytes", async () => {
    const twin = parseCertificate(chain.leaf.certificate.der);
    if (!twin.ok) throw new Error("a copy can be read");
    const { ports, asked } = later();
    await verifyAsync(good, ports);
    await verifyAsync({ ...good, leaf: twin.certificate }, ports);
    expect(asked).toHaveLength(4);
  });
});

describe("a self-signed certificate whose signature cannot be checked", () => {
  const alone = mintRoot({ name: "Alone" });
  const cannot: Answer = () => undefined;

  test("is not called self-signed, nor its issuer missing", () => {
    const verdict = verify(requestFor(alone, {}), { ...trustPorts, verifySignature: cannot });
    expect(outcome(verdict)).toBe("signature-unchecked");
    expect(verdict).toMatchObject({ needs: [] });
    expect(explainVerdict(verdict)).toMatch(/cannot be checked here/);
  });
});
