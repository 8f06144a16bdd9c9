/** Every limit of the path search, just under and just over, with what is said of it. */
import { describe, expect, test } from "vitest";
import {
  maxAttemptsKept,
  maxIntermediates,
  signatureBudget,
  visitBudget,
  type Verdict,
  type VerifyRequest,
} from "../../src/trust/index.ts";
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

/** The headline's own facts, without those of the certificate. */
function told(verdict: Verdict): object {
  if (verdict.trusted) return { code: "trusted" };
  const { code, detail } = verdict.primary;
  const { subject: _subject, issuer: _issuer, fingerprint: _fingerprint, role: _role, ...facts } = detail;
  return { code, ...facts };
}

describe("the length of a path", () => {
  /** Some CAs below a root, each of a name of its own or all of the root's, and a leaf. */
  function judge(count: number, { maxDepth, isOneName = false }: Row): Verdict {
    const root = mintRoot();
    const pool: Minted[] = [];
    for (let i = 1; i <= count; i++)
      pool.push(mintIntermediate(pool.at(-1) ?? root, { name: isOneName ? "Test Root" : `CA ${i}` }));
    const leaf = mintLeaf(pool.at(-1) ?? root);
    const depth = maxDepth === undefined ? {} : { maxDepth };
    return ask(leaf, { intermediates: certificates(pool), anchors: [anchorOf(root)], ...depth });
  }

  interface Row {
    readonly maxDepth?: number;
    readonly isOneName?: boolean;
  }

  const byOption = (limit: number, count: number): object => ({
    code: "path-too-long",
    limitedBy: "the option maxDepth",
    limit,
    count,
  });
  const bySearch = { code: "path-too-long", limitedBy: "the search", limit: 31, count: 32 };

  test.each<[law: string, count: number, row: Row, expected: object]>([
    ["eight CAs are as many as are taken unasked", 8, {}, { code: "trusted" }],
    ["nine are too many", 9, {}, byOption(8, 9)],
    ["none where none are allowed", 0, { maxDepth: 0 }, { code: "trusted" }],
    ["one where none are allowed", 1, { maxDepth: 0 }, byOption(0, 1)],
    ["as many as the caller allows", 12, { maxDepth: 12 }, { code: "trusted" }],
    ["one more than the caller allows", 13, { maxDepth: 12 }, byOption(12, 13)],
    ["31 are as many as any caller can have", 31, { maxDepth: Infinity }, { code: "trusted" }],
    ["32 are too many whatever is allowed", 32, { maxDepth: Infinity }, bySearch],
    ["32 are too many where 32 are allowed", 32, { maxDepth: 32 }, bySearch],
    ["31 that are self-issued do not count as depth", 31, { isOneName: true }, { code: "trusted" }],
  ])("%s", (_, count, row, expected) => {
    expect(told(judge(count, row))).toEqual(expected);
  });

  test("the path is kept up to the CA that is one too many", () => {
    const { tried } = judge(12, {});
    expect(tried.map(({ certificates: path, anchor }) => [path.length, anchor])).toEqual([[10, undefined]]);
  });

  test("a chain without a root is followed as far", () => {
    const nobody = mintRoot({ name: "Nobody" });
    const pool: Minted[] = [];
    for (let i = 1; i <= 32; i++) pool.push(mintIntermediate(pool.at(-1) ?? nobody, { name: `CA ${i}` }));
    const [top, ...rest] = pool;
    const leaf = mintLeaf(pool.at(-1) ?? nobody);
    expect(told(ask(leaf, { intermediates: certificates(pool) }))).toEqual(bySearch);
    expect(outcome(ask(leaf, { intermediates: certificates(rest) }))).toBe("missing-intermediate");
    expect(top).toBeDefined();
  });
});

describe("how much is looked at", () => {
  test("512 intermediates and no path: all were looked at", () => {
    const leaf = mintLeaf(mintRoot());
    const junk = mintIntermediate(mintRoot({ name: "Junk" }), { name: "Junk CA" });
    const flood = (count: number): Verdict =>
      ask(leaf, { intermediates: certificates(Array.from({ length: count }, () => junk)) });
    expect(outcome(flood(maxIntermediates.value))).toBe("missing-intermediate");
    const over = flood(maxIntermediates.value + 1);
    expect(told(over)).toEqual({ code: "budget-exhausted", budget: "intermediates", limit: 512 });
    expect(over.tried).toMatchObject([{ certificates: [leaf.certificate], anchor: undefined, others: [] }]);
  });

  test("1,024 anchors of one name, and not one more", () => {
    const root = anchorOf(mintRoot());
    const leaf = mintLeaf(mintRoot(), { notAfterAt: daysLater(-1) });
    const among = (count: number): Verdict =>
      ask(leaf, { anchors: Array.from({ length: count }, () => root) });
    const all = among(visitBudget.value);
    expect(outcome(all)).toBe("bad-signature");
    expect([all.tried.length, all.omitted]).toEqual([maxAttemptsKept.value, 1_024 - maxAttemptsKept.value]);
    const over = among(visitBudget.value + 1);
    expect(told(over)).toEqual({ code: "budget-exhausted", budget: "issuer candidates", limit: 1_024 });
  });

  test("100 signatures, and not one more", () => {
    const anchors = Array.from({ length: signatureBudget.value + 1 }, () => anchorOf(mintRoot()));
    const leaf = mintLeaf(mintRoot());
    expect(outcome(ask(leaf, { anchors: anchors.slice(1) }))).toBe("bad-signature");
    expect(told(ask(leaf, { anchors }))).toEqual({
      code: "budget-exhausted",
      budget: "signature checks",
      limit: 100,
    });
  });

  test("the ways through four CAs that all certify each other, not those through five", () => {
    const endsOf = ({ tried }: Verdict): ReadonlySet<string> =>
      new Set(tried.map(({ rejection }) => rejection.code));
    expect(endsOf(throughMesh(4))).toEqual(new Set(["expired"]));
    expect(endsOf(throughMesh(5))).toEqual(new Set(["expired", "budget-exhausted"]));
  });

  test("CAs that all certify each other and lead to no anchor cost nothing", () => {
    expect(outcome(throughMesh(5, { isAnchored: false }))).toBe("untrusted-root");
  });
});

/** A leaf below the first of some CAs that all certify each other; a root's certificate for the last is over. */
function throughMesh(size: number, { isAnchored = true } = {}): Verdict {
  const root = mintRoot();
  const mesh = Array.from({ length: size }, (_, i) => mint({ name: `M${i}`, ca: true, keys: makeKeys() }));
  const pool = mesh.flatMap((subject, i) =>
    mesh
      .filter((issuer) => issuer !== subject)
      .map((issuer) => mintIntermediate(issuer, { name: `M${i}`, keys: subject.keys })),
  );
  const [first] = mesh;
  const last = mesh.at(-1);
  if (first === undefined || last === undefined) throw new Error("no mesh");
  const entry = mintIntermediate(root, {
    name: `M${size - 1}`,
    keys: last.keys,
    notAfterAt: daysLater(-1),
  });
  return ask(mintLeaf(first), {
    intermediates: certificates(isAnchored ? [...pool, entry] : pool),
    anchors: [anchorOf(root)],
  });
}
