/** Who is tried, in which order, and how often: names and keys make a CA (RFC 4158 §5.2), key identifiers make it likely. */
import { describe, expect, test } from "vitest";
import type { VerifyRequest } from "../../src/trust/index.ts";
import {
  daysLater,
  makeKeys,
  mint,
  mintIntermediate,
  mintLeaf,
  mintRoot,
  type Minted,
} from "../pki/index.ts";
import { anchorOf, ask, outcome } from "./scenario.ts";

const certificates = (minted: readonly Minted[]): VerifyRequest["intermediates"] =>
  minted.map(({ certificate }) => certificate);

describe("issuers of one name", () => {
  const right = mintRoot({ name: "CA" });
  const issuers = {
    matching: mintRoot({ name: "CA" }),
    other: mintRoot({ name: "CA" }),
    unmarked: mintRoot({ name: "CA", subjectKeyId: null }),
  };
  type Which = keyof typeof issuers;
  const all: readonly Which[] = ["other", "unmarked", "matching"];
  const byKey: readonly Which[] = ["matching", "unmarked", "other"];

  // None of them made the signature, so that each is tried.
  const leafOf = (authorityKeyId: Uint8Array | null): Minted => mintLeaf(right, { authorityKeyId });

  test.each<[law: string, leaf: Minted, order: readonly Which[]]>([
    ["come as they stand where the leaf names no key", leafOf(null), all],
    [
      "else those with the key that it names, then those with none, then the others",
      leafOf(issuers.matching.keyId),
      byKey,
    ],
  ])("%s", (_, leaf, order) => {
    const asAnchors = ask(leaf, { anchors: all.map((which) => anchorOf(issuers[which])) });
    expect(asAnchors.tried.map(({ anchor }) => anchor?.certificate)).toEqual(
      order.map((which) => issuers[which].certificate),
    );
    const root = mintRoot({ name: "Top" });
    const sent = Object.fromEntries(
      all.map((which) => {
        const { keys } = issuers[which];
        const subjectKeyId = which === "unmarked" ? null : issuers[which].keyId;
        return [which, mintIntermediate(root, { name: "CA", keys, subjectKeyId })];
      }),
    ) as Record<Which, Minted>;
    const asSent = ask(leaf, {
      intermediates: certificates(all.map((which) => sent[which])),
      anchors: [anchorOf(root)],
    });
    expect(asSent.tried.map(({ certificates: path }) => path[1])).toEqual(
      order.map((which) => sent[which].certificate),
    );
  });
});

describe("one CA in several certificates", () => {
  const keys = makeKeys();

  test("stands on a path once: a root that was renewed and sent is not a further way to itself", () => {
    const old = mintRoot({ keys });
    const renewed = mintRoot({ keys });
    const leaf = mintLeaf(renewed, { notAfterAt: daysLater(-1) });
    const { tried } = ask(leaf, { intermediates: certificates([old]), anchors: [anchorOf(renewed)] });
    expect(tried.map(({ certificates: path }) => path)).toEqual([[leaf.certificate]]);
  });

  test("is two CAs under two names: a CA that took another name vouches for itself", () => {
    const root = mintRoot();
    const old = mintIntermediate(root, { name: "Old Name", keys });
    const renamed = mintIntermediate(old, { name: "New Name", keys });
    const verdict = ask(mintLeaf(renamed), {
      intermediates: certificates([renamed, old]),
      anchors: [anchorOf(root)],
    });
    expect(verdict.trusted && verdict.path.certificates).toHaveLength(3);
  });

  test("may be the server's own: a self-signed one that was renewed with its key holds under the one before", () => {
    const shape = { name: "host.example.com", names: ["dns:host.example.com"], keys };
    const before = mint({ ...shape, ca: true, usages: ["digitalSignature", "keyCertSign"] });
    const renewed = mint({ ...shape, usages: ["digitalSignature"], purposes: ["serverAuth"] });
    expect(outcome(ask(renewed, { anchors: [anchorOf(before)] }))).toBe("trusted");
  });

  test("a leaf that is trusted itself and does not suit is refused once", () => {
    const self = mint({ name: "host.example.com", names: ["dns:host.example.com"] });
    const asked = {
      anchors: [anchorOf(self)],
      names: [{ kind: "dns", value: "other.example.com" }],
    } as const;
    const { tried } = ask(self, asked);
    expect(tried.map(({ certificates: path }) => path)).toEqual([[self.certificate]]);
  });

  test("where a path came to an anchor and failed, no other end is told", () => {
    const verdict = ask(mintLeaf(mintRoot()), { anchors: [anchorOf(mintRoot())] });
    expect(verdict.tried.map(({ rejection }) => rejection.code)).toEqual(["bad-signature"]);
    expect(!verdict.trusted && verdict.needs).toEqual([]);
  });
});

describe("where a chain without a trusted root ends", () => {
  const stranger = mintRoot({ name: "Stranger" });
  const middle = mintIntermediate(stranger, { name: "Middle" });
  const [one, two] = [mint({ name: "One", ca: true }), mint({ name: "Two", ca: true })];
  const oneByTwo = mintIntermediate(two, { name: "One", keys: one.keys });
  const twoByOne = mintIntermediate(one, { name: "Two", keys: two.keys });
  const newer = mintIntermediate(stranger, { name: "Stranger" });

  test.each<[law: string, leaf: Minted, sent: readonly Minted[], end: object]>([
    [
      "at a leaf that signed itself",
      mint({ name: "self" }),
      [],
      { code: "self-signed", detail: { role: "leaf" } },
    ],
    [
      "below an issuer of another name, though its own key made the signature",
      mint({ name: "self", issuerName: "Other" }),
      [],
      { code: "missing-intermediate", detail: { role: "leaf", subject: "self", issuer: "Other" } },
    ],
    [
      "below an issuer that was not sent",
      mintLeaf(stranger),
      [],
      {
        code: "missing-intermediate",
        detail: { role: "leaf", subject: "host.example.com", issuer: "Stranger" },
      },
    ],
    [
      "below the last that was sent",
      mintLeaf(middle),
      [middle],
      {
        code: "missing-intermediate",
        detail: { role: "intermediate", subject: "Middle", issuer: "Stranger" },
      },
    ],
    [
      "below an older key of the same name, which was not sent",
      mintLeaf(newer),
      [newer],
      {
        code: "missing-intermediate",
        detail: { role: "intermediate", subject: "Stranger", issuer: "Stranger" },
      },
    ],
    [
      "at a root that was sent",
      mintLeaf(stranger),
      [stranger],
      { code: "untrusted-root", detail: { role: "intermediate", subject: "Stranger" } },
    ],
    [
      "at CAs that certify each other: what is missing is the trust in them",
      mintLeaf(oneByTwo),
      [oneByTwo, twoByOne],
      { code: "untrusted-root", detail: { role: "intermediate", subject: "Two", issuer: "One" } },
    ],
  ])("%s", (_, leaf, sent, end) => {
    const { tried } = ask(leaf, { intermediates: certificates(sent) });
    const [only] = tried;
    expect(tried).toHaveLength(1);
    expect(only?.certificates).toEqual(certificates([leaf, ...sent]));
    expect(only?.rejection).toMatchObject(end);
  });

  test("a server's chain is looked at for who may stand in between, not a client's", () => {
    const proxy = mintRoot({ name: "Zscaler Root CA" });
    const leaf = mintLeaf(proxy);
    const seen = (request: Partial<VerifyRequest>): unknown => {
      const verdict = ask(leaf, { intermediates: certificates([proxy]), ...request });
      return verdict.trusted ? undefined : verdict.primary.detail;
    };
    expect(seen({})).toMatchObject({
      interception: { product: "Zscaler", host: "host.example.com", issuer: "Zscaler Root CA" },
    });
    expect(seen({ purpose: "client" })).toHaveProperty("interception", undefined);
    expect(seen({ names: [] })).toHaveProperty("interception", undefined);
  });
});
