/** Forecasts after a visit: made anew where something changed, kept where nothing was looked at. */
import { describe, expect, it } from "vitest";
import { endpoint, visit } from "../../../test/fleet/made-up.ts";
import { type Minted, pemOf } from "../../../test/pki/index.ts";
import { dayMs, mintLeaf, mintRoot, now as today } from "../../../test/pki/today.ts";
import { trustPorts } from "../../admission/index.ts";
import { fingerprint } from "../../x509/index.ts";
import { bundleOfFiles } from "../bundle-of-files.ts";
import type { ShownFact } from "../history.ts";
import type { Visit } from "../visit.ts";
import type { Forecast } from "./forecast.ts";
import { type PreparedBundle, prepareBundle } from "./prepared-bundle.ts";
import { renewForecasts } from "./renew-forecasts.ts";

/** Noon, so that an hour later is the same day. */
const now = Math.floor(today / dayMs) * dayMs + dayMs / 2;
const hourMs = 3_600_000;
const root = mintRoot("Root");
const short = mintRoot("Short", { notAfterAt: today + 400 * dayMs });
const other = mintRoot("Other");
const long = [mintLeaf(endpoint.host, root)];
const brief = [mintLeaf(endpoint.host, short)];
const unknown = [mintLeaf(endpoint.host, other)];
const shaOf = ({ certificate }: Minted): string => fingerprint(certificate, trustPorts.sha256);
const keyOf = (chain: readonly Minted[]): string => chain.map(shaOf).join(" ");

const prepared = (label = "ca.pem", ...anchors: readonly Minted[]): PreparedBundle => {
  const files = [
    { path: "ca.pem", bytes: Buffer.from(pemOf(...(anchors.length === 0 ? [root, short] : anchors))) },
  ];
  const bundle = bundleOfFiles({ label, device: "node", files }, trustPorts.sha256);
  return prepareBundle(bundle, { knownRoots: [], isPublic: () => false }, trustPorts);
};
const bundle = prepared();

/** A visit that was shown these chains, by offer. */
function shownChains(...shown: readonly (readonly [offer: string, chain: readonly Minted[]])[]): Visit {
  const made = visit();
  const [showing] = made.showings;
  if (showing === undefined) throw new Error("A visit shows a chain.");
  return {
    ...made,
    showings: shown.map(([offer, chain]) => ({
      variant: { ...showing.variant, offer },
      shown: { ...showing.shown, chain: chain.map(shaOf) },
    })),
    certificates: new Map(shown.flatMap(([, chain]) => chain.map((one) => [shaOf(one), one.certificate]))),
  };
}
const factsOf = ({ showings }: Visit): readonly ShownFact[] =>
  showings.map(({ variant, shown }) => ({
    about: "shown",
    place: "here",
    variant,
    value: shown,
    firstAt: now,
    lastAt: now,
  }));

interface Asked {
  readonly known?: readonly Forecast[];
  readonly standing?: readonly ShownFact[];
  readonly at?: number;
  readonly bundles?: readonly PreparedBundle[];
}

function renew(
  made: Visit,
  { known = [], standing = factsOf(made), at = now, bundles = [bundle] }: Asked = {},
): readonly Forecast[] {
  return renewForecasts({ endpoint, known, visit: made, bundles, standing, now: at }, trustPorts);
}
const first = (...args: Parameters<typeof renew>): Forecast => {
  const [forecast] = renew(...args);
  if (forecast === undefined) throw new Error("There is a forecast.");
  return forecast;
};

const node = shownChains(["node", long]);
const known = first(node);

describe("a forecast is made", () => {
  it("for each bundle, of what its device is shown", () => {
    expect(known).toMatchObject({
      kind: "root",
      sure: "certain",
      rootName: "Root",
      madeAt: now,
      chains: [keyOf(long)],
    });
    const bundles = [bundle, prepared("other.pem", other)];
    expect(renew(node, { bundles }).map(({ kind }) => kind)).toEqual(["root", "refused"]);
  });

  it("of what an ordinary hello is shown, where the device's was never offered", () => {
    expect(first(shownChains(["ordinary", long]))).toMatchObject({ sure: "likely", rootName: "Root" });
    const mixed = shownChains(["ordinary", unknown], ["node", long]);
    expect(first(mixed)).toMatchObject({ sure: "certain", rootName: "Root" });
    expect(first(mixed).chains).toEqual([keyOf(long)]);
  });

  it("of each chain once", () => {
    expect(first(shownChains(["node", long], ["node", long])).chains).toHaveLength(1);
    expect(first(shownChains(["node", long], ["node", brief]))).toMatchObject({ rootName: "Short" });
  });

  it("of nothing where nothing was shown, or it cannot be read", () => {
    expect(renew(shownChains())).toEqual([]);
    expect(renew({ ...node, certificates: new Map() })).toEqual([]);
  });
});

describe("a known forecast stays", () => {
  it("where its device's hello was not offered this time", () => {
    expect(first(shownChains(["ordinary", unknown]), { known: [known], standing: factsOf(node) })).toBe(
      known,
    );
    expect(first(shownChains(), { known: [known] })).toBe(known);
  });

  it("for the same chains on the same day", () => {
    expect(first(node, { known: [known], at: now + hourMs })).toBe(known);
    const both = shownChains(["node", long], ["node", brief]);
    const ofBoth = first(both);
    expect(first(shownChains(["node", brief], ["node", long]), { known: [ofBoth], at: now + hourMs })).toBe(
      ofBoth,
    );
  });

  it("where another place is still shown a chain that breaks earlier", () => {
    const early = first(shownChains(["node", brief]));
    const standing = factsOf(shownChains(["node", brief], ["node", long]));
    expect(first(node, { known: [early], standing })).toBe(early);
    expect(first(node, { known: [early] })).toMatchObject({ rootName: "Root" });
    // That which breaks later gives way.
    expect(first(shownChains(["node", brief]), { known: [known], standing })).toMatchObject({
      rootName: "Short",
    });
    const endless = { ...known, breaksAt: undefined };
    expect(first(shownChains(["node", brief]), { known: [endless], standing })).toMatchObject({
      rootName: "Short",
    });
  });
});

describe("a known forecast is made anew", () => {
  it.each<readonly [law: string, made: Visit, asked: Asked]>([
    ["on another day", node, { known: [known], at: now + dayMs }],
    ["for another bundle of that name", node, { known: [{ ...known, digest: "another" }] }],
    ["for a bundle of another name", node, { known: [{ ...known, bundle: "another" }] }],
    ["for another chain", shownChains(["node", brief]), { known: [known] }],
    ["for a chain more", shownChains(["node", long], ["node", brief]), { known: [known] }],
    ["for a chain less", node, { known: [{ ...known, chains: [...known.chains, "gone"] }] }],
    ["where its day has come", node, { known: [{ ...known, breaksAt: now - 1 }] }],
  ])("%s", (_law, made, asked) => {
    const [forecast] = renew(made, asked);
    expect(asked.known).not.toContain(forecast);
    expect(forecast).toMatchObject({ bundle: bundle.bundle.id, digest: bundle.bundle.digest });
  });

  it("and not where its day is now, or it is refused, or it has none", () => {
    for (const more of [
      { breaksAt: now },
      { kind: "refused", breaksAt: now - 1 },
      { breaksAt: undefined },
    ] as const) {
      const one = { ...known, ...more };
      expect(first(node, { known: [one] })).toBe(one);
    }
  });
});
