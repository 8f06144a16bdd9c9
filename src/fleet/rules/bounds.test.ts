/** Rules at their bounds: of what is compared with what, one that hardly is and one that hardly is not. */
import { describe, expect, it } from "vitest";
import {
  chain,
  type ChainShape,
  dayMs,
  days,
  failed,
  hourly,
  noon,
  situation,
  type VisitShape,
  watch,
} from "../../../test/fleet/made-up.ts";
import { mintRoot } from "../../../test/pki/index.ts";
import type { Concern } from "../alert.ts";
import type { PlaceMark, ShownFact } from "../history.ts";
import { defaultSettings } from "../settings.ts";
import type { Situation } from "../situation.ts";
import type { Variant } from "../visit.ts";
import { rules } from "./rules.ts";

const two: Partial<Variant> = { address: "192.0.2.2" };
const ecdsa: Partial<Variant> = { keyType: "ECDSA" };

/** One rule asked on the third day; of facts that no longer stand, apart. */
function ask(
  rule: keyof typeof rules,
  seen: readonly ShownFact[],
  { past = [], ...more }: Partial<Situation> & { readonly past?: readonly ShownFact[] } = {},
): readonly Concern[] {
  return rules[rule].check(situation({ seen, facts: [...past, ...seen], now: days(3), ...more }));
}
const severities = (concerns: readonly Concern[]): readonly string[] =>
  concerns.map(({ severity }) => severity);

describe.each([
  ["addresses", "addresses-differ", two, "issuer"],
  ["kinds of key", "keys-differ", ecdsa, "anchor"],
] as const)("%s differ", (_what, rule, variant, by) => {
  const other: ChainShape = { leaf: "other", [by]: "Another" };
  const far: ChainShape = { leaf: "other", untilDay: 120 };
  const told = (
    ...args: Parameters<typeof ask> extends readonly [unknown, ...infer Rest] ? Rest : never
  ): readonly string[] => severities(ask(rule, ...args));

  it("from a day on", () => {
    const since = (day: number): readonly ShownFact[] => [
      chain({}, {}),
      chain(variant, other, { firstAt: days(day) }),
    ];
    expect(told(since(2))).toEqual(["notice"]);
    expect(told(since(2.001))).toEqual([]);
  });

  it("since the one came to be so, whatever was renewed meanwhile", () => {
    const renewed = chain(variant, { ...other, leaf: "renewed" }, { firstAt: days(2.9) });
    expect(told([chain({}, {}), renewed], { past: [chain(variant, other, { lastAt: days(2.9) })] })).toEqual([
      "notice",
    ]);
    expect(told([chain({}, {}), renewed], { past: [chain(variant, {}, { lastAt: days(2.9) })] })).toEqual([]);
  });

  it("by their ends from more than a quarter of a life apart on, since the leaf is shown", () => {
    expect(told([chain({}, {}), chain(variant, { leaf: "other", fromDay: -30, untilDay: 60 + 30 })])).toEqual(
      [],
    );
    expect(
      told([chain({}, {}), chain(variant, { leaf: "other", fromDay: -30, untilDay: 60 + 30.1 })]),
    ).toEqual(["notice"]);
    const fresh = chain(variant, far, { firstAt: days(2.9) });
    expect(
      told([chain({}, {}), fresh], {
        past: [chain(variant, { ...far, leaf: "before" }, { lastAt: days(2.9) })],
      }),
    ).toEqual([]);
    expect(told([chain({}, {}), fresh], { past: [chain(variant, far, { lastAt: days(2.9) })] })).toEqual([
      "notice",
    ]);
  });

  it("by the longest of their lives", () => {
    const brief: ChainShape = { leaf: "brief", fromDay: -3, untilDay: 40 };
    expect(told([chain({}, {}), chain(variant, brief)])).toEqual([]);
  });

  it("as the latest of them was seen", () => {
    expect(told([chain({}, {}, { lastAt: days(0.9) }), chain(variant, other)])).toEqual(["notice"]);
  });

  it("and not from what has a rule of its own", () => {
    expect(told([chain({}, {}), chain(variant, { ...other, untilDay: 2, refused: "expired" })])).toEqual([]);
  });
});

describe("an old certificate", () => {
  const old: ChainShape = { leaf: "old", fromDay: -70, untilDay: 20 };
  const fresh: ChainShape = { leaf: "fresh", fromDay: 0, untilDay: 90 };
  const past = chain(two, old, { lastAt: days(0.9) });

  it("was replaced when the first of the next ones was shown", () => {
    const next = chain(two, { ...fresh, leaf: "fresher" }, { firstAt: days(2.5) });
    const between = chain(two, fresh, { firstAt: days(1), lastAt: days(2.4) });
    expect(ask("addresses-differ", [chain({}, old), next], { past: [past, between] })[0]?.sentence).toContain(
      "for 2 days",
    );
  });

  it("was replaced at an address that has shown it, from the same place", () => {
    const seen = [chain({}, old), chain(two, fresh, { firstAt: days(1) })];
    expect(severities(ask("addresses-differ", seen, { past: [past] }))).toEqual(["warning"]);
    for (const not of [
      { ...past, place: "there" },
      { ...past, variant: { ...past.variant, address: "192.0.2.3" } },
      chain(two, { ...old, leaf: "older" }, { lastAt: days(0.9) }),
    ])
      expect(severities(ask("addresses-differ", seen, { past: [not] }))).not.toContain("warning");
  });
});

describe("a refused chain beside good ones", () => {
  const refused: ChainShape = { refused: "untrusted-root" };

  it("is told from half an interval on, since it is refused", () => {
    const since = (ms: number): readonly ShownFact[] => [
      chain({}, {}),
      chain(two, refused, { firstAt: days(3) - ms }),
    ];
    const halfMs = defaultSettings.everyMs / 2;
    expect(severities(ask("addresses-differ", since(halfMs)))).toEqual(["critical"]);
    expect(severities(ask("addresses-differ", since(halfMs - 1)))).toEqual([]);
    expect(
      severities(ask("addresses-differ", since(0), { past: [chain(two, {}, { lastAt: days(2.9) })] })),
    ).toEqual([]);
    expect(
      severities(
        ask("addresses-differ", since(0), {
          past: [chain(two, { ...refused, leaf: "before" }, { lastAt: days(2.9) })],
        }),
      ),
    ).toEqual(["critical"]);
  });
});

describe("a programme's date", () => {
  const named = "cbb522d7b7f127ad6a0113865bdf1cd4102e7d0759af635a7cf4720dc963c53b"; // 2027-04-15
  const distrusted = "c0a6f4dc63a24bfdcf54ef2a6a082a0a72de35803e2ff5ff527ae5d87206dfd5"; // 2025-04-15
  const namedAt = Date.UTC(2027, 3, 15);
  const { certificate } = mintRoot({ name: "Root", notBeforeAt: Date.UTC(2007, 0, 1) });
  const knownRoots = new Map([
    [named, certificate],
    [distrusted, certificate],
  ]);

  it("is told in full from less than a month before on", () => {
    const at = (now: number): readonly Concern[] =>
      ask("programme-date", [chain({}, { root: named })], { knownRoots, now });
    expect(severities(at(namedAt - 30 * dayMs))).toEqual(["notice"]);
    expect(severities(at(namedAt - 30 * dayMs + 1))).toEqual(["warning"]);
  });

  it("is past when it is reached", () => {
    const [concern] = ask("programme-date", [chain({}, { root: named })], { knownRoots, now: namedAt });
    expect(concern?.dueAt).toBeUndefined();
    expect(concern?.sentence).toContain("has not taken for websites since 2027-04-15");
  });

  it("counts where what is likely does not", () => {
    const settings = { ...defaultSettings, likely: false };
    expect(
      ask("programme-date", [chain({}, { root: named })], { knownRoots, settings, now: namedAt }),
    ).toHaveLength(1);
  });

  it("of distrust is about what was issued later, and any other about all", () => {
    const seen = (root: string, fromDay: number): readonly ShownFact[] => [
      chain({}, { root, fromDay: -500 }),
      chain(two, { root, fromDay }),
    ];
    const [later] = ask("programme-date", seen(distrusted, -30), { knownRoots, now: noon });
    expect(later?.evidence.at(-1)).not.toContain("192.0.2.1 ");
    const [all] = ask("programme-date", seen(named, 400), { knownRoots, now: namedAt + dayMs });
    expect(all?.evidence.at(-1)).toContain("192.0.2.1 (visited from here), 192.0.2.2");
  });
});

describe("an address that does not connect", () => {
  const lost = (code: string): NonNullable<PlaceMark["unreached"]>[number] => ({
    address: `of ${code}`,
    code,
    sentence: "",
    sinceAt: noon,
    lastAt: days(3),
    failures: 2,
  });
  const mark = (...unreached: NonNullable<PlaceMark["unreached"]>): PlaceMark => ({
    place: "here",
    run: "",
    at: days(3),
    isWell: true,
    sinceAt: noon,
    failures: 0,
    nextAt: noon,
    unreached,
  });

  it("is told where its own place's last visit met the endpoint", () => {
    const places = [mark(lost("connection-refused"))];
    expect(severities(ask("address-unreached", [chain({}, {})], { places }))).toEqual(["warning"]);
    expect(ask("address-unreached", [chain({}, {}, { place: "there" })], { places })).toEqual([]);
    expect(ask("address-unreached", [chain({}, {}, { lastAt: days(2) })], { places })).toEqual([]);
  });

  it("is a warning where one of them refuses", () => {
    const places = [mark(lost("connection-refused"), lost("connect-timeout"))];
    expect(severities(ask("address-unreached", [chain({}, {})], { places }))).toEqual(["warning"]);
  });
});

describe("no connection", () => {
  const down: VisitShape = { answer: failed("connect-timeout"), shows: [] };
  const refused = (code: string): VisitShape => ({
    answer: failed(code, "trust"),
    shows: [["192.0.2.1", { refused: code }]],
  });
  const open = (...shapes: readonly VisitShape[]): readonly string[] =>
    watch(hourly(0, shapes)).history.alerts.map(
      ({ rule, severity, sentence }) => `${rule} ${severity}: ${sentence}`,
    );
  const from = (place: string, shape: VisitShape): VisitShape => ({ ...shape, place });

  it("counts at once while it is not yet over", () => {
    expect(open(down, down, {}, down, down, {}, down)).toEqual([
      expect.stringMatching(/^unreachable critical: An ordinary client does not connect/),
    ]);
  });

  it("is said of a place that saw no chain, where another place saw the one that is refused", () => {
    const told = open(
      from("here", refused("expired")),
      from("there", { answer: failed("expired", "trust"), shows: [] }),
    );
    expect(told.map((one) => one.split(":")[0])).toEqual(["path-ends critical", "unreachable warning"]);
  });

  it("is left to another rule where one of several chains is what it speaks of", () => {
    const shows: VisitShape["shows"] = [
      ["192.0.2.1", { refused: "expired", untilDay: -1 }],
      ["192.0.2.2", {}],
    ];
    const told = open(
      { answer: failed("expired", "trust"), shows },
      { answer: failed("expired", "trust"), shows },
    );
    expect(told.map((one) => one.split(" ")[0])).toEqual(["path-ends"]);
  });

  it("that comes and goes does not count what other rules speak of", () => {
    expect(open(...Array.from({ length: 3 }, () => [refused("revoked"), {}]).flat())).toEqual([]);
  });
});

describe("a path", () => {
  /** A certificate of a hundred days: its last day is the last two. */
  const of = (left: number): ChainShape => ({ fromDay: 3 + left - 100, untilDay: 3 + left });
  const last = { renewals: 9, share: 0.001, allowance: 0.2 };

  it("has ended behind its last moment, and is about to end in its last day", () => {
    expect(ask("path-ends", [chain({}, of(0))])[0]?.sentence).toContain(" ends on ");
    expect(ask("path-ends", [chain({}, of(-0.001))])[0]?.sentence).toContain(" has ended ");
    expect(severities(ask("path-ends", [chain({}, of(1))], { habit: last }))).toEqual(["notice"]);
    expect(severities(ask("path-ends", [chain({}, of(0.999))], { habit: last }))).toEqual(["critical"]);
  });

  it("of a brief life is about to end in the last fiftieth of that", () => {
    const settings = { ...defaultSettings, lifeLeft: { warning: 0.25, critical: 0.001 } };
    const brief = (left: number): ChainShape => ({ fromDay: 3 + left - 10, untilDay: 3 + left });
    expect(severities(ask("path-ends", [chain({}, brief(0.2))], { settings }))).toEqual(["warning"]);
    expect(severities(ask("path-ends", [chain({}, brief(0.199))], { settings }))).toEqual(["critical"]);
  });

  it("that has ended is repaired by a new leaf once that has ended", () => {
    const remedy = (left: number): string | undefined =>
      ask("path-ends", [chain({}, { ...of(left), refused: "expired" })])[0]?.remedy;
    expect(remedy(0)).toMatch(/^Install the CA certificates/);
    expect(remedy(-0.001)).toMatch(/^Renew the server's certificate/);
  });

  it("that ends too early for a habit is told with the habit only where it is usual", () => {
    const late = { renewals: 4, share: 0.3, allowance: 0.3 };
    expect(ask("path-ends", [chain({}, of(5))], { habit: late })[0]?.evidence).toHaveLength(2);
  });
});

describe("a late renewal", () => {
  const habit = { renewals: 5, share: 1 / 3, allowance: 0.45 };

  it("is told of the certificate that is latest, wherever it stands", () => {
    const seen = [40, 8, 25].map((left, i) =>
      chain({ address: `192.0.2.${i}` }, { fromDay: 3 + left - 90, untilDay: 3 + left }),
    );
    expect(ask("late-renewal", seen, { habit })[0]?.evidence[1]).toContain("192.0.2.1 ");
    expect(ask("late-renewal", seen.toReversed(), { habit })[0]?.evidence[1]).toContain("192.0.2.1 ");
  });

  it("is over with its certificate from the last moment of that on", () => {
    const [concern] = ask("late-renewal", [chain({}, { fromDay: -87, untilDay: 3 })], { habit });
    expect(concern?.sentence).toContain("its certificate ended on");
    expect(concern?.dueAt).toBeUndefined();
  });
});
