/** Forecasts: what ends a device's connection that no renewal prevents, when, and what the bundle lacks. */
import { describe, expect, it } from "vitest";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../../../test/pki/today.ts";
import { type Minted, pemOf } from "../../../test/pki/index.ts";
import { trustPorts } from "../../admission/index.ts";
import type { DeviceName } from "../../device/index.ts";
import { fingerprint } from "../../x509/index.ts";
import { bundleOfFiles } from "../bundle-of-files.ts";
import type { Forecast } from "./forecast.ts";
import { forecastFor } from "./forecast-for.ts";
import { prepareBundle } from "./prepared-bundle.ts";

const host = "site.example";
const until = (days: number): { readonly notAfterAt: number } => ({ notAfterAt: now + days * dayMs });
const shaOf = ({ certificate }: Minted): string => fingerprint(certificate, trustPorts.sha256);

interface Case {
  readonly bundle: readonly Minted[];
  readonly chains: readonly (readonly Minted[])[];
  readonly known?: readonly Minted[];
  readonly device?: DeviceName;
  readonly offer?: string;
  readonly isPublic?: boolean;
}

function foretell({
  bundle,
  chains,
  known = [],
  device = "node",
  offer = device,
  isPublic = false,
}: Case): Forecast {
  const files = [{ path: "ca.pem", bytes: Buffer.from(pemOf(...bundle)) }];
  const watched = bundleOfFiles({ label: "ca.pem", device, files }, trustPorts.sha256);
  const ground = { knownRoots: known.map(({ certificate }) => certificate), isPublic: () => isPublic };
  const prepared = prepareBundle(watched, ground, trustPorts);
  const forecast = forecastFor(
    {
      endpoint: { host, name: `https://${host}` },
      bundle: prepared,
      chains: chains.map((chain) => ({ offer, chain: chain.map(({ certificate }) => certificate) })),
      at: now,
    },
    trustPorts,
  );
  if (forecast === undefined) throw new Error("There is a chain, and so a forecast.");
  return forecast;
}

const root = mintRoot("Root");
const issuing = mint({ name: "Issuing", ca: true }, root);
const leaf = mintLeaf(host, issuing);
const other = mintRoot("Other");

describe("a forecast", () => {
  it("is a refusal now, where the device finds no way to its CA certificates; a known root that serves is named", () => {
    const forecast = foretell({ bundle: [other], chains: [[leaf, issuing]], known: [root, other] });
    expect(forecast).toMatchObject({
      kind: "refused",
      breaksAt: now,
      sure: "certain",
      root: undefined,
      add: [{ subject: "Root", sha256: shaOf(root) }],
    });
    expect(forecast.sentence).toMatch(/ with ca\.pem does not connect to https:\/\/site\.example: .+\.$/);
  });

  it("proposes nothing where no CA certificate would serve", () => {
    const ended = mintLeaf(host, issuing, { notBeforeAt: now - 90 * dayMs, notAfterAt: now - dayMs });
    expect(foretell({ bundle: [root], chains: [[ended, issuing]], known: [root, other] })).toMatchObject({
      kind: "refused",
      add: [],
    });
  });

  it("is the root's end, and not the leaf's, which is renewed", () => {
    const short = mintRoot("Short", until(400));
    const forecast = foretell({ bundle: [short], chains: [[mintLeaf(host, short)]] });
    expect(forecast).toMatchObject({
      kind: "root",
      breaksAt: now + 400 * dayMs,
      sure: "certain",
      root: shaOf(short),
      rootName: "Short",
    });
  });

  it("is the end of what stands above the leaf, where that comes before the leaf's", () => {
    const short = mint({ name: "Short", ca: true, ...until(20) }, root);
    expect(foretell({ bundle: [root], chains: [[mintLeaf(host, short), short]] })).toMatchObject({
      kind: "path",
      breaksAt: now + 20 * dayMs,
      sure: "certain",
    });
  });

  it("is the end of a cross-signed certificate that the path runs through; the root that was cross-signed goes beside", () => {
    const older = mintRoot("Older");
    const cross = mint({ name: "Root", keys: root.keys, ca: true, ...until(200) }, older);
    const chains = [[leaf, issuing, cross]];
    expect(foretell({ bundle: [older], chains, known: [root, older] })).toMatchObject({
      kind: "cross-sign",
      breaksAt: now + 200 * dayMs,
      sure: "certain",
      rootName: "Older",
      add: [{ subject: "Root" }],
    });
  });

  it("is likely the day of a programme's schedule, for a root in its store alone", () => {
    const aged = mintRoot("Aged", { notBeforeAt: now - 13 * yearMs });
    const asked = { bundle: [aged], chains: [[mintLeaf(host, aged)]], known: [aged] };
    expect(foretell({ ...asked, isPublic: true })).toMatchObject({ kind: "programme", sure: "likely" });
    expect(foretell({ ...asked, isPublic: false })).toMatchObject({ kind: "root", sure: "certain" });
  });

  it("is the first break of all chains that the device is shown", () => {
    const short = mintRoot("Short", until(400));
    const chains = [[leaf, issuing], [mintLeaf(host, short)]];
    expect(foretell({ bundle: [root, short], chains })).toMatchObject({ rootName: "Short" });
  });

  it("is likely only, where the chain was not shown to the device's own hello", () => {
    const forecast = foretell({ bundle: [root], chains: [[leaf, issuing]], offer: "ordinary" });
    expect(forecast).toMatchObject({ kind: "root", sure: "likely" });
    expect(forecast.sentence).toContain("was not asked as the device asks");
  });

  it("does not count dates that the device never looks at", () => {
    const short = mintRoot("Short", until(400));
    const forecast = foretell({ bundle: [short], chains: [[mintLeaf(host, short)]], device: "mongoose-os" });
    expect(forecast).toMatchObject({ kind: "nothing", breaksAt: undefined });
  });
});
