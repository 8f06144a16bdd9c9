/** The CAs of the year: real certificates, few keys. A leaf has everybody's key, since nobody connects with it. */
import { trustPorts } from "../../../src/admission/index.ts";
import { bundleOfFiles, type PreparedBundle, prepareBundle } from "../../../src/fleet/index.ts";
import { anchorFromCertificate, type TrustAnchor } from "../../../src/trust/index.ts";
import { type Certificate, fingerprint } from "../../../src/x509/index.ts";
import { makeKeys, mint, type Minted, pemOf, spkiOf } from "../../pki/index.ts";
import { dayMs, yearBeginsAt } from "./calendar.ts";

/** A CA as servers use it: what issues, and what is sent above the leaf. */
export interface Authority {
  readonly issuing: Minted;
  readonly sent: readonly Minted[];
}

export interface Authorities {
  readonly inside: Authority;
  /** Another root of the same bundle. */
  readonly alsoInside: Authority;
  /** A root of the ordinary store that the bundle does not hold. */
  readonly outside: Authority;
  /** Its root is in the ordinary store; the bundle has the one that cross-signed it, for a while. */
  readonly crossSigned: Authority;
  /** Its root ends within the year, and is in the bundle. */
  readonly ending: Authority;
  /** Nobody holds its root. */
  readonly unknown: Authority;
  /** A certificate that ended and is sent along by some, which ends nothing. */
  readonly litter: Minted;
  readonly anchors: readonly TrustAnchor[];
  readonly knownRoots: ReadonlyMap<string, Certificate>;
  readonly bundle: PreparedBundle;
  readonly crossEndsAt: number;
  readonly rootEndsAt: number;
  /** A CA under the root of `inside` that ends then. */
  readonly shortIntermediate: (untilAt: number) => Minted;
  readonly leafKeys: Minted["keys"];
  readonly leafSpki: Uint8Array;
}

const ca = { ca: true, usages: ["keyCertSign", "cRLSign"] } as const;
const yearMs = 365 * dayMs;

export function makeAuthorities(): Authorities {
  const long = { notBeforeAt: yearBeginsAt - 3 * yearMs, notAfterAt: yearBeginsAt + 12 * yearMs };
  const crossEndsAt = yearBeginsAt + 290 * dayMs;
  const rootEndsAt = yearBeginsAt + 310 * dayMs;
  const root = (name: string, shape = {}): Minted => mint({ name, ...ca, ...long, ...shape });
  const under = (issuer: Minted, name: string, shape = {}): Minted =>
    mint({ name, ...ca, ...long, ...shape }, issuer);
  const [one, two, three, newer] = [root("Root One"), root("Root Two"), root("Root Three"), root("Root New")];
  const short = root("Root Short", { notAfterAt: rootEndsAt });
  const nobodys = root("Nobody's Root");
  const cross = mint({ name: "Root New", keys: newer.keys, ...ca, ...long, notAfterAt: crossEndsAt }, one);
  const litter = root("Root Of Yore", { notAfterAt: yearBeginsAt - 100 * dayMs });
  const authority = (issuer: Minted, name: string, ...above: readonly Minted[]): Authority => {
    const issuing = under(issuer, name);
    return { issuing, sent: [issuing, ...above] };
  };
  const store = [one, two, three, newer, short];
  const knownRoots = new Map(
    store.map(({ certificate }) => [fingerprint(certificate, trustPorts.sha256), certificate]),
  );
  const files = [{ path: "ca.pem", bytes: Buffer.from(pemOf(one, two, short)) }];
  const bundle = prepareBundle(
    bundleOfFiles({ label: "ca.pem", device: "node", files }, trustPorts.sha256),
    { knownRoots: [...knownRoots.values()], isPublic: () => false },
    trustPorts,
  );
  const leafKeys = makeKeys();
  const shortKeys = makeKeys();
  return {
    inside: authority(one, "Issuing One"),
    alsoInside: authority(two, "Issuing Two"),
    outside: authority(three, "Issuing Three"),
    crossSigned: authority(newer, "Issuing New", cross),
    ending: authority(short, "Issuing Short"),
    unknown: authority(nobodys, "Issuing Nobody"),
    litter,
    anchors: store.map(({ certificate }) => anchorFromCertificate(certificate, { store: "file" })),
    knownRoots,
    bundle,
    crossEndsAt,
    rootEndsAt,
    shortIntermediate: (untilAt) =>
      under(one, `Issuing Until ${untilAt}`, { keys: shortKeys, notAfterAt: untilAt }),
    leafKeys,
    leafSpki: spkiOf(leafKeys),
  };
}
