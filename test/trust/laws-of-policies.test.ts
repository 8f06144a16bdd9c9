/**
 * Certificate policies by RFC 5280 §6.1: what CAs, from the top down, say of policies, and what then holds of a leaf. A
 * row that is refused names the certificate that is found wanting.
 */
import { describe, expect, test } from "vitest";
import { type Minted, mintIntermediate, mintLeaf, mintRoot, type Shape } from "../pki/index.ts";
import { anchorOf, ask } from "./scenario.ts";

const A = "1.3.6.1.4.1.99999.1";
const B = "1.3.6.1.4.1.99999.2";
const C = "1.3.6.1.4.1.99999.3";
const any = "2.5.29.32.0";

const trusted = "trusted";
const none = "a CA requires an explicit policy, and none is valid from the root down to here";

/** A sentence, the CAs below the root from the top down, the leaf, and `trusted` or `NAME: REASON`. */
type Row = readonly [law: string, cas: readonly Shape[], leaf: Shape, expected: string];

function policies(subject: string, rows: readonly Row[]): void {
  describe(subject, () => {
    test.each(rows)("%s", (_, cas, leaf, expected) => {
      expect(decide({}, cas, leaf)).toBe(expected);
    });
  });
}

/** CAs are called `CA 1`, `CA 2`..., unless their shape says otherwise: one called as the one above is self-issued. */
function decide(root: Shape, cas: readonly Shape[], leaf: Shape): string {
  const top = mintRoot(root);
  const sent: Minted[] = [];
  let issuer = top;
  for (const [i, shape] of cas.entries())
    sent.push((issuer = mintIntermediate(issuer, { name: `CA ${i + 1}`, ...shape })));
  const verdict = ask(mintLeaf(issuer, { name: "leaf", ...leaf }), {
    intermediates: sent.map(({ certificate }) => certificate),
    anchors: [anchorOf(top)],
    profile: "rfc5280",
  });
  if (verdict.trusted) return trusted;
  const { code, detail } = verdict.primary;
  return code === "policy-not-met" ? `${detail.subject}: ${detail.reason}` : code;
}

policies("a policy", [
  ["is asked for by nobody at first", [{}], {}, trusted],
  [
    "that is required and there will do",
    [{ requireExplicitPolicy: 0, policies: [A] }],
    { policies: [A] },
    trusted,
  ],
  [
    "that is required is missing in the leaf",
    [{ requireExplicitPolicy: 0, policies: [A] }],
    {},
    `leaf: ${none}`,
  ],
  [
    "that the leaf alone has is not valid from the root down",
    [{ requireExplicitPolicy: 0, policies: [A] }],
    { policies: [B] },
    `leaf: ${none}`,
  ],
  [
    "that one CA in the middle lacks is not valid from there on",
    [{ policies: [A] }, {}, { requireExplicitPolicy: 0, policies: [A] }],
    { policies: [A] },
    `leaf: ${none}`,
  ],
  [
    "that is required is missed at the first CA that lacks it",
    [{ requireExplicitPolicy: 0, policies: [A] }, {}],
    { policies: [A] },
    `CA 2: ${none}`,
  ],
  [
    "is enough where others are not common to all",
    [{ requireExplicitPolicy: 0, policies: [A, B] }, { policies: [B, C] }],
    { policies: [A, B, C] },
    trusted,
  ],
]);

test("what a root says of policies binds nobody: it is not a part of the path (RFC 5280 §6.1)", () => {
  expect(decide({ requireExplicitPolicy: 0, inhibitAnyPolicy: 0, policies: [A] }, [{}], {})).toBe(trusted);
});

policies("requireExplicitPolicy (§6.1.4 (h), (i), §6.1.5 (a), (b))", [
  [
    "skips as many certificates as it says, the last one not",
    [{ requireExplicitPolicy: 1 }],
    {},
    `leaf: ${none}`,
  ],
  ["says nothing where the path ends before", [{ requireExplicitPolicy: 2 }], {}, trusted],
  ["counts the CAs below", [{ requireExplicitPolicy: 2 }, {}], {}, `leaf: ${none}`],
  ["does not count a self-issued CA", [{ requireExplicitPolicy: 2 }, { name: "CA 1" }], {}, trusted],
  [
    "is not loosened by a CA below",
    [
      { requireExplicitPolicy: 0, policies: [A] },
      { requireExplicitPolicy: 9, policies: [A] },
    ],
    {},
    `leaf: ${none}`,
  ],
  [
    "is tightened by a CA below",
    [{ requireExplicitPolicy: 9 }, { requireExplicitPolicy: 0, policies: [A] }],
    {},
    `leaf: ${none}`,
  ],
  ["counts in the leaf, where it is zero", [{}], { requireExplicitPolicy: 0 }, `leaf: ${none}`],
  [
    "counts in the leaf, and is met there",
    [{ policies: [A] }],
    { requireExplicitPolicy: 0, policies: [A] },
    trusted,
  ],
  ["says nothing in the leaf, where it is not zero", [{}], { requireExplicitPolicy: 1 }, trusted],
  [
    "is critical (§4.2.1.11)",
    [{ requireExplicitPolicy: 3, policyConstraintsCritical: false }],
    {},
    "CA 1: policyConstraints is not critical",
  ],
]);

policies("any policy (§6.1.3 (d) (2), §6.1.4 (j))", [
  [
    "of a CA stands for those of the leaf",
    [{ requireExplicitPolicy: 0, policies: [any] }],
    { policies: [B] },
    trusted,
  ],
  [
    "of the leaf stands for those of its CA",
    [{ requireExplicitPolicy: 0, policies: [A] }],
    { policies: [any] },
    trusted,
  ],
  [
    "hands down what is expected, and nothing else",
    [{ requireExplicitPolicy: 0, policies: [A] }, { policies: [any] }],
    { policies: [B] },
    `leaf: ${none}`,
  ],
  [
    "does not stand for any where it is inhibited",
    [{ requireExplicitPolicy: 0, inhibitAnyPolicy: 0, policies: [A] }],
    { policies: [any] },
    `leaf: ${none}`,
  ],
  [
    "does not stand for itself where it is inhibited",
    [{ requireExplicitPolicy: 0, inhibitAnyPolicy: 0, policies: [any] }],
    { policies: [any] },
    `leaf: ${none}`,
  ],
  [
    "of the CA that inhibits it still counts",
    [{ requireExplicitPolicy: 0, inhibitAnyPolicy: 0, policies: [any] }],
    { policies: [A] },
    trusted,
  ],
  [
    "of a CA below does not stand for any where it is inhibited",
    [{ requireExplicitPolicy: 0, inhibitAnyPolicy: 0, policies: [A] }, { policies: [any] }],
    { policies: [A] },
    `CA 2: ${none}`,
  ],
  [
    "of a self-issued CA counts where it is inhibited",
    [
      { requireExplicitPolicy: 0, inhibitAnyPolicy: 0, policies: [A] },
      { name: "CA 1", policies: [any] },
    ],
    { policies: [A] },
    trusted,
  ],
  [
    "of a self-issued leaf does not",
    [{ requireExplicitPolicy: 0, inhibitAnyPolicy: 0, policies: [A] }],
    { name: "CA 1", policies: [any] },
    `CA 1: ${none}`,
  ],
  [
    "counts in as many certificates as inhibitAnyPolicy says",
    [{ requireExplicitPolicy: 0, inhibitAnyPolicy: 1, policies: [A] }, { policies: [any] }],
    { policies: [A] },
    trusted,
  ],
  [
    "counts in no more",
    [{ requireExplicitPolicy: 0, inhibitAnyPolicy: 1, policies: [A] }, { policies: [any] }],
    { policies: [any] },
    `leaf: ${none}`,
  ],
  [
    "counts in as many that are not self-issued",
    [
      { requireExplicitPolicy: 0, inhibitAnyPolicy: 1, policies: [A] },
      { name: "CA 1", policies: [any] },
    ],
    { policies: [any] },
    trusted,
  ],
  [
    "is not let in again by a CA below",
    [
      { requireExplicitPolicy: 0, inhibitAnyPolicy: 0, policies: [A] },
      { inhibitAnyPolicy: 9, policies: [A] },
    ],
    { policies: [any] },
    `leaf: ${none}`,
  ],
  [
    "is inhibited critically (§4.2.1.14)",
    [{ inhibitAnyPolicy: 3, inhibitAnyPolicyCritical: false }],
    {},
    "CA 1: inhibitAnyPolicy is not critical",
  ],
]);

/** A CA that has A, requires a policy, and says that A is called B below. */
const mapper: Shape = { requireExplicitPolicy: 0, policies: [A], mappings: [[A, B]] };
const mapsAny = "CA 1: a policy mapping maps anyPolicy";

policies("a policy mapping (§6.1.4 (a), (b))", [
  ["has the other policy expected", [mapper], { policies: [B] }, trusted],
  ["has the one it was mapped from expected no more", [mapper], { policies: [A] }, `leaf: ${none}`],
  [
    "may have two in the place of one",
    [
      {
        ...mapper,
        mappings: [
          [A, B],
          [A, C],
        ],
      },
    ],
    { policies: [C] },
    trusted,
  ],
  [
    "of a policy that the CA does not have has nothing expected",
    [{ ...mapper, mappings: [[C, B]] }],
    { policies: [B] },
    `leaf: ${none}`,
  ],
  [
    "of a policy that the CA does not have leaves the others",
    [{ ...mapper, mappings: [[C, B]] }],
    { policies: [A] },
    trusted,
  ],
  [
    "is not followed into another of the same CA",
    [
      {
        ...mapper,
        mappings: [
          [A, B],
          [B, C],
        ],
      },
    ],
    { policies: [C] },
    `leaf: ${none}`,
  ],
  [
    "holds although another of the same CA begins where it ends",
    [
      {
        ...mapper,
        mappings: [
          [A, B],
          [B, C],
        ],
      },
    ],
    { policies: [B] },
    trusted,
  ],
  ["beside any policy has the other expected", [{ ...mapper, policies: [any] }], { policies: [B] }, trusted],
  [
    "beside any policy leaves every policy expected",
    [{ ...mapper, policies: [any] }],
    { policies: [A] },
    trusted,
  ],
  ["is never from any policy", [{ policies: [any], mappings: [[any, B]] }], {}, mapsAny],
  ["is never to any policy", [{ policies: [any], mappings: [[A, any]] }], {}, mapsAny],
]);

const inhibitor: Shape = { requireExplicitPolicy: 0, inhibitPolicyMapping: 0, policies: [A, C] };
const below: Shape = { policies: [A, C], mappings: [[A, B]] };

policies("inhibitPolicyMapping (§6.1.4 (b) (2), (h), (i))", [
  ["forbids the CAs below to map", [inhibitor, below], { policies: [B] }, `leaf: ${none}`],
  ["takes away what they map", [inhibitor, below], { policies: [A] }, `leaf: ${none}`],
  ["leaves what they do not map", [inhibitor, below], { policies: [C] }, trusted],
  ["does not bind the CA that says it", [{ ...inhibitor, mappings: [[A, B]] }], { policies: [B] }, trusted],
  [
    "skips as many CAs as it says",
    [{ ...inhibitor, inhibitPolicyMapping: 1 }, below],
    { policies: [B] },
    trusted,
  ],
  [
    "skips no more",
    [{ ...inhibitor, inhibitPolicyMapping: 1 }, { policies: [A] }, below],
    { policies: [B] },
    `leaf: ${none}`,
  ],
  [
    "does not count a self-issued CA",
    [{ ...inhibitor, inhibitPolicyMapping: 1 }, { name: "CA 1", policies: [A] }, below],
    { policies: [B] },
    trusted,
  ],
  [
    "is not loosened by a CA below",
    [inhibitor, { inhibitPolicyMapping: 9, policies: [A] }, below],
    { policies: [B] },
    `leaf: ${none}`,
  ],
]);

test("a policy that stands twice is malformed (RFC 5280 §4.2.1.4)", () => {
  expect(decide({}, [{}], { policies: [A, A] })).toBe("malformed-certificate");
});
