/** How paths are found: branches, loops, budgets, dead ends, and the shapes that broke other searches. */
import { describe, expect, test } from "vitest";
import {
  anchorFromCertificate,
  explainVerdict,
  maxAttemptsKept,
  maxIntermediates,
  signatureBudget,
  type VerifyRequest,
  visitBudget,
} from "../../src/trust/index.ts";
import { trustPorts } from "../../src/admission/index.ts";
import { verify } from "../../src/trust/index.ts";
import { extensionOid } from "../../src/x509/index.ts";
import { writeConstructed, writeOid, writePrimitive, writeSequence } from "../../src/der/index.ts";
import {
  daysLater,
  extension,
  makeKeys,
  mint,
  type Minted,
  mintIntermediate,
  mintLeaf,
  mintRoot,
  noon,
} from "../pki/index.ts";
import { anchorOf, ask, outcome } from "./scenario.ts";
import { cpuMsOf } from "../cost.ts";

const certificates = (minted: readonly Minted[]): VerifyRequest["intermediates"] =>
  minted.map(({ certificate }) => certificate);

describe("branches", () => {
  test("a dead branch does not hide a living one", () => {
    const root = mintRoot();
    const keys = makeKeys();
    const stray = mintIntermediate(mintRoot({ name: "Nobody" }), { name: "CA", keys });
    const good = mintIntermediate(root, { name: "CA", keys });
    const verdict = ask(mintLeaf(good), {
      intermediates: certificates([stray, good]),
      anchors: [anchorOf(root)],
    });
    expect(outcome(verdict)).toBe("trusted");
  });

  test("a branch that a constraint forbids does not hide another", () => {
    const [one, two] = [mintRoot({ name: "One" }), mintRoot({ name: "Two" })];
    const keys = makeKeys();
    const forbidden = mintIntermediate(one, { name: "CA", keys, permit: ["dns:example.net"] });
    const allowed = mintIntermediate(two, { name: "CA", keys });
    const verdict = ask(mintLeaf(forbidden), {
      intermediates: certificates([forbidden, allowed]),
      anchors: [anchorOf(one), anchorOf(two)],
    });
    expect(outcome(verdict)).toBe("trusted");
    expect(verdict.tried.map(({ rejection }) => rejection.code)).toEqual(["name-constraint"]);
  });

  test("an expired cross-certificate does not hide the root that is trusted (AddTrust, 2020)", () => {
    const old = mintRoot({ name: "Old Root" });
    const fresh = mintRoot({ name: "New Root" });
    const cross = mintIntermediate(old, { name: "New Root", keys: fresh.keys, notAfterAt: daysLater(-1) });
    const middle = mintIntermediate(fresh, {});
    const verdict = ask(mintLeaf(middle), {
      intermediates: certificates([middle, cross]),
      anchors: [anchorOf(old), anchorOf(fresh)],
    });
    expect(outcome(verdict)).toBe("trusted");
  });

  test("a cross-certificate is a way up when only the old root is trusted", () => {
    const old = mintRoot({ name: "Old Root" });
    const fresh = mintRoot({ name: "New Root" });
    const cross = mintIntermediate(old, { name: "New Root", keys: fresh.keys });
    const middle = mintIntermediate(fresh, {});
    const verdict = ask(mintLeaf(middle), {
      intermediates: certificates([middle, cross]),
      anchors: [anchorOf(old)],
    });
    expect(verdict.trusted && verdict.path.certificates).toHaveLength(3);
  });

  test("issuers whose key is named come first, whatever the order sent", () => {
    const root = mintRoot();
    const right = mintIntermediate(root, { name: "CA" });
    const wrong = Array.from({ length: 5 }, () => mintIntermediate(root, { name: "CA" }));
    let checks = 0;
    const { certificate: leaf } = mintLeaf(right);
    const verifySignature: typeof trustPorts.verifySignature = (input) => {
      checks++;
      return trustPorts.verifySignature(input);
    };
    const verdict = verify(
      {
        leaf,
        intermediates: certificates([...wrong, right]),
        anchors: [anchorOf(root)],
        names: [],
        at: noon,
      },
      { ...trustPorts, verifySignature },
    );
    expect([verdict.trusted, checks]).toEqual([true, 2]);
  });

  test("anchors of one name are told apart by their keys", () => {
    const [one, two] = [mintRoot(), mintRoot()];
    const verdict = ask(mintLeaf(two), { anchors: [anchorOf(one), anchorOf(two)] });
    expect(verdict.trusted && verdict.path.anchor.spki).toBe(two.certificate.spki);
  });

  test("an intermediate may be the anchor, and its root is not needed", () => {
    const root = mintRoot();
    const middle = mintIntermediate(root);
    const verdict = ask(mintLeaf(middle), {
      intermediates: certificates([root]),
      anchors: [anchorOf(middle)],
    });
    expect(outcome(verdict)).toBe("trusted");
  });

  test("an anchor may be a name and a key alone", () => {
    const root = mintRoot();
    const { certificate, ...anchor } = anchorOf(root);
    expect(certificate).toBeDefined();
    expect(outcome(ask(mintLeaf(root), { anchors: [anchor] }))).toBe("trusted");
  });

  test("an unusable anchor that no path needs is not looked at", () => {
    const root = mintRoot();
    const odd = mintRoot({ name: "Odd", extra: [extension("1.2.3.4", true, Uint8Array.of(5, 0))] });
    expect(outcome(ask(mintLeaf(root), { anchors: [anchorOf(odd), anchorOf(root)] }))).toBe("trusted");
  });
});

describe("a leaf that is trusted itself", () => {
  const self = mint({
    name: "host.example.com",
    names: ["dns:host.example.com"],
    purposes: ["serverAuth"],
    usages: ["digitalSignature"],
  });

  test("is accepted for its own name", () => {
    expect(outcome(ask(self, { anchors: [anchorOf(self)] }))).toBe("trusted");
  });

  test("is refused for another", () => {
    expect(
      outcome(ask(self, { anchors: [anchorOf(self)], names: [{ kind: "dns", value: "other.example.com" }] })),
    ).toBe("wrong-host");
  });

  test("is refused after its end", () => {
    expect(outcome(ask(self, { anchors: [anchorOf(self)], at: daysLater(61) }))).toBe("expired");
  });

  test("is refused by its own words when nobody trusts it", () => {
    expect(outcome(ask(self, { anchors: [anchorOf(mintRoot())] }))).toBe("self-signed");
  });

  test("vouches for nobody else", () => {
    const other = mintLeaf(self);
    expect(outcome(ask(other, { anchors: [anchorOf(self)] }))).toBe("not-a-ca");
  });

  test("may be one that another CA issued", () => {
    const leaf = mintLeaf(mintRoot());
    expect(outcome(ask(leaf, { anchors: [anchorOf(leaf)] }))).toBe("trusted");
  });
});

describe("dead ends", () => {
  const urls = writeSequence(
    writeSequence(
      writeOid("1.3.6.1.5.5.7.48.2"),
      writePrimitive(6, new TextEncoder().encode("http://ca.example/ca.der")),
    ),
  );

  test("an issuer that nobody sent is needed, with its key and where it is published", () => {
    const root = mintRoot();
    const middle = mintIntermediate(root);
    const leaf = mintLeaf(middle, { extra: [extension(extensionOid.authorityInfoAccess, false, urls)] });
    const verdict = ask(leaf, { anchors: [anchorOf(root)] });
    expect(outcome(verdict)).toBe("missing-intermediate");
    expect(!verdict.trusted && verdict.needs).toEqual([
      {
        issuer: "CN=Test Intermediate",
        keyId: middle.certificate.extensions.value("subjectKeyIdentifier"),
        urls: ["http://ca.example/ca.der"],
      },
    ]);
  });

  test("a root that was sent and is not trusted is named", () => {
    const root = mintRoot({ name: "Unknown Root" });
    const middle = mintIntermediate(root);
    const verdict = ask(mintLeaf(middle), {
      intermediates: certificates([middle, root]),
      anchors: [anchorOf(mintRoot())],
    });
    expect(verdict.trusted ? undefined : verdict.primary).toMatchObject({
      code: "untrusted-root",
      detail: { subject: "Unknown Root" },
    });
  });

  test("a leaf with its issuer's name and another's signature is not self-signed", () => {
    const root = mintRoot({ name: "host.example.com" });
    const leaf = mintLeaf(root);
    expect(outcome(ask(leaf, { anchors: [anchorOf(mintRoot())] }))).toBe("missing-intermediate");
  });

  test("no anchors at all is not a path", () => {
    const root = mintRoot();
    expect(outcome(ask(mintLeaf(root), { intermediates: certificates([root]) }))).toBe("untrusted-root");
  });

  test("the right root, but expired, beats an issuer unknown", () => {
    const root = mintRoot({ notAfterAt: daysLater(-1) });
    const other = mintIntermediate(mintRoot({ name: "Nobody" }), { name: "Test Root" });
    const verdict = ask(mintLeaf(root), { intermediates: certificates([other]), anchors: [anchorOf(root)] });
    expect(outcome(verdict)).toBe("expired");
  });
});

describe("shapes that broke others", () => {
  test("CAs that cross-sign in a circle end (CVE-2024-0567)", () => {
    const root = mintRoot({ name: "A" });
    const [b, c] = [makeKeys(), makeKeys()];
    const asB = mint({ name: "B", keys: b, ca: true });
    const asC = mint({ name: "C", keys: c, ca: true });
    const cross = (name: string, keys: ReturnType<typeof makeKeys>, by: Minted): Minted =>
      mintIntermediate(by, { name, keys });
    const pool = [
      cross("A", root.keys, asB),
      cross("A", root.keys, asC),
      cross("B", b, root),
      cross("B", b, asC),
      cross("C", c, root),
      cross("C", c, asB),
    ];
    const middle = mintIntermediate(root, { name: "A1" });
    expect(
      outcome(
        ask(mintLeaf(middle), { intermediates: certificates([...pool, middle]), anchors: [anchorOf(root)] }),
      ),
    ).toBe("trusted");
    const bare = ask(mintLeaf(mintIntermediate(asB, { name: "B1" })), {
      intermediates: certificates(pool),
      anchors: [anchorOf(mintRoot({ name: "Z" }))],
    });
    expect(bare.trusted).toBe(false);
  });

  test("two CAs that sign each other and nobody else lead nowhere", () => {
    const [one, two] = [mint({ name: "One", ca: true }), mint({ name: "Two", ca: true })];
    const oneByTwo = mintIntermediate(two, { name: "One", keys: one.keys });
    const twoByOne = mintIntermediate(one, { name: "Two", keys: two.keys });
    const verdict = ask(mintLeaf(oneByTwo), {
      intermediates: certificates([oneByTwo, twoByOne]),
      anchors: [anchorOf(mintRoot())],
      maxDepth: 255,
    });
    expect(verdict.trusted).toBe(false);
  });

  test("a hundred CAs of one name that lead nowhere cost no signature (CVE-2018-16875)", () => {
    const keys = makeKeys();
    const stray = mint({ name: "CA", keys, ca: true });
    const pool = Array.from({ length: 100 }, () => mintIntermediate(stray, { name: "CA", keys: makeKeys() }));
    const counted = countChecks({ leaf: mintLeaf(stray), pool, anchors: [mintRoot()] });
    expect(counted.trusted).toBe(false);
    expect(counted.checks).toBeLessThanOrEqual(1);
  });

  test("many anchors of one name stop at the signature budget", () => {
    const anchors = Array.from({ length: signatureBudget.value + 1 }, () => mintRoot({ name: "CA" }));
    const leaf = mintLeaf(mintRoot({ name: "CA" }));
    const fits = countChecks({ leaf, pool: [], anchors: anchors.slice(1) });
    expect([fits.code, fits.checks]).toEqual(["bad-signature", signatureBudget.value]);
    const over = countChecks({ leaf, pool: [], anchors });
    expect([over.code, over.checks]).toEqual(["budget-exhausted", signatureBudget.value]);
    expect(over.detail).toMatchObject({ budget: "signature checks", limit: signatureBudget.value });
  });

  test("a mesh of CAs that certify each other stops at the visit budget", () => {
    const anchors = [mintRoot({ name: "CA" })];
    const [one] = anchors;
    if (one === undefined) throw new Error("no root");
    // Twelve CAs, each certified by each: the ways through them are more than can be visited.
    const mesh = Array.from({ length: 12 }, (_, i) => mint({ name: `M${i}`, ca: true }));
    const pool = mesh.flatMap((subject, i) =>
      mesh
        .filter((_, j) => j !== i)
        .map((issuer) => mintIntermediate(issuer, { name: `M${i}`, keys: subject.keys })),
    );
    const [first] = mesh;
    if (first === undefined) throw new Error("no mesh");
    const entry = mintIntermediate(one, {
      name: "M11",
      keys: mesh[11]?.keys ?? makeKeys(),
      notAfterAt: daysLater(-1),
    });
    const verdict = ask(mintLeaf(first), {
      intermediates: certificates([...pool, entry]),
      anchors: anchors.map((root) => anchorOf(root)),
    });
    expect(verdict.trusted).toBe(false);
    const codes = verdict.tried.map(({ rejection }) => rejection.code);
    expect(codes).toContain("budget-exhausted");
    expect(codes.length).toBeLessThanOrEqual(maxAttemptsKept.value + 1);
    expect(verdict.omitted).toBeGreaterThan(0);
    expect(visitBudget.value).toBeGreaterThan(1000);
  });

  test("names times constraints stop at the comparison budget", () => {
    const many = (count: number, prefix: string): readonly string[] =>
      Array.from({ length: count }, (_, i) => `dns:${prefix}${i}.test`);
    const root = mintRoot({ permit: [...many(600, "x"), "dns:example.com"], exclude: many(600, "y") });
    const fits = mintLeaf(root, { names: ["dns:host.example.com"] });
    const floods = mintLeaf(root, {
      names: ["dns:host.example.com", ...Array.from({ length: 300 }, (_, i) => `dns:h${i}.example.com`)],
    });
    expect(outcome(ask(fits, { anchors: [anchorOf(root)] }))).toBe("trusted");
    expect(outcome(ask(floods, { anchors: [anchorOf(root)] }))).toBe("budget-exhausted");
  });

  test("more intermediates than are looked at is said", () => {
    const root = mintRoot();
    const middle = mintIntermediate(root);
    const junk = mintIntermediate(mintRoot({ name: "Junk" }), { name: "Junk CA" });
    const flood = (count: number): readonly Minted[] => Array.from({ length: count }, () => junk);
    const leaf = mintLeaf(middle);
    const fits = ask(leaf, {
      intermediates: certificates([...flood(maxIntermediates.value - 1), middle]),
      anchors: [anchorOf(root)],
    });
    const over = ask(leaf, {
      intermediates: certificates([...flood(maxIntermediates.value), middle]),
      anchors: [anchorOf(root)],
    });
    expect([outcome(fits), outcome(over)]).toEqual(["trusted", "budget-exhausted"]);
  });

  test("self-issued certificates without end stop at the path's length", () => {
    const root = mintRoot({ name: "One" });
    let issuer = root;
    const pool: Minted[] = [];
    for (let i = 0; i < 40; i++) pool.push((issuer = mintIntermediate(issuer, { name: "One" })));
    const short = pool[20];
    if (short === undefined) throw new Error("no chain");
    expect(
      outcome(
        ask(mintLeaf(short), { intermediates: certificates(pool.slice(0, 21)), anchors: [anchorOf(root)] }),
      ),
    ).toBe("trusted");
    expect(
      ask(mintLeaf(issuer), { intermediates: certificates(pool), anchors: [anchorOf(root)] }).trusted,
    ).toBe(false);
  });

  test("a policy graph that doubles at each level costs no more than its size (CVE-2023-0464)", () => {
    const policies = Array.from({ length: 2 }, (_, i) => `1.3.6.1.4.1.99999.${i}`);
    const mappings = policies.flatMap((from) => policies.map((to): readonly [string, string] => [from, to]));
    let issuer = mintRoot();
    const anchors = [anchorOf(issuer)];
    const pool: Minted[] = [];
    for (let i = 0; i < 8; i++)
      pool.push(
        (issuer = mintIntermediate(issuer, {
          name: `CA ${i}`,
          policies,
          mappings,
          ...(i === 0 ? { requireExplicitPolicy: 0 } : {}),
        })),
      );
    const leaf = mintLeaf(issuer, { policies });
    const search = (): void =>
      expect(outcome(ask(leaf, { intermediates: certificates(pool), anchors }))).toBe("trusted");
    expect(cpuMsOf(search)).toBeLessThan(500);
  });

  test("a NUL or a comma in a name is shown escaped and matches nobody (CVE-2021-44532, CVE-2022-21824)", () => {
    const root = mintRoot();
    const value = writeSequence(
      writePrimitive(2, new TextEncoder().encode("host.example.com\0.evil.example")),
      writePrimitive(6, new TextEncoder().encode("http://x/, DNS:host.example.com")),
    );
    const leaf = mintLeaf(root, {
      names: null,
      extra: [extension(extensionOid.subjectAltName, false, value)],
    });
    const verdict = ask(leaf, { anchors: [anchorOf(root)] });
    expect(outcome(verdict)).toBe("wrong-host");
    expect(verdict.trusted ? [] : verdict.primary.detail).toMatchObject({
      names: ["host.example.com\\00.evil.example"],
    });
  });

  test("an extension that stands twice is not a certificate at all", () => {
    const value = writeConstructed(2);
    const twice = extension("1.2.3.4", false, value);
    expect(() => mint({ extra: [twice, twice] })).toThrow("stands twice");
  });
});

describe("distrust after a date", () => {
  const root = mintRoot();
  const limited = anchorFromCertificate(
    root.certificate,
    { store: "mozilla" },
    { distrustAfterAt: daysLater(-10), profile: "rfc5280" },
  );

  test("a leaf from before is trusted", () => {
    expect(outcome(ask(mintLeaf(root, { notBeforeAt: daysLater(-10) }), { anchors: [limited] }))).toBe(
      "trusted",
    );
  });

  test("a leaf from after is not", () => {
    const verdict = ask(mintLeaf(root, { notBeforeAt: daysLater(-9) }), { anchors: [limited] });
    expect(outcome(verdict)).toBe("distrusted-after");
    expect(explainVerdict(verdict)).toContain("is trusted only for what it issued up to 2026-01-05");
  });
});

test("the profile is the anchor's own unless the caller sets it", () => {
  const root = mintRoot();
  const leaf = mintLeaf(root, { purposes: null });
  expect(outcome(ask(leaf, { anchors: [anchorOf(root, "file")] }))).toBe("trusted");
  expect(outcome(ask(leaf, { anchors: [anchorOf(root, "mozilla")] }))).toBe("wrong-usage");
  expect(outcome(ask(leaf, { anchors: [anchorOf(root, "mozilla")], profile: "rfc5280" }))).toBe("trusted");
});

function countChecks({
  leaf,
  pool,
  anchors,
}: {
  readonly leaf: Minted;
  readonly pool: readonly Minted[];
  readonly anchors: readonly Minted[];
}): { readonly trusted: boolean; readonly code: string; readonly detail: unknown; readonly checks: number } {
  let checks = 0;
  const verdict = verify(
    {
      leaf: leaf.certificate,
      intermediates: certificates(pool),
      anchors: anchors.map((root) => anchorOf(root)),
      names: [],
      at: noon,
    },
    {
      ...trustPorts,
      verifySignature: (input) => {
        checks++;
        return trustPorts.verifySignature(input);
      },
    },
  );
  const detail = verdict.trusted ? undefined : verdict.primary.detail;
  return { trusted: verdict.trusted, code: outcome(verdict), detail, checks };
}
