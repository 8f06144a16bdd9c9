/** A CA certificate of the issuer's name with another key is said to be that, whatever library reports it. */
import { describe, expect, it } from "vitest";
import { mint, mintLeaf, mintRoot, now } from "../../test/pki/today.ts";
import type { Minted } from "../../test/pki/index.ts";
import { trustPorts } from "../admission/index.ts";
import { anchorFromCertificate } from "../trust/index.ts";
import { deviceNames, type DeviceName } from "./profile.ts";
import { devices } from "./profiles/profiles.ts";
import { verifyOnDevice } from "./verify-as.ts";

const old = mintRoot("Re-keyed Root");
const fresh = mintRoot("Re-keyed Root");
const issuer = mint({ name: "Issuing", ca: true }, fresh);
const leaf = mintLeaf("host.example", issuer);

function refusalOf(name: DeviceName, anchors: readonly Minted[], chain: readonly Minted[]): string {
  const verdict = verifyOnDevice(
    devices[name],
    {
      chain: chain.map(({ certificate }) => certificate),
      anchors: anchors.map(({ certificate }) => anchorFromCertificate(certificate, { store: "file" })),
      name: "host.example",
      at: now,
    },
    trustPorts,
  );
  return verdict.accepts ? "accepts" : verdict.refusal.code;
}

describe("a root that its CA has made anew under the old name", () => {
  it.each(deviceNames)("is another key for %s", (name) => {
    expect(refusalOf(name, [old], [leaf, issuer])).toBe("other-key");
    expect(refusalOf(name, [fresh], [leaf, issuer])).toBe("accepts");
  });

  it("is found where the device tries each of the name", () => {
    expect(refusalOf("esp-idf", [old, fresh], [leaf, issuer])).toBe("accepts");
    expect(refusalOf("esp-idf-bundle", [old, fresh], [leaf, issuer])).toBe("other-key");
  });
});

it("where the key identifiers are the same, the signature is what does not hold", () => {
  const forged = mintLeaf("host.example", fresh, { forged: true });
  expect(refusalOf("esp-idf-bundle", [fresh], [forged])).toBe("bad-signature");
  expect(refusalOf("openssl", [fresh], [forged])).toBe("bad-signature");
});

it("where no CA certificate has the issuer's name, none is spoken of", () => {
  expect(refusalOf("esp-idf", [mintRoot("Other")], [leaf, issuer])).toBe("not-trusted");
});
