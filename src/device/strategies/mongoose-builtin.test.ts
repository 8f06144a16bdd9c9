/** Mongoose's own TLS: what one CA certificate is held against, and which of several. */
import { describe, expect, it } from "vitest";
import { makeKeys, type Minted, rsaKeys } from "../../../test/pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../../../test/pki/today.ts";
import { trustPorts } from "../../admission/index.ts";
import { anchorFromCertificate } from "../../trust/index.ts";
import { devices } from "../profiles/profiles.ts";
import { verifyOnDevice } from "../verify-as.ts";

const old = mintRoot("Old Root");
const root = mintRoot("Root");
const cross = mint({ name: "Root", keys: root.keys, ca: true }, old);
const issuer = mint({ name: "Issuing", ca: true }, root);
const leaf = mintLeaf("host.example", issuer);

function verdictOn(chain: readonly Minted[], ...anchors: readonly Minted[]): string {
  const verdict = verifyOnDevice(
    devices["mongoose-7-builtin"],
    {
      chain: chain.map(({ certificate }) => certificate),
      anchors: anchors.map(({ certificate }) => anchorFromCertificate(certificate, { store: "file" })),
      name: "host.example",
      at: now,
    },
    trustPorts,
  );
  return verdict.accepts ? `by ${verdict.anchor?.subject.display}` : verdict.refusal.code;
}

describe("with one CA certificate", () => {
  it.each<readonly [law: string, chain: readonly Minted[], anchor: Minted, verdict: string]>([
    ["the last certificate sent has to be signed by it", [leaf, issuer], root, "by Root"],
    ["a cross-signed root behind it ends elsewhere", [leaf, issuer, cross], root, "not-trusted"],
    ["which is good under the root that signed that", [leaf, issuer, cross], old, "by Old Root"],
    ["the root itself may be sent", [leaf, issuer, root], root, "by Root"],
  ])("%s", (_law, chain, anchor, verdict) => {
    expect(verdictOn(chain, anchor)).toBe(verdict);
  });

  it("its dates count, and its key usage does not", () => {
    const ended = mintRoot("Root", { keys: root.keys, notBeforeAt: now - yearMs, notAfterAt: now - dayMs });
    const unfit = mintRoot("Root", { keys: root.keys, usages: ["cRLSign"] });
    expect([verdictOn([leaf, issuer], ended), verdictOn([leaf, issuer], unfit)]).toEqual([
      "expired",
      "by Root",
    ]);
  });
});

describe("with several", () => {
  it("the first that an issuer names ends the walk", () => {
    expect(verdictOn([leaf, issuer, cross], root, mintRoot("Other"))).toBe("by Root");
  });

  it("whoever has the common name of the last one's issuer is enough: no signature is looked at", () => {
    const twin = mintRoot("Root");
    const others = mintRoot("Other");
    expect(verdictOn([leaf, issuer], root, twin)).toBe("by Root");
    expect(verdictOn([leaf, issuer], twin, root)).toBe("by Root");
    const forger = mintRoot("ROOT");
    expect(verdictOn([mintLeaf("host.example", forger)], root, others)).toBe("by Root");
    expect(verdictOn([mintLeaf("host.example", forger)], root)).toBe("other-key");
    expect(verdictOn([mintLeaf("host.example", mintRoot("Nobody"))], root, others)).toBe("not-trusted");
  });

  it("one that cannot be read is passed over", () => {
    const ended = mintRoot("Root", { keys: root.keys, notBeforeAt: now - yearMs, notAfterAt: now - dayMs });
    expect(verdictOn([leaf, issuer, root], ended, root)).toBe("by Root");
  });
});

describe("of what is sent", () => {
  const rungs = (count: number): readonly Minted[] => {
    const steps: Minted[] = [];
    for (let i = 0; i < count; i++) steps.unshift(mint({ name: `Step ${i}`, ca: true }, steps[0] ?? root));
    return [mintLeaf("host.example", steps[0] ?? root), ...steps];
  };
  const rsa1024 = mintRoot("RSA 1024", { keys: rsaKeys(1024, 0) });
  const p384 = mintRoot("P-384", { keys: makeKeys("P-384"), hash: "sha384" });

  it.each<readonly [law: string, chain: readonly Minted[], anchor: Minted, verdict: string]>([
    ["six are walked", rungs(5), root, "by Root"],
    ["a CA of RSA 1024 verifies nothing", [mintLeaf("host.example", rsa1024)], rsa1024, "unsupported-key"],
    ["seven are too many", rungs(6), root, "chain-too-long"],
    [
      "SHA-512 is not known",
      [mintLeaf("host.example", root, { hash: "sha512" })],
      root,
      "unsupported-signature",
    ],
    [
      "basicConstraints that are not critical cannot be read",
      [mintLeaf("host.example", root, { ca: false, caCritical: false })],
      root,
      "unreadable-certificate",
    ],
    [
      "a server cannot have a key on P-384",
      [mintLeaf("host.example", root, { keys: makeKeys("P-384") })],
      root,
      "unsupported-key",
    ],
    [
      "letters of the other case are others",
      [mintLeaf("host.example", root, { names: ["dns:HOST.example"], name: "x" })],
      root,
      "wrong-name",
    ],
  ])("%s", (_law, chain, anchor, verdict) => {
    expect(verdictOn(chain, anchor)).toBe(verdict);
  });

  it("a signature by P-384 with a number that is short does not hold", () => {
    const lengths = (signature: Uint8Array): readonly number[] => {
      const first = signature[3] ?? 0;
      return [first, signature[5 + first] ?? 0];
    };
    // About one in 128 is short; bounded so that chance cannot keep it going.
    for (let i = 0; i < 5_000; i++) {
      const signed = mintLeaf("host.example", p384, { hash: "sha384", keys: leaf.keys, serial: i + 1 });
      const isShort = Math.min(...lengths(signed.certificate.signature)) < 48;
      if (!isShort && i > 0) continue;
      expect(verdictOn([signed], p384)).toBe(isShort ? "not-trusted" : "by P-384");
      if (isShort) return;
    }
    throw new Error("no signature was short");
  });
});
