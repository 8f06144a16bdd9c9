/** Mongoose's own TLS: what one CA certificate is held against, and which of several. */
import { describe, expect, it } from "vitest";
import type { Minted } from "../../../test/pki/index.ts";
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

  it("its dates and its key usage count", () => {
    const ended = mintRoot("Root", { keys: root.keys, notBeforeAt: now - yearMs, notAfterAt: now - dayMs });
    const unfit = mintRoot("Root", { keys: root.keys, usages: ["cRLSign"] });
    expect([verdictOn([leaf, issuer], ended), verdictOn([leaf, issuer], unfit)]).toEqual([
      "expired",
      "key-usage",
    ]);
  });
});

describe("with several", () => {
  it("the first that an issuer names ends the walk", () => {
    expect(verdictOn([leaf, issuer, cross], root, mintRoot("Other"))).toBe("by Root");
  });

  it("of one name only the first is looked at", () => {
    const twin = mintRoot("Root");
    expect(verdictOn([leaf, issuer], root, twin)).toBe("by Root");
    expect(verdictOn([leaf, issuer], twin, root)).toBe("other-key");
  });
});
