/** The decision that every connection rests on: both keys, what stands in their place, and how long it is remembered. */
import { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  daysLater,
  extension,
  mintChain,
  mintCrl,
  mintIntermediate,
  mintLeaf,
  mintOcsp,
  mintRoot,
  noon,
  type Minted,
} from "../../test/pki/index.ts";
import { HttpsError } from "../core/index.ts";
import type { OpensslWord } from "../trust/index.ts";
import { fingerprint, spkiPin } from "../x509/index.ts";
import { sha256 } from "./crypto-ports.ts";
import { admissionLimits } from "./limits.ts";
import { compilePolicy, type TrustPolicy } from "./policy.ts";
import type { TrustOptions } from "./trust-options.ts";
import { admit, admitOrClose, wouldAdmit, type Admission, type Evidence } from "./two-keys.ts";

const host = "host.example.com";
const chain = mintChain();
const { root, leaf } = chain;
const intermediate = chain.intermediate ?? root;
const stranger = mintRoot({ name: "Stranger" });
const refused: OpensslWord = { accepted: false, code: "CERT_REJECTED", reason: "certificate rejected" };
const pinOf = ({ certificate }: Minted): string => spkiPin(certificate, sha256);

const normal: Evidence = {
  host,
  name: host,
  sent: [leaf.der, intermediate.der],
  staple: undefined,
  openssl: { accepted: true },
  resumed: false,
};

function policyOf(options: TrustOptions = {}): TrustPolicy {
  return compilePolicy({ roots: root.der, ...options }, {});
}

/** `path`, `pin` or `caller`, or the code of the refusal. */
function outcome(evidence: Partial<Evidence>, policy: TrustPolicy): string {
  const whole = { ...normal, ...evidence };
  const result = attempt(whole, policy);
  // What would be admitted is what is admitted: sessions are offered by the same decision.
  expect(wouldAdmit(whole, policy)).toBe("proof" in result);
  return "proof" in result ? result.proof.by : result.code;
}

function attempt(evidence: Evidence, policy: TrustPolicy): Admission | HttpsError {
  try {
    return admit(evidence, policy);
  } catch (error) {
    if (error instanceof HttpsError) return error;
    throw error;
  }
}

function refusalOf(evidence: Partial<Evidence>, policy: TrustPolicy): HttpsError {
  const result = attempt({ ...normal, ...evidence }, policy);
  if ("proof" in result) throw new Error("it was admitted");
  return result;
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: noon }));
afterEach(() => void vi.useRealTimers());

describe("a connection is admitted", () => {
  const unreadable = Uint8Array.of(0x30, 0x01, 0x00);
  test.each<[law: string, evidence: Partial<Evidence>, options: TrustOptions, expected: string]>([
    ["when both keys accept", {}, {}, "path"],
    ["not when OpenSSL refuses what the engine accepts", { openssl: refused }, {}, "keys-disagree"],
    ["not when the engine refuses what OpenSSL accepts", {}, { roots: stranger.der }, "missing-intermediate"],
    ["not when both refuse", { openssl: refused }, { roots: stranger.der }, "missing-intermediate"],
    ["not under another name", { name: "other.example.com" }, {}, "wrong-host"],
    ["under the name that is checked, whatever host was asked for", { host: "192.0.2.1" }, {}, "path"],
    ["not when its leaf cannot be read", { sent: [unreadable, leaf.der] }, {}, "malformed-certificate"],
    [
      "not when its leaf cannot be read and OpenSSL refuses",
      { sent: [unreadable], openssl: refused },
      {},
      "malformed-certificate",
    ],
    [
      "although something else that was sent cannot be read",
      { sent: [leaf.der, unreadable, intermediate.der] },
      {},
      "path",
    ],
    ["not without the certificates between", { sent: [leaf.der] }, {}, "missing-intermediate"],
    ["not without a certificate", { sent: [] }, {}, "no-certificate"],
    ["not at a moment before its certificates", {}, { at: daysLater(-40) }, "not-yet-valid"],
    ["not at a moment after its certificates", {}, { at: daysLater(61) }, "expired"],
    ["for the caller's reason, when OpenSSL refuses", { openssl: refused }, insecure(), "caller"],
    ["for the caller's reason, when the engine refuses", { name: "other" }, insecure(), "caller"],
    ["for the caller's reason, when its leaf cannot be read", { sent: [unreadable] }, insecure(), "caller"],
    ["for the caller's reason, without a certificate", { sent: [] }, insecure(), "caller"],
  ])("%s", (_, evidence, options, expected) => {
    expect(outcome(evidence, policyOf(options))).toBe(expected);
  });

  test("by the path that the engine found", () => {
    const { proof, report } = admit(normal, policyOf());
    expect(proof.by === "path" && proof.path.certificates.map(({ subject }) => subject.display)).toEqual([
      "host.example.com",
      "Test Intermediate",
    ]);
    expect([report.kind, report.basis, report.host, report.at]).toEqual([
      "verified",
      "handshake",
      host,
      noon,
    ]);
  });

  test("on a resumed session as on a handshake, and the report says which it was", () => {
    const { proof, report } = admit({ ...normal, resumed: true }, policyOf());
    expect([proof.by, report.basis]).toEqual(["path", "resumed-session"]);
  });

  test("under the profile that is asked for", () => {
    const bare = mintRoot({ subjectKeyId: null });
    const below = mintLeaf(bare, { authorityKeyId: null, subjectKeyId: null });
    const sent = [below.der];
    expect(outcome({ sent }, policyOf({ roots: bare.der }))).toBe("path");
    expect(outcome({ sent }, policyOf({ roots: bare.der, profile: "rfc5280" }))).toBe(
      "irregular-certificate",
    );
  });
});

describe("a refusal", () => {
  test("of OpenSSL's alone carries its code, its reason and the leaf", () => {
    const error = refusalOf({ openssl: refused }, policyOf());
    expect(error).toMatchObject({
      code: "keys-disagree",
      detail: {
        opensslCode: "CERT_REJECTED",
        reason: "certificate rejected",
        subject: "host.example.com",
        issuer: "Test Intermediate",
        role: "leaf",
        fingerprint: fingerprint(leaf.certificate, sha256),
        anchor: "Test Root",
      },
      cause: { code: "CERT_REJECTED", message: "certificate rejected" },
    });
    expect(error.trust?.toJSON()).toMatchObject({ kind: "refused", engine: "accepted" });
  });

  test("of both is the engine's, with OpenSSL's as its cause", () => {
    expect(refusalOf({ openssl: refused, name: "other.example.com" }, policyOf())).toMatchObject({
      code: "wrong-host",
      detail: { name: "other.example.com" },
      cause: { code: "CERT_REJECTED" },
    });
  });

  test("of the engine's alone has no cause", () => {
    expect(refusalOf({ name: "other.example.com" }, policyOf()).cause).toBeUndefined();
  });

  test("of a leaf that cannot be read says where, and by whose word besides", () => {
    expect(
      refusalOf({ sent: [Uint8Array.of(0x30, 0x01, 0x00)], openssl: refused }, policyOf()),
    ).toMatchObject({
      code: "malformed-certificate",
      detail: { subject: "", reason: expect.stringMatching(/\(byte \d+\)$/) as string },
      cause: { code: "CERT_REJECTED" },
    });
  });

  test("for want of a certificate says so", () => {
    expect(refusalOf({ sent: [] }, policyOf())).toMatchObject({
      code: "no-certificate",
      detail: { name: host, reason: "the chain is empty" },
    });
    expect(refusalOf({ sent: [], openssl: refused }, policyOf())).toMatchObject({
      code: "no-certificate",
      detail: { name: host, reason: "certificate rejected" },
    });
  });

  test("closes the socket that it is about; an admission leaves it open", () => {
    const [closed, kept] = [new Socket(), new Socket()];
    expect(() => admitOrClose({ ...normal, openssl: refused }, policyOf(), closed)).toThrow(HttpsError);
    expect(closed.destroyed).toBe(true);
    // An error that comes after the outcome ends no process.
    closed.emit("error", new Error("late"));
    expect(admitOrClose(normal, policyOf(), kept).proof.by).toBe("path");
    expect(kept.destroyed).toBe(false);
    kept.destroy();
  });
});

describe("a pin", () => {
  const aside = mintIntermediate(root, { name: "Aside" });
  const none = pinOf(stranger);
  const sent = [leaf.der, intermediate.der, aside.der];

  test.each<[law: string, pins: readonly string[], expected: string]>([
    ["may be the leaf's key", [pinOf(leaf)], "path"],
    ["may be an intermediate's key", [pinOf(intermediate)], "path"],
    ["may be the anchor's key, which nobody sent", [pinOf(root)], "path"],
    ["may be one of several", [none, pinOf(leaf)], "path"],
    ["that matches nothing refuses", [none], "pin-mismatch"],
    ["is not matched by a certificate that was sent and is not on the path", [pinOf(aside)], "pin-mismatch"],
  ])("%s", (_, pins, expected) => {
    expect(outcome({ sent }, policyOf({ pins: { [host]: pins } }))).toBe(expected);
  });

  test.each<[law: string, pinned: Minted, expected: string]>([
    ["is the leaf's key, the one that the handshake proved", leaf, "pin"],
    ["is not an intermediate's, which anybody can send along", intermediate, "pin-mismatch"],
    ["is not a certificate's beside the path", aside, "pin-mismatch"],
    ["is not the anchor's", root, "pin-mismatch"],
  ])("in the place of a path %s", (_, pinned, expected) => {
    const options = { ...insecure(), pins: { [host]: [pinOf(pinned)] } };
    expect(outcome({ sent: [...sent, root.der] }, policyOf(options))).toBe(expected);
    expect(outcome({ sent, openssl: refused }, policyOf(options))).toBe(expected);
    expect(outcome({ sent }, policyOf({ ...options, roots: stranger.der }))).toBe(expected);
  });

  test("stands beside the two keys, not in their place", () => {
    const pins = { [host]: [pinOf(leaf)] };
    expect(outcome({ openssl: refused }, policyOf({ pins }))).toBe("keys-disagree");
    expect(outcome({}, policyOf({ pins, roots: stranger.der }))).toBe("missing-intermediate");
    expect(outcome({ name: "other.example.com" }, policyOf({ pins }))).toBe("wrong-host");
  });

  test("that matches nothing is not what is wrong with a chain that does not verify", () => {
    const pins = { [host]: [none] };
    expect(outcome({}, policyOf({ pins, roots: stranger.der }))).toBe("missing-intermediate");
    expect(outcome({ openssl: refused }, policyOf({ pins }))).toBe("pin-mismatch");
  });

  test("for the host and one for the name: a key has to suit both", () => {
    const name = host;
    const asked = "asked.example.com";
    const both = (ofHost: readonly Minted[], ofName: readonly Minted[]): string =>
      outcome(
        { host: asked, name },
        policyOf({ pins: { [asked]: ofHost.map(pinOf), [name]: ofName.map(pinOf) } }),
      );
    expect(both([leaf], [leaf])).toBe("path");
    expect(both([leaf, stranger], [root, leaf])).toBe("path");
    expect(both([stranger], [leaf])).toBe("pin-mismatch");
    expect(both([leaf], [stranger])).toBe("pin-mismatch");
    expect(both([leaf], [root])).toBe("pin-mismatch");
    const one = (pins: TrustOptions["pins"]): string =>
      outcome({ host: asked, name }, policyOf({ ...(pins && { pins }) }));
    expect(one({ [asked]: [none] })).toBe("pin-mismatch");
    expect(one({ [name]: [none] })).toBe("pin-mismatch");
    expect(one({ "third.example.com": [none] })).toBe("path");
    const written = { host: "ASKED.example.com.", name };
    expect(outcome(written, policyOf({ pins: { [asked]: [none] } }))).toBe("pin-mismatch");
    // One list for both, where both are one host.
    const same = { host: "HOST.example.com.", name };
    expect(outcome(same, policyOf({ pins: { [host]: [pinOf(leaf)] } }))).toBe("path");
    expect(outcome(same, policyOf({ pins: { [host]: [none] } }))).toBe("pin-mismatch");
  });

  test.each(["HOST.example.com", "host.example.com."])(
    "is for a host however it is written: %s",
    (written) => {
      expect(outcome({ host: written }, policyOf({ pins: { [host]: [none] } }))).toBe("pin-mismatch");
      expect(outcome({ name: written, host: "x" }, policyOf({ pins: { [host]: [none] } }))).toBe(
        "pin-mismatch",
      );
    },
  );

  test("that matched is in the report, and makes its kind", () => {
    const { report } = admit(normal, policyOf({ pins: { [host]: [none, pinOf(root)] } }));
    expect([report.kind, report.pin]).toEqual(["pinned", pinOf(root)]);
    const byPin = admit(normal, policyOf({ ...insecure(), pins: { [host]: [pinOf(leaf)] } }));
    expect([byPin.proof, byPin.report.kind]).toEqual([{ by: "pin", pin: pinOf(leaf) }, "pinned"]);
    const byCaller = admit(normal, policyOf(insecure()));
    expect([byCaller.proof, byCaller.report.kind, byCaller.report.pin]).toEqual([
      { by: "caller", reason: "a test" },
      "unverified",
      undefined,
    ]);
  });

  test("that did not match is in the error, with the keys that were seen: the path's, else those sent", () => {
    const pins = { [host]: [none] };
    const ofPath = [leaf, intermediate, root].map(pinOf);
    expect(refusalOf({ sent }, policyOf({ pins })).detail).toMatchObject({
      host,
      subject: "host.example.com",
      expected: [none],
      seen: ofPath,
    });
    const unknown = policyOf({ ...insecure(), pins, roots: stranger.der });
    expect(refusalOf({ sent }, unknown).detail).toMatchObject({
      seen: [leaf, intermediate, aside].map(pinOf),
    });
  });
});

describe("a verdict is remembered", () => {
  const staple = (status: "good" | "revoked"): Uint8Array => mintOcsp(leaf, intermediate, { status });
  const later = (days: number): void => void vi.setSystemTime(daysLater(days));

  test("not for another staple", () => {
    const policy = policyOf();
    expect(outcome({ staple: staple("good") }, policy)).toBe("path");
    expect(outcome({ staple: staple("revoked") }, policy)).toBe("revoked");
    expect(outcome({}, policy)).toBe("path");
    expect(outcome({ staple: staple("revoked") }, policy)).toBe("revoked");
  });

  test("not for another name", () => {
    const policy = policyOf();
    expect(outcome({}, policy)).toBe("path");
    expect(outcome({ name: "other.example.com" }, policy)).toBe("wrong-host");
  });

  test("not for another chain", () => {
    const policy = policyOf();
    expect(outcome({}, policy)).toBe("path");
    expect(outcome({ sent: [leaf.der] }, policy)).toBe("missing-intermediate");
    expect(outcome({ sent: [mintLeaf(stranger).der, intermediate.der] }, policy)).toBe(
      "missing-intermediate",
    );
  });

  test("not for bytes that are cut into certificates elsewhere", () => {
    const policy = policyOf();
    expect(outcome({}, policy)).toBe("path");
    expect(outcome({ sent: [Buffer.concat([leaf.der, intermediate.der])] }, policy)).toBe(
      "malformed-certificate",
    );
  });

  test("not under another policy", () => {
    expect(outcome({}, policyOf())).toBe("path");
    expect(outcome({}, policyOf({ roots: stranger.der }))).toBe("missing-intermediate");
  });

  test("not when OpenSSL refuses the next time", () => {
    const policy = policyOf();
    expect(outcome({}, policy)).toBe("path");
    expect(outcome({ openssl: refused }, policy)).toBe("keys-disagree");
  });

  /** Leaf, intermediate and anchor end after the days given; all began thirty days before. */
  const ending = (
    days: readonly [leaf: number, intermediate: number, anchor: number],
  ): Evidence & { readonly roots: Uint8Array } => {
    const [ofLeaf, ofIntermediate, ofAnchor] = days;
    const minted = mintChain({
      root: { notAfterAt: daysLater(ofAnchor) },
      intermediate: { notAfterAt: daysLater(ofIntermediate) },
      leaf: { notAfterAt: daysLater(ofLeaf) },
    });
    const between = minted.intermediate?.der ?? new Uint8Array(0);
    return { ...normal, sent: [minted.leaf.der, between], roots: minted.root.der };
  };
  test.each<[string, readonly [number, number, number]]>([
    ["leaf", [10, 20, 20]],
    ["intermediate", [20, 10, 20]],
    ["anchor", [20, 20, 10]],
  ])("until its %s ends, and not a second longer", (_, days) => {
    const { roots, ...evidence } = ending(days);
    const policy = policyOf({ roots });
    expect(outcome(evidence, policy)).toBe("path");
    later(10);
    expect(outcome(evidence, policy)).toBe("path");
    vi.setSystemTime(daysLater(10) + 1_000);
    expect(outcome(evidence, policy)).toBe("expired");
  });

  test.each(["leaf", "intermediate", "root"] as const)(
    "from when its %s began, and not a second before",
    (which) => {
      const minted = mintChain({ [which]: { notBeforeAt: daysLater(-10) } });
      const evidence = { sent: [minted.leaf.der, minted.intermediate?.der ?? new Uint8Array(0)] };
      const policy = policyOf({ roots: minted.root.der });
      expect(outcome(evidence, policy)).toBe("path");
      later(-10);
      expect(outcome(evidence, policy)).toBe("path");
      vi.setSystemTime(daysLater(-10) - 1_000);
      expect(outcome(evidence, policy)).toBe("not-yet-valid");
    },
  );

  test("while the same question is asked: the engine is not asked again", () => {
    const policy = policyOf();
    const first = admit(normal, policy).report.verdict;
    later(1);
    expect(admit(normal, policy).report.verdict).toBe(first);
    expect(admit({ ...normal, resumed: true }, policy).report.verdict).toBe(first);
  });

  test("with a staple for ten minutes, whatever the certificates' dates", () => {
    const policy = policyOf();
    const evidence = { ...normal, staple: staple("good") };
    const first = admit(evidence, policy).report.verdict;
    vi.setSystemTime(noon + 600_000);
    expect(admit(evidence, policy).report.verdict).toBe(first);
    vi.setSystemTime(noon + 600_001);
    expect(admit(evidence, policy).report.verdict).not.toBe(first);
    later(4);
    expect(outcome(evidence, policy)).toBe("revocation-unknown");
  });

  test("with a staple for no moment before it was reached", () => {
    const policy = policyOf();
    const evidence = { ...normal, staple: staple("good") };
    expect(outcome(evidence, policy)).toBe("path");
    later(-2);
    expect(outcome(evidence, policy)).toBe("revocation-unknown");
  });

  test("with CRLs for ten minutes", () => {
    const policy = policyOf({ crls: [mintCrl(intermediate), mintCrl(root)] });
    const first = admit(normal, policy).report.verdict;
    vi.setSystemTime(noon + 600_001);
    expect(admit(normal, policy).report.verdict).not.toBe(first);
    later(7);
    expect(outcome({}, policy)).toBe("revocation-unknown");
  });

  test("never with a staple beyond the end of its certificates", () => {
    const end = noon + 60_000;
    const minted = mintChain({ intermediate: null, leaf: { notAfterAt: end } });
    const evidence = { sent: [minted.leaf.der], staple: mintOcsp(minted.leaf, minted.root) };
    const policy = policyOf({ roots: minted.root.der });
    expect(outcome(evidence, policy)).toBe("path");
    vi.setSystemTime(end + 1_000);
    expect(outcome(evidence, policy)).toBe("expired");
  });

  test("when it is positive: a refusal is reached anew each time", () => {
    const young = mintChain({ leaf: { notBeforeAt: daysLater(1) } });
    const evidence = { sent: [young.leaf.der, young.intermediate?.der ?? new Uint8Array(0)] };
    const policy = policyOf({ roots: young.root.der });
    expect(outcome(evidence, policy)).toBe("not-yet-valid");
    later(1);
    expect(outcome(evidence, policy)).toBe("path");
  });

  test("for so many questions and no more", () => {
    const policy = policyOf();
    const many = mintLeaf(intermediate, { names: ["dns:*.example.com", "dns:host.example.com"] });
    const ask = (name: string): unknown =>
      admit({ ...normal, sent: [many.der, intermediate.der], name }, policy).report.verdict;
    const first = ask(host);
    expect(ask(host)).toBe(first);
    for (let i = 0; i < admissionLimits.verdicts.value; i++) ask(`n${i}.example.com`);
    expect(ask(host)).not.toBe(first);
  });
});

describe("revocation", () => {
  const revoked = mintOcsp(leaf, intermediate, { status: "revoked" });
  const demanding = mintLeaf(intermediate, {
    extra: [extension("1.3.6.1.5.5.7.1.24", false, Uint8Array.of(0x30, 3, 2, 1, 5))],
  });

  test.each<[law: string, evidence: Partial<Evidence>, options: TrustOptions, expected: string]>([
    ["a staple that says revoked refuses", { staple: revoked }, {}, "revoked"],
    ["a staple is passed over where revocation is off", { staple: revoked }, { revocation: "off" }, "path"],
    ["bytes that are not a staple count as none", { staple: Uint8Array.of(1, 2, 3) }, {}, "path"],
    [
      "bytes that are not a staple do not serve a certificate that demands one",
      { staple: Uint8Array.of(1, 2, 3), sent: [demanding.der, intermediate.der] },
      {},
      "revocation-unknown",
    ],
    [
      "a certificate that demands a staple is refused without one",
      { sent: [demanding.der, intermediate.der] },
      {},
      "revocation-unknown",
    ],
    [
      "a demand for a staple is passed over where revocation is off",
      { sent: [demanding.der, intermediate.der] },
      { revocation: "off" },
      "path",
    ],
    [
      "a CRL that lists the leaf refuses",
      {},
      { crls: [mintCrl(root), mintCrl(intermediate, { revoked: [leaf] })] },
      "revoked",
    ],
    ["CRLs that list nothing admit", {}, { crls: [mintCrl(root), mintCrl(intermediate)] }, "path"],
    ["CRLs of other issuers are not enough", {}, { crls: [mintCrl(stranger)] }, "revocation-unknown"],
  ])("%s", (_, evidence, options, expected) => {
    expect(outcome(evidence, policyOf(options))).toBe(expected);
  });

  test("the report says whether a staple came, and whether it was used", () => {
    const notChecked = (staple: Uint8Array | undefined, options: TrustOptions = {}): readonly string[] =>
      admit({ ...normal, staple }, policyOf(options)).report.notChecked;
    const staple = mintOcsp(leaf, intermediate);
    const without = "revocation: the server stapled no OCSP response";
    const unused = "revocation: the stapled OCSP response was not used";
    expect(notChecked(undefined)).toContain(without);
    expect(notChecked(staple, { revocation: "off" })).toContain(unused);
    for (const sentence of [without, unused]) expect(notChecked(staple)).not.toContain(sentence);
  });
});

function insecure(): TrustOptions {
  return { insecure: { reason: "a test" } };
}
