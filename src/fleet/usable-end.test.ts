/** The end of the usable path: what is sent beside it ends nothing. */
import { describe, expect, it } from "vitest";
import { trustPorts } from "../admission/index.ts";
import { anchorFromCertificate } from "../trust/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../../test/pki/today.ts";
import type { Minted } from "../../test/pki/index.ts";
import { findUsableEnd } from "./usable-end.ts";

const until = (days: number): { readonly notAfterAt: number } => ({ notAfterAt: now + days * dayMs });
const host = "site.example";
const root = mintRoot("Root");
const issuing = mint({ name: "Issuing", ca: true, ...until(2_000) }, root);

function find(
  chain: readonly Minted[],
  roots: readonly Minted[],
  at = now,
): ReturnType<typeof findUsableEnd> {
  const anchors = roots.map(({ certificate }) => anchorFromCertificate(certificate, { store: "file" }));
  return findUsableEnd({ chain: chain.map(({ certificate }) => certificate), anchors, at }, trustPorts);
}

describe("the end of the usable path", () => {
  it("is the leaf's where everything else lasts longer", () => {
    const leaf = mintLeaf(host, issuing, until(90));
    expect(find([leaf, issuing], [root])).toEqual({
      untilAt: leaf.certificate.notAfterAt,
      ends: "leaf",
      subject: "site.example",
    });
  });

  it("is the intermediate's where that ends before the leaf", () => {
    const short = mint({ name: "Short", ca: true, ...until(30) }, root);
    const leaf = mintLeaf(host, short, until(90));
    expect(find([leaf, short], [root])).toMatchObject({
      untilAt: now + 30 * dayMs,
      ends: "intermediate",
      subject: "Short",
    });
  });

  it("is the root's where that ends before the leaf", () => {
    const old = mintRoot("Old root", until(10));
    const leaf = mintLeaf(host, old, until(90));
    expect(find([leaf], [old])).toMatchObject({
      untilAt: now + 10 * dayMs,
      ends: "root",
      subject: "Old root",
    });
  });

  it("is not that of a cross-signed certificate that is sent along, where the root itself is trusted", () => {
    const older = mintRoot("Older root");
    const cross = mint({ name: "Root", keys: root.keys, ca: true, ...until(5) }, older);
    const leaf = mintLeaf(host, issuing, until(90));
    expect(find([leaf, issuing, cross], [root, older])).toMatchObject({ ends: "leaf" });
    expect(find([leaf, issuing, cross], [older])).toMatchObject({
      untilAt: now + 5 * dayMs,
      ends: "intermediate",
      subject: "Root",
    });
  });

  it("is not that of a root which ended and was sent along", () => {
    const leaf = mintLeaf(host, issuing, until(90));
    const ended = mintRoot("Ended", { notBeforeAt: now - 3 * yearMs, notAfterAt: now - dayMs });
    expect(find([leaf, issuing, ended], [root, ended])).toMatchObject({ ends: "leaf" });
  });

  it("includes the second of notAfter, and nothing behind it", () => {
    const leaf = mintLeaf(host, issuing, until(90));
    const end = now + 90 * dayMs;
    expect(find([leaf, issuing], [root], end)?.untilAt).toBe(end);
    expect(find([leaf, issuing], [root], end + 1_000)).toBeUndefined();
  });

  it("is none where no path verifies", () => {
    expect(find([mintLeaf(host, issuing)], [root])).toBeUndefined();
    expect(find([], [root])).toBeUndefined();
  });
});
