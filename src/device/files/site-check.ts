/**
 * One site under a bundle: whether the device connects, by which of its CA certificates, until when, and why not. A bundle
 * is made ready once, and many sites are checked with it.
 */
import { equalBytes, ownValue } from "../../core/index.ts";
import {
  anchorEnds,
  type Bundle,
  type BundleEntry,
  earliestEnd,
  type End,
  entriesFound,
  type FileRules,
  formatRefusal,
  generalRules,
  isCrossSign,
  isReadable,
  keyOf,
  namesOfEntries,
  subjectOf,
} from "../../bundle/index.ts";
import type { TrustAnchor, TrustPorts } from "../../trust/index.ts";
import { type Certificate, equalNames, fingerprint } from "../../x509/index.ts";
import type { DeviceProfile } from "../profile.ts";
import { profileForFormat } from "../profiles/profile-for-format.ts";
import type { DeviceRequest, VisitedSite } from "../request.ts";
import { refuse } from "../verdict.ts";
import { type DeviceReport, verifyAs } from "../verify-as.ts";
import { explainUnfit } from "./anchor-probe.ts";
import { anchorsOf } from "./device-anchors.ts";

/** One site under the bundle. */
export interface CheckedSite {
  readonly site: string;
  readonly report: DeviceReport;
  /** What the anchor is called among the entries of the bundle; `undefined` where there is none. */
  readonly anchor: string | undefined;
  /** When the way it goes today ends; `undefined` when there is none, or nothing that ends it is known. */
  readonly end: End | undefined;
}

/** A bundle, and who reads it. */
export interface ReadyRequest {
  readonly bundle: Bundle;
  /** Left out: sites are verified fully only, by `fallback`. */
  readonly profile: DeviceProfile | undefined;
  readonly fallback: DeviceProfile;
  readonly isPublic: (fingerprint: string) => boolean;
  readonly knownRoots: readonly Certificate[];
}

/** A bundle as its device holds it. */
export interface ReadyBundle {
  readonly bundle: Bundle;
  /** The bundle with the certificates of roots that it holds as a name and a key. */
  readonly whole: Bundle;
  /** The device as it is with CAs in the bundle's format, or what stands in for it. */
  readonly profile: DeviceProfile;
  readonly rules: FileRules;
  readonly anchors: readonly TrustAnchor[];
  readonly names: ReturnType<typeof namesOfEntries>;
  /** Everything that ends a CA certificate, the earliest first. */
  readonly endsOf: (certificate: Certificate) => readonly End[];
  readonly knownRoots: readonly Certificate[];
}

export function readyBundle(
  { bundle, profile: device, fallback, isPublic, knownRoots }: ReadyRequest,
  ports: TrustPorts,
): ReadyBundle {
  const profile = profileThatReads(device, bundle.format);
  const rules = profile === undefined ? generalRules : rulesOf(profile, ports);
  const whole = { ...bundle, entries: bundle.entries.map((entry) => completeEntry(entry, knownRoots)) };
  const isPublicRoot = (certificate: Certificate): boolean =>
    isPublic(fingerprint(certificate, ports.sha256));
  return {
    bundle,
    whole,
    profile: profile ?? fallback,
    rules,
    anchors: anchorsOf(entriesFound(bundle, rules), { store: "file" }, isPublicRoot),
    names: namesOfEntries(whole.entries.filter(isReadable), ports.sha256),
    endsOf: (certificate) => {
      const id = fingerprint(certificate, ports.sha256);
      return anchorEnds({ certificate, fingerprint: id, isPublic: isPublic(id) });
    },
    knownRoots,
  };
}

/** What the device makes of a site at a moment. */
export function checkSite(
  ready: ReadyBundle,
  { site, name, chain, at }: VisitedSite & Pick<DeviceRequest, "at">,
  ports: TrustPorts,
): CheckedSite {
  const { names } = ready;
  const report = verifyUnder(ready, { name, chain, at }, ports);
  const { device } = report;
  const anchor =
    device.accepts && device.anchor !== undefined ? nameOfAnchor(device.anchor, names) : undefined;
  return { site, report, anchor, end: endOf(report, ready) };
}

/** A format that the device refuses makes no other device of it; a refused layout is given to what reads the newer one. */
export function profileThatReads(
  profile: DeviceProfile | undefined,
  format: Bundle["format"],
): DeviceProfile | undefined {
  if (profile === undefined) return undefined;
  if (formatRefusal(format, profile.fileRules) === undefined) return profileForFormat(profile, format);
  return format === "esp-bundle-5.3" ? profileForFormat(profile, "esp-bundle") : profile;
}

function nameOfAnchor(
  { subject, spki }: Pick<TrustAnchor, "subject" | "spki">,
  names: ReturnType<typeof namesOfEntries>,
): string {
  for (const [entry, name] of names)
    if (equalBytes(keyOf(entry).der, spki.der) && equalNames(subjectOf(entry), subject)) return name;
  return subject.display;
}

/** Beside what the device's file rules refuse: a CA under which the device accepts no server. */
function rulesOf(profile: DeviceProfile, ports: TrustPorts): FileRules {
  const { fileRules } = profile;
  return {
    ...fileRules,
    unfit: (certificate) => explainUnfit(certificate, profile, ports),
  };
}

/** A file of which nothing can be used is not the same as no file: with one, nobody is let through unverified. */
function verifyUnder(
  { profile, bundle, anchors }: ReadyBundle,
  site: Pick<DeviceRequest, "name" | "chain" | "at">,
  ports: TrustPorts,
): DeviceReport {
  const report = verifyAs(profile, { ...site, anchors }, ports);
  const isNone = bundle.bytes === 0 && ownValue(profile.fileRules, "emptyIsNone") === true;
  if (anchors.length > 0 || isNone || !report.device.accepts) return report;
  return {
    ...report,
    device: refuse({ code: "no-anchors", library: "no anchors" }),
    difference: undefined,
  };
}

type EndSetting = Pick<ReadyBundle, "endsOf" | "knownRoots">;

function endOf({ device }: DeviceReport, setting: EndSetting): End | undefined {
  const { knownRoots } = setting;
  if (!device.accepts || device.anchor === undefined) return undefined;
  const crossSigns = device.path
    .slice(1)
    .filter((certificate) => isCrossSign(certificate, knownRoots))
    .map(({ notAfterAt, subject }): End => ({
      at: notAfterAt,
      reason: { kind: "cross-sign", subject: subject.display },
    }));
  return earliestEnd([...anchorEndsOf(device.anchor, setting), ...crossSigns]);
}

/** An anchor that is a name and a key alone has no end that can be told, unless its root is known. */
function anchorEndsOf(anchor: TrustAnchor, { endsOf, knownRoots }: EndSetting): readonly End[] {
  const certificate = anchor.certificate ?? findRoot(anchor, knownRoots);
  return certificate === undefined ? [] : endsOf(certificate);
}

/** A name and a key as the root's certificate, where that is known: then its dates can be told too. */
function completeEntry(entry: BundleEntry, knownRoots: readonly Certificate[]): BundleEntry {
  if (entry.kind !== "name-and-key") return entry;
  const certificate = findRoot({ subject: entry.subject, spki: entry.key }, knownRoots);
  return certificate === undefined ? entry : { kind: "certificate", place: entry.place, certificate };
}

function findRoot(
  { subject, spki }: Pick<TrustAnchor, "subject" | "spki">,
  knownRoots: readonly Certificate[],
): Certificate | undefined {
  return knownRoots.find((root) => equalNames(root.subject, subject) && equalBytes(root.spki.der, spki.der));
}
