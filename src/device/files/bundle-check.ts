/**
 * Checks a bundle for a device: what is wrong with it, and for each site whether the device will connect, until when,
 * and why not. This is what `meerkat check` reports.
 */
import {
  ageMs,
  asGiven,
  callback,
  equalBytes,
  instant,
  listOf,
  needed,
  ownValue,
  readOptions,
  type Checks,
} from "../../core/index.ts";
import {
  anchorEnds,
  type AuditFinding,
  auditBundle,
  type Bundle,
  type BundleEntry,
  entriesFound,
  entriesSeen,
  type End,
  explainAuditFinding,
  type FileRules,
  formatRefusal,
  generalRules,
  isCrossSign,
  isReadable,
  keyOf,
  earliestEnd,
  namesOfEntries,
  subjectOf,
} from "../../bundle/index.ts";
import type { TrustAnchor, TrustPorts } from "../../trust/index.ts";
import { type Certificate, equalNames, fingerprint } from "../../x509/index.ts";
import { explainUnfit } from "./anchor-probe.ts";
import { anchorsOf } from "./device-anchors.ts";
import type { DeviceProfile } from "../profile.ts";
import { vouchesForItself } from "./own-signature.ts";
import { profileForFormat } from "../profiles/profile-for-format.ts";
import type { DeviceRequest, VisitedSite } from "../request.ts";
import { refuse } from "../verdict.ts";
import { type DeviceReport, verifyAs } from "../verify-as.ts";

/** A bundle, the sites that a device visits with it, and the device. */
export interface CheckRequest {
  readonly bundle: Bundle;
  readonly sites: readonly VisitedSite[];
  /** Left out: the bundle is audited in general, and sites are verified fully only (as `node` would). */
  readonly profile: DeviceProfile | undefined;
  /** By which sites are verified when no device is named. */
  readonly fallback: DeviceProfile;
  /** The moment that the bundle is looked at. */
  readonly at: number;
  /** The moment at which the sites' chains are verified; default `at`. Servers renew theirs, the bundle stays. */
  readonly sitesAt?: number;
  readonly horizonMs: number;
  readonly isPublic: (fingerprint: string) => boolean;
  /** Roots that are known: by them cross-signs are told, and whose name and key an anchor is. */
  readonly knownRoots: readonly Certificate[];
}

const checkChecks: Checks<CheckRequest> = {
  bundle: needed(asGiven()),
  sites: needed(listOf(asGiven())),
  profile: needed(asGiven()),
  fallback: needed(asGiven()),
  at: needed(instant),
  sitesAt: instant,
  horizonMs: needed(ageMs),
  isPublic: needed(callback()),
  knownRoots: needed(listOf(asGiven())),
};

/** One site under the bundle. */
export interface CheckedSite {
  readonly site: string;
  readonly report: DeviceReport;
  /** What the anchor is called among the entries of the bundle; `undefined` where there is none. */
  readonly anchor: string | undefined;
  /** When the way it goes today ends; `undefined` when there is none, or nothing that ends it is known. */
  readonly end: End | undefined;
}

/** What is wrong with a bundle, how each site fares under it, and what ends when. */
export interface CheckReport {
  /** The device as it is with CAs in the bundle's format. */
  readonly profile: DeviceProfile | undefined;
  readonly findings: readonly AuditFinding[];
  /** One sentence for each finding, in the same order. */
  readonly sentences: readonly string[];
  readonly sites: readonly CheckedSite[];
  /** What ends when, the earliest first: for a timeline. */
  readonly timeline: readonly { readonly subject: string; readonly place: string; readonly end: End }[];
}

/** Audits the bundle, and verifies every site with it. */
export function checkBundle(asked: CheckRequest, ports: TrustPorts): CheckReport {
  const request = readOptions(asked, checkChecks);
  const { bundle, sites, fallback, at, sitesAt = at, horizonMs, isPublic, knownRoots } = request;
  const profile = profileThatReads(request.profile, bundle.format);
  const rules = profile === undefined ? generalRules : rulesOf(profile, ports);
  const whole = { ...bundle, entries: bundle.entries.map((entry) => completeEntry(entry, knownRoots)) };
  const findings = auditBundle(whole, {
    at,
    horizonMs,
    isPublic,
    rules,
    sha256: ports.sha256,
    vouchesForItself: (certificate) => vouchesForItself(certificate, ports),
  });
  const isPublicRoot = (certificate: Certificate): boolean =>
    isPublic(fingerprint(certificate, ports.sha256));
  const anchors = anchorsOf(entriesFound(bundle, rules), { store: "file" }, isPublicRoot);
  const endsOf = (certificate: Certificate): readonly End[] => {
    const id = fingerprint(certificate, ports.sha256);
    return anchorEnds({ certificate, fingerprint: id, isPublic: isPublic(id) });
  };
  const names = namesOfEntries(whole.entries.filter(isReadable), ports.sha256);
  const nameOf = ({ device }: DeviceReport): string | undefined =>
    device.accepts && device.anchor !== undefined ? nameOfAnchor(device.anchor, names) : undefined;
  return {
    profile,
    findings,
    sentences: findings.map(explainAuditFinding),
    sites: sites.map(({ site, name, chain }) => {
      const report = verifyWith(
        profile ?? fallback,
        { chain, name, at: sitesAt, anchors },
        { bundle, ports },
      );
      return { site, report, anchor: nameOf(report), end: endOf(report, { endsOf, knownRoots }) };
    }),
    timeline: entriesSeen(whole, rules)
      .flatMap((entry) => {
        if (entry.kind !== "certificate") return [];
        return endsOf(entry.certificate).map((end) => ({
          subject: names.get(entry) ?? entry.certificate.subject.display,
          place: entry.place,
          end,
        }));
      })
      .toSorted((a, b) => a.end.at - b.end.at),
  };
}

/** A format that the device refuses makes no other device of it; a refused layout is given to what reads the newer one. */
function profileThatReads(
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
function verifyWith(
  profile: DeviceProfile,
  request: DeviceRequest,
  { bundle, ports }: { readonly bundle: Bundle; readonly ports: TrustPorts },
): DeviceReport {
  const report = verifyAs(profile, request, ports);
  const isNone = bundle.bytes === 0 && ownValue(profile.fileRules, "emptyIsNone") === true;
  if (request.anchors.length > 0 || isNone || !report.device.accepts) return report;
  return {
    ...report,
    device: refuse({ code: "no-anchors", library: "no anchors" }),
    difference: undefined,
  };
}

interface EndSetting {
  readonly endsOf: (certificate: Certificate) => readonly End[];
  readonly knownRoots: readonly Certificate[];
}

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
