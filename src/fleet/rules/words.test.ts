/** What each rule says, whole: what it is sure of, when, the sentence, the evidence and the remedy. */
import { describe, expect, it } from "vitest";
import {
  answered,
  chain,
  type ChainShape,
  days,
  failed,
  hourly,
  noon,
  refusedSince,
  servesUntil,
  situation,
  type VisitShape,
  watch,
} from "../../../test/fleet/made-up.ts";
import { wordsOfRules } from "../../../test/fleet/words-of-rules.ts";
import { mintRoot } from "../../../test/pki/index.ts";
import type { Alert, Concern } from "../alert.ts";
import type { ShownFact } from "../history.ts";
import type { Situation } from "../situation.ts";
import type { Variant } from "../visit.ts";
import { rules } from "./rules.ts";

type Rule = keyof typeof rules;
const of = (life: number, left: number): ChainShape => ({ fromDay: left - life, untilDay: left });
const habit = (renewals: number, share: number, allowance: number): Situation["habit"] => ({
  renewals,
  share,
  allowance,
});

function say({ severity, sure, subject, dueAt, sentence, evidence, remedy }: Concern): readonly string[] {
  const due = dueAt === undefined ? "" : ` due ${new Date(dueAt).toISOString()}`;
  return [
    `${severity} ${sure}${subject === "" ? "" : ` of ${subject}`}${due}`,
    sentence,
    ...evidence,
    remedy,
  ];
}

const both = (...seen: readonly ShownFact[]): Partial<Situation> => ({ seen, facts: seen, now: days(3) });
const two: Partial<Variant> = { address: "192.0.2.2" };
const rsa: Partial<Variant> = { keyType: "RSA" };
const ecdsa: Partial<Variant> = { keyType: "ECDSA" };
const refused: ChainShape = { refused: "untrusted-root" };

const serves = servesUntil(days(100));
const refuses = refusedSince(noon);
const before = { forecasts: [serves], seen: [chain({}, { issuer: "CA One" })] };
const { certificate } = mintRoot({ name: "Root", notBeforeAt: Date.UTC(2007, 0, 1) });
const named = "cbb522d7b7f127ad6a0113865bdf1cd4102e7d0759af635a7cf4720dc963c53b";
const distrusted = "c0a6f4dc63a24bfdcf54ef2a6a082a0a72de35803e2ff5ff527ae5d87206dfd5";
const known = new Map([
  [named, certificate],
  [distrusted, certificate],
  ["ff", certificate],
]);
const root = (id: string, more: ChainShape = {}): Partial<Situation> => ({
  seen: [chain({}, { root: id, ...more }), chain(two, { root: id, ...more })],
  knownRoots: known,
});
const open = (rule: string, subject: string): Alert => ({ rule, subject, severity: "warning" }) as Alert;
const missing: ChainShape = { refused: "missing-intermediate", missing: "Issuing" };

/** One rule asked with one situation. */
const asked: readonly (readonly [law: string, rule: Rule, of: Partial<Situation>])[] = [
  ["a path ends with its leaf", "path-ends", both(chain({}, of(90, 12)))],
  [
    "a path ends with a CA certificate between",
    "path-ends",
    both(chain({}, { ends: { untilDay: 12, by: "intermediate" } })),
  ],
  ["a path ends with its root", "path-ends", both(chain({}, { ends: { untilDay: 12, by: "root" } }))],
  [
    "a path ends, as late as always",
    "path-ends",
    { ...both(chain({}, of(90, 11))), habit: habit(4, 0.1, 0.3) },
  ],
  [
    "a path ends at two addresses",
    "path-ends",
    both(chain({}, of(90, 12)), chain(two, of(90, 8)), chain({ address: "192.0.2.3" }, of(90, 10))),
  ],
  ["a path has ended with its leaf", "path-ends", both(chain({}, { ...of(90, 2), refused: "expired" }))],
  ["a path has ended, and nobody looked since", "path-ends", both(chain({}, of(90, 2)))],
  [
    "a path has ended at the end of what a CA gave out",
    "path-ends",
    {
      seen: [chain({}, { refused: "expired" })],
      facts: [
        chain({}, { ends: { untilDay: 1, by: "intermediate" } }, { lastAt: days(1) }),
        chain(two, { ends: { untilDay: 0.5, by: "intermediate" } }, { lastAt: days(1) }),
        chain({}, { leaf: "another", ends: { untilDay: 0.4, by: "intermediate" } }, { lastAt: days(1) }),
        chain({}, { ends: { untilDay: 0.3, by: "intermediate" } }, { lastAt: days(1), place: "there" }),
        chain({}, { refused: "expired" }),
      ],
      now: days(3),
    },
  ],
  [
    "a path has ended, and it is not known when",
    "path-ends",
    { seen: [chain({}, { refused: "expired" })], facts: [], now: days(3) },
  ],
  [
    "a renewal is late, as it was once",
    "late-renewal",
    { ...both(chain({}, of(90, 13))), habit: habit(1, 1 / 3, 0.45) },
  ],
  [
    "a renewal is late, as each time",
    "late-renewal",
    {
      ...both(chain({}, of(90, 13)), chain(two, of(90, 40)), chain({ address: "192.0.2.3" }, of(90, 60))),
      habit: habit(5, 1 / 3, 0.45),
    },
  ],
  [
    "a renewal is late, and its certificate has ended",
    "late-renewal",
    { ...both(chain({}, { ...of(90, 2), refused: "expired" })), habit: habit(2, 1 / 3, 0.45) },
  ],
  [
    "a renewal is not late of what is refused",
    "late-renewal",
    { ...both(chain({}, { ...of(90, 4), refused: "untrusted-root" })), habit: habit(2, 1 / 3, 0.45) },
  ],
  ["a bundle breaks", "bundle-breaks", { forecasts: [serves] }],
  [
    "a bundle breaks, by a root that is not known",
    "bundle-breaks",
    { forecasts: [{ ...serves, root: undefined }] },
  ],
  ["a bundle breaks, by no root", "bundle-breaks", { forecasts: [{ ...serves, rootName: undefined }] }],
  ["a bundle has broken by its day", "bundle-breaks", { forecasts: [{ ...serves, breaksAt: noon }] }],
  [
    "a bundle is refused",
    "bundle-breaks",
    { forecasts: [{ ...refuses, add: [{ subject: "Root Two", sha256: "bb" }] }] },
  ],
  [
    "a bundle is refused, and another one was well",
    "bundle-breaks",
    {
      forecasts: [refuses],
      before: { forecasts: [{ ...serves, bundle: "b2" }, refuses], seen: [] },
      alerts: [
        { ...open("bundle-breaks", "b2"), severity: "critical" },
        { ...open("path-ends", "b1"), severity: "critical" },
      ],
    },
  ],
  [
    "a CA moved outside of a bundle",
    "issuer-outside-bundle",
    { forecasts: [refuses], seen: [chain({}, { issuer: "CA Two" })], before },
  ],
  [
    "a CA moved, and which root there was is not known",
    "issuer-outside-bundle",
    {
      forecasts: [refuses],
      seen: [chain({}, { issuer: "CA Two" })],
      before: {
        ...before,
        forecasts: [
          { ...serves, bundle: "b0", rootName: "Root Zero" },
          { ...serves, rootName: undefined },
        ],
      },
    },
  ],
  [
    "addresses show another chain, which is refused",
    "addresses-differ",
    both(chain({}, {}), chain(two, refused)),
  ],
  [
    "an address still shows the old certificate",
    "addresses-differ",
    {
      ...both(chain({}, of(90, 20)), chain(two, { ...of(90, 90), leaf: "fresh" }, { firstAt: days(1) })),
      facts: [
        chain(two, of(90, 20), { lastAt: days(0.9) }),
        chain({}, of(90, 20)),
        chain(two, { ...of(90, 90), leaf: "fresh" }, { firstAt: days(1) }),
      ],
    },
  ],
  [
    "addresses end far apart",
    "addresses-differ",
    both(chain({}, of(90, 20)), chain(two, { ...of(90, 80), leaf: "other" })),
  ],
  [
    "addresses have two issuers",
    "addresses-differ",
    both(chain({}, {}), chain(two, { leaf: "other", issuer: "CA Two" })),
  ],
  [
    "addresses have three issuers",
    "addresses-differ",
    both(
      chain({}, {}),
      chain(two, { leaf: "other", issuer: "CA Two" }),
      chain({ address: "192.0.2.3" }, { leaf: "third", issuer: "CA Three" }),
    ),
  ],
  [
    "an address alone does not differ",
    "addresses-differ",
    both(chain({}, of(90, 20)), chain({ ...two, ...rsa }, { ...of(90, 80), leaf: "other" })),
  ],
  [
    "a version alone does not differ",
    "addresses-differ",
    both(
      chain({ version: "TLSv1.2" }, of(90, 20)),
      chain({ ...two, version: "TLSv1.3" }, { ...of(90, 80), leaf: "other" }),
    ),
  ],
  ["a kind of key is refused", "keys-differ", both(chain(rsa, {}), chain(ecdsa, refused))],
  [
    "a device and a kind of key are refused",
    "keys-differ",
    both(chain({ ...rsa, offer: "node" }, refused), chain(ecdsa, refused), chain(rsa, {})),
  ],
  [
    "kinds of key end far apart",
    "keys-differ",
    both(chain(rsa, of(90, 20)), chain(ecdsa, { ...of(90, 80), leaf: "other" })),
  ],
  [
    "kinds of key have two roots",
    "keys-differ",
    both(chain(rsa, {}), chain(ecdsa, { leaf: "other", anchor: "Root Two" })),
  ],
  [
    "kinds of key have three roots",
    "keys-differ",
    both(
      chain(rsa, {}),
      chain(ecdsa, { leaf: "other", anchor: "Root Two" }),
      chain({ version: "TLSv1.2" }, { leaf: "third", anchor: "Root Three" }),
    ),
  ],
  [
    "a kind of key beside one that has ended does not differ",
    "keys-differ",
    both(chain(rsa, {}), chain(ecdsa, { ...of(90, 2), refused: "expired" })),
  ],
  ["an intermediate is not sent", "chain-incomplete", both(chain({}, missing))],
  [
    "an intermediate is not sent at one address",
    "chain-incomplete",
    both(chain({}, missing), chain(two, {})),
  ],
  [
    "a certificate is revoked",
    "revoked",
    both(chain({}, { refused: "revoked" }), chain(two, { refused: "revoked" })),
  ],
  ["a programme's date comes", "programme-date", { ...root(named), now: Date.UTC(2027, 0, 1) }],
  ["a programme's date has come", "programme-date", { ...root(named), now: Date.UTC(2027, 4, 1) }],
  [
    "a programme's date comes, of a root that refuses",
    "programme-date",
    { ...root(named, { refused: "expired" }), now: Date.UTC(2027, 0, 1) },
  ],
  ["a programme distrusts what was issued later", "programme-date", { ...root(distrusted), now: noon }],
  [
    "a programme distrusts, and all was issued before",
    "programme-date",
    { ...root(distrusted, { fromDay: -500 }), now: noon },
  ],
  ["a programme's schedule has come", "programme-date", { ...root("ff"), isPublic: () => true, now: noon }],
  [
    "a programme's schedule comes",
    "programme-date",
    { ...root("ff"), isPublic: () => true, now: Date.UTC(2026, 1, 1) },
  ],
];

/** What is open after visits, an hour apart. */
const down: VisitShape = { answer: failed("connect-timeout"), shows: [] };
const from = (place: string, shape: VisitShape): VisitShape => ({ ...shape, place });
const status = (code: number): VisitShape => ({ answer: answered(code) });
const visited: readonly (readonly [law: string, visits: readonly VisitShape[]])[] = [
  ["nobody connects", [{}, down, down]],
  [
    "one place of two does not connect",
    [from("here", {}), from("there", down), from("here", {}), from("there", down)],
  ],
  ["no place connects", [from("here", down), from("there", down), from("here", down), from("there", down)]],
  ["it comes and goes", [down, {}, down, {}, down, {}, down, {}]],
  ["it was down and is not calm yet", [down, down, {}, down, down, {}]],
  ["an answer changed", [status(200), status(200), status(500), status(500)]],
  [
    "an answer changed for one place of two",
    [
      from("here", {}),
      from("there", {}),
      from("there", {}),
      from("there", status(500)),
      from("here", {}),
      from("there", status(500)),
    ],
  ],
];

describe("a rule says", () => {
  it.each(asked)("%s", (law, rule, its) => {
    expect(rules[rule].check(situation(its)).flatMap(say)).toEqual(wordsOfRules[law]);
  });

  it.each(visited)("%s", (law, visits) => {
    expect(watch(hourly(0, visits)).history.alerts.flatMap(say)).toEqual(wordsOfRules[law]);
  });
});
