/** Bundles that break, a CA that moved outside of one, and the dates of root programmes. */
import { describe, expect, it } from "vitest";
import {
  type ChainShape,
  dayMs,
  days,
  noon,
  refusedSince,
  servesUntil,
  severitiesOf,
  shown,
  situation,
} from "../../../test/fleet/made-up.ts";
import { mintRoot } from "../../../test/pki/index.ts";
import type { Alert } from "../alert.ts";
import type { Forecast } from "../forecast/forecast.ts";
import type { ShownFact } from "../history.ts";
import { defaultSettings } from "../settings.ts";
import type { Situation } from "../situation.ts";
import { bundleBreaks } from "./bundle-breaks.ts";
import { issuerOutsideBundle } from "./issuer-outside-bundle.ts";
import { programmeDate } from "./programme-date.ts";

const serves = servesUntil(days(400));
const refuses = refusedSince(noon);
const add = [
  { subject: "Root Two", sha256: "bb" },
  { subject: "Root Three", sha256: "cc" },
];

const breaks = (forecast: Forecast, more: Partial<Situation> = {}): readonly string[] =>
  severitiesOf(bundleBreaks.check(situation({ forecasts: [forecast], ...more })));

describe("a bundle breaks", () => {
  it.each<readonly [law: string, more: Partial<Forecast>, expected: readonly string[]]>([
    ["half a year before is time enough", { breaksAt: days(180) }, []],
    ["within half a year", { breaksAt: days(179.9) }, ["warning certain"]],
    ["a month before is a warning", { breaksAt: days(30) }, ["warning certain"]],
    ["within a month", { breaksAt: days(29.9) }, ["critical certain"]],
    ["likely, within half a year", { breaksAt: days(179.9), sure: "likely" }, ["notice likely"]],
    ["likely, within a month", { breaksAt: days(29.9), sure: "likely" }, ["warning likely"]],
    ["no end is known", { kind: "nothing", breaksAt: undefined }, []],
  ])("%s", (_law, more, expected) => {
    expect(breaks({ ...serves, ...more })).toEqual(expected);
  });

  it("by what is likely only where that is wanted", () => {
    const settings = { ...defaultSettings, likely: false };
    expect(breaks({ ...serves, breaksAt: days(29), sure: "likely" }, { settings })).toEqual([]);
  });

  it("by what is certain whatever is wanted, and a refusal has no day", () => {
    const settings = { ...defaultSettings, likely: false };
    expect(breaks({ ...serves, breaksAt: days(29) }, { settings })).toEqual(["critical certain"]);
    const [concern] = bundleBreaks.check(situation({ forecasts: [{ ...refuses, breaksAt: days(5) }] }));
    expect(concern?.sentence).toBe(refuses.sentence);
  });

  it("now: critical where it connected before, a warning where it never did", () => {
    expect(breaks(refuses)).toEqual(["warning certain"]);
    expect(breaks(refuses, { before: { forecasts: [refuses], seen: [] } })).toEqual(["warning certain"]);
    expect(breaks(refuses, { before: { forecasts: [serves], seen: [] } })).toEqual(["critical certain"]);
  });

  it("now, and stays critical as long as it does", () => {
    const open = { rule: "bundle-breaks", subject: "b1", severity: "critical" } as Alert;
    expect(breaks(refuses, { alerts: [open], before: { forecasts: [refuses], seen: [] } })).toEqual([
      "critical certain",
    ]);
  });

  it("is not said of a chain that everybody refuses", () => {
    const { seen } = situation({ shows: [["192.0.2.1", { refused: "expired" }]] });
    expect(breaks(refuses, { seen })).toEqual([]);
    const { seen: untrusted } = situation({ shows: [["192.0.2.1", { refused: "untrusted-root" }]] });
    expect(breaks(refuses, { seen: untrusted })).toEqual(["warning certain"]);
  });

  it.each([
    "expired",
    "not-yet-valid",
    "missing-intermediate",
    "wrong-host",
    "no-names",
    "bad-signature",
    "revoked",
  ])("is not said where the chain is refused as %s, and is where another one is", (code) => {
    const good = ["192.0.2.2", { leaf: "other" }] as const;
    const seenWith = (shape: ChainShape): Situation["seen"] =>
      situation({ shows: [["192.0.2.1", shape], good] }).seen;
    expect(breaks(refuses, { seen: seenWith({ refused: code }) })).toEqual([]);
    expect(breaks(refuses, { seen: seenWith({ refused: code, leaf: "another" }) })).toEqual([
      "warning certain",
    ]);
  });

  it("and what to add is named, the best first", () => {
    const [concern] = bundleBreaks.check(situation({ forecasts: [{ ...refuses, add }] }));
    expect(concern?.remedy).toBe(
      "Add the CA certificate Root Two (SHA-256 bb) to the bundle, and update the devices before that day. Its CA may also move to Root Three.",
    );
  });
});

describe("an issuer outside of the bundle", () => {
  const fact = (issuer: string): ShownFact => ({
    about: "shown",
    place: "here",
    variant: { address: "192.0.2.1", offer: "ordinary" },
    value: shown({ issuer }),
    firstAt: noon,
    lastAt: noon,
  });
  const moved = (more: Partial<Situation> = {}): Situation =>
    situation({
      forecasts: [refuses],
      seen: [fact("CA Two")],
      before: { forecasts: [serves], seen: [fact("CA One")] },
      ...more,
    });

  it("is critical, and is not said twice", () => {
    expect(severitiesOf(issuerOutsideBundle.check(moved()))).toEqual(["critical certain"]);
    expect(bundleBreaks.check(moved())).toEqual([]);
  });

  it("names the issuer that was and the one that is", () => {
    expect(issuerOutsideBundle.check(moved())[0]?.evidence[0]).toBe(
      "Its certificate is issued by CA Two, and was by CA One.",
    );
  });

  it.each<readonly [law: string, more: Partial<Situation>]>([
    ["the issuer is the same", { seen: [fact("CA One")] }],
    ["the bundle did not verify before", { before: { forecasts: [refuses], seen: [fact("CA One")] } }],
    [
      "the bundle is another one now",
      { before: { forecasts: [{ ...serves, digest: "d0" }], seen: [fact("CA One")] } },
    ],
    ["the device still connects", { forecasts: [serves] }],
    ["nothing was seen before", { before: { forecasts: [serves], seen: [] } }],
  ])("is not one where %s", (_law, more) => {
    expect(issuerOutsideBundle.check(moved(more))).toEqual([]);
  });

  it("stays one, with the evidence of that day, as long as the device refuses", () => {
    const [concern] = issuerOutsideBundle.check(moved());
    const alert = { ...concern, rule: "issuer-outside-bundle", subject: "b1" } as Alert;
    const later = moved({ alerts: [alert], before: { forecasts: [refuses], seen: [fact("CA Two")] } });
    expect(issuerOutsideBundle.check(later)[0]).toMatchObject({ evidence: concern?.evidence });
  });
});

describe("a root programme's date", () => {
  /** Fingerprints of the programmes' tables. */
  const named = "cbb522d7b7f127ad6a0113865bdf1cd4102e7d0759af635a7cf4720dc963c53b"; // 2027-04-15
  const removed = "8d25cd97229dbf70356bda4eb3cc734031e24cf00fafcfd32dc76eb5841c7ea8";
  const distrusted = "c0a6f4dc63a24bfdcf54ef2a6a082a0a72de35803e2ff5ff527ae5d87206dfd5"; // 2025-04-15
  const namedAt = Date.UTC(2027, 3, 15);
  const { certificate } = mintRoot({ name: "Root", notBeforeAt: Date.UTC(2007, 0, 1) });
  const check = (
    root: string,
    now: number,
    more: Partial<Situation> & { readonly fromDay?: number } = {},
  ): readonly string[] => {
    const shows = [["192.0.2.1", { root, fromDay: more.fromDay ?? -30 }]] as const;
    return severitiesOf(
      programmeDate.check(situation({ knownRoots: new Map([[root, certificate]]), now, ...more, shows })),
    );
  };

  it.each<readonly [law: string, root: string, now: number, expected: readonly string[]]>([
    ["that is half a year away is not told of", named, namedAt - 180 * dayMs, []],
    ["within half a year is a notice", named, namedAt - 179 * dayMs, ["notice certain"]],
    ["within a month is a warning", named, namedAt - 29 * dayMs, ["warning certain"]],
    ["that was reached is a warning", named, namedAt + dayMs, ["warning certain"]],
    ["by which a root was taken out is a warning", removed, noon, ["warning certain"]],
    [
      "after which it distrusts is a warning for what was issued later",
      distrusted,
      noon,
      ["warning certain"],
    ],
  ])("%s", (_law, root, now, expected) => {
    expect(check(root, now)).toEqual(expected);
  });

  it("after which it distrusts is a notice for what was issued before", () => {
    expect(check(distrusted, noon, { fromDay: -500 })).toEqual(["notice certain"]);
  });

  it("that follows from a schedule is a notice and likely, for roots of the programme, where that is wanted", () => {
    const isPublic = (): boolean => true;
    expect(check("ff", noon, { isPublic })).toEqual(["notice likely"]);
    expect(check("ff", noon)).toEqual([]);
    expect(check("ff", noon, { isPublic, settings: { ...defaultSettings, likely: false } })).toEqual([]);
  });

  it("is not known of a root that is not", () => {
    expect(check(named, namedAt, { knownRoots: new Map() })).toEqual([]);
  });
});
