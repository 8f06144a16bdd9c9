/** What a forecast says, word for word, and which CA certificates it proposes, in their order. */
import { describe, expect, it } from "vitest";
import { type Minted, pemOf } from "../../../test/pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../../../test/pki/today.ts";
import { trustPorts } from "../../admission/index.ts";
import type { DeviceName } from "../../device/index.ts";
import { fingerprint } from "../../x509/index.ts";
import { bundleOfFiles } from "../bundle-of-files.ts";
import type { Forecast } from "./forecast.ts";
import { forecastFor } from "./forecast-for.ts";
import { prepareBundle } from "./prepared-bundle.ts";

const host = "site.example";
const until = (days: number): { readonly notAfterAt: number } => ({ notAfterAt: now + days * dayMs });
const day = (days: number): string => new Date(now + days * dayMs).toISOString().slice(0, 10);
const shaOf = ({ certificate }: Minted): string => fingerprint(certificate, trustPorts.sha256);

interface Case {
  readonly bundle: readonly Minted[];
  /** The leaf first; by offer where it is not the device's own. */
  readonly chains: readonly (
    readonly Minted[] | { readonly offer: string; readonly chain: readonly Minted[] }
  )[];
  readonly known?: readonly Minted[];
  readonly device?: DeviceName;
  readonly publicly?: readonly Minted[];
}

function foretell({
  bundle,
  chains,
  known = [],
  device = "node",
  publicly = [],
}: Case): Forecast | undefined {
  const files = [{ path: "ca.pem", bytes: Buffer.from(pemOf(...bundle)) }];
  const watched = bundleOfFiles({ label: "ca.pem", device, files }, trustPorts.sha256);
  const ids = new Set(publicly.map(shaOf));
  const ground = {
    knownRoots: known.map(({ certificate }) => certificate),
    isPublic: (sha256: string): boolean => ids.has(sha256),
  };
  const seen = chains.map((one) => ("offer" in one ? one : { offer: device, chain: one }));
  return forecastFor(
    {
      endpoint: { host, name: `https://${host}` },
      bundle: prepareBundle(watched, ground, trustPorts),
      chains: seen.map(({ offer, chain }) => ({ offer, chain: chain.map(({ certificate }) => certificate) })),
      at: now,
    },
    trustPorts,
  );
}
const sentence = (asked: Case): string | undefined => foretell(asked)?.sentence;
const added = (asked: Case): readonly string[] => foretell(asked)?.add.map(({ subject }) => subject) ?? [];

const root = mintRoot("Root");
const short = mintRoot("Short", until(400));
const leaf = mintLeaf(host, root);
const brief = mintLeaf(host, short);

describe("a forecast says", () => {
  it("when the root ends, and is not told twice by what it verifies", () => {
    expect(sentence({ bundle: [short], chains: [[brief]] })).toBe(
      `Node.js with ca.pem connects to https://site.example until ${day(400)}, when its CA certificate Short ends, which it verifies by.`,
    );
  });

  it("when a certificate between ends, and by which root it verifies", () => {
    const between = mint({ name: "Between", ca: true, ...until(20) }, root);
    expect(sentence({ bundle: [root], chains: [[mintLeaf(host, between), between]] })).toBe(
      `Node.js with ca.pem connects to https://site.example until ${day(20)}, when the certificate of Between ends, which it goes by. It verifies by Root.`,
    );
  });

  it("when a cross-signed certificate ends", () => {
    const older = mintRoot("Older");
    const cross = mint({ name: "Root", keys: root.keys, ca: true, ...until(200) }, older);
    const said = sentence({ bundle: [older], chains: [[leaf, cross]], known: [root, older] });
    expect(said).toMatch(
      new RegExp(`^Node\\.js with ca\\.pem connects to https://site\\.example until ${day(200)}, when `),
    );
    expect(said).toMatch(/ It verifies by Older\.$/);
    expect(said?.match(new RegExp(day(200), "g"))).toHaveLength(1);
  });

  it("when a programme likely retires the root: before that day, then; after it, with the leaf", () => {
    const old = (years: number): Minted => mintRoot(`Aged ${years}`, { notBeforeAt: now - years * yearMs });
    const [soon, past] = [old(13), old(22)];
    const asked = (aged: Minted): Case => ({
      bundle: [aged],
      chains: [[mintLeaf(host, aged, until(50))]],
      known: [aged],
      publicly: [aged],
    });
    const [first, second] = [foretell(asked(soon)), foretell(asked(past))];
    expect(first).toMatchObject({ kind: "programme", sure: "likely" });
    expect(first?.sentence).toMatch(
      /^Node\.js with ca\.pem connects to https:\/\/site\.example likely until [\d-]+, when [^,]/,
    );
    expect(first?.breaksAt).toBeGreaterThan(now);
    expect(second).toMatchObject({ kind: "programme", sure: "likely", breaksAt: now + 50 * dayMs });
    expect(second?.sentence).toMatch(
      new RegExp(
        `likely until ${day(50)}, when its certificate ends and the next one likely comes from another root: [^,:]+ \\([\\d-]+\\)\\. It verifies by Aged 22\\.$`,
      ),
    );
  });

  it("that there is no end, and what the device does not verify", () => {
    const endless = { bundle: [short], chains: [[brief]], device: "mongoose-os" } as const;
    expect(sentence(endless)).toMatch(
      / with ca\.pem connects to https:\/\/site\.example, and no end of that is known\.$/,
    );
  });

  it("by which hello it was asked, and of nothing where there is no chain", () => {
    expect(sentence({ bundle: [root], chains: [{ offer: "ordinary", chain: [leaf] }] })).toMatch(
      / The endpoint was not asked as the device asks, and may show it another chain\.$/,
    );
    expect(sentence({ bundle: [root], chains: [[leaf]] })).not.toContain("was not asked");
    expect(foretell({ bundle: [root], chains: [[]] })).toBeUndefined();
    expect(foretell({ bundle: [root], chains: [{ offer: "another", chain: [leaf] }] })).toBeUndefined();
    const mixed = [
      { offer: "ordinary", chain: [leaf] },
      { offer: "another", chain: [brief] },
    ];
    expect(foretell({ bundle: [root, short], chains: mixed })).toMatchObject({ rootName: "Root" });
  });

  it("the first break of all, whichever comes first", () => {
    const chains = [[brief], [leaf]] as const;
    const device = "mongoose-os" as const;
    for (const all of [chains, chains.toReversed()])
      expect(foretell({ bundle: [root, short], chains: all })).toMatchObject({
        root: shaOf(short),
        rootName: "Short",
      });
    expect(foretell({ bundle: [root], chains: [[leaf], [brief]], device })).toMatchObject({
      kind: "refused",
    });
    expect(foretell({ bundle: [root], chains: [[brief], [leaf]], device })).toMatchObject({
      kind: "refused",
    });
  });
});

describe("a forecast proposes", () => {
  const other = mintRoot("Other");
  const older = mintRoot("Older", until(300));
  const cross = mint({ name: "Root", keys: root.keys, ca: true, ...until(200) }, older);

  it("what serves now, the one that lasts longest first", () => {
    for (const known of [
      [root, older, other],
      [older, other, root],
    ])
      expect(added({ bundle: [other], chains: [[leaf, cross]], known }).slice(0, 2)).toEqual([
        "Root",
        "Older",
      ]);
  });

  it("what serves for longer than what there is", () => {
    expect(added({ bundle: [older], chains: [[leaf, cross]], known: [root, older] })).toEqual(["Root"]);
    expect(added({ bundle: [root], chains: [[leaf, cross]], known: [root, older] })).toEqual([]);
  });

  it("nothing that is held, and nothing that is not known", () => {
    expect(added({ bundle: [short], chains: [[brief]], known: [short] })).toEqual([]);
    expect(added({ bundle: [short], chains: [[brief]] })).toEqual([]);
  });
});
