/**
 * Checks a bundle for a device: what is wrong with it, and for each site whether the device will connect, until when,
 * and why not. This is what `meerkat check` reports.
 */
import {
  anchorEnds,
  type AuditFinding,
  auditBundle,
  type Bundle,
  type End,
  explainAuditFinding,
  generalRules,
  isCrossSign,
  earliestEnd,
} from "../bundle/index.ts";
import type { TrustAnchor, TrustPorts } from "../trust/index.ts";
import { type Certificate, fingerprint } from "../x509/index.ts";
import type { VisitedSite } from "./ca-choice.ts";
import { anchorsOf } from "./device-anchors.ts";
import type { DeviceProfile } from "./profile.ts";
import { profileForFormat } from "./profile-for-format.ts";
import { type DeviceReport, verifyAs } from "./verify-as.ts";

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
  /** Roots that are known, by which cross-signs are told. */
  readonly knownRoots: readonly Certificate[];
}

/** One site under the bundle. */
export interface CheckedSite {
  readonly site: string;
  readonly report: DeviceReport;
  /** When the way it goes today ends; `undefined` when there is none, or nothing that ends it is known. */
  readonly end: End | undefined;
}

export interface CheckReport {
  readonly findings: readonly AuditFinding[];
  /** One sentence for each finding, in the same order. */
  readonly sentences: readonly string[];
  readonly sites: readonly CheckedSite[];
  /** What ends when, the earliest first: for a timeline. */
  readonly timeline: readonly { readonly subject: string; readonly place: string; readonly end: End }[];
}

/** Audits the bundle, and verifies every site with it. */
export function checkBundle(request: CheckRequest, ports: TrustPorts): CheckReport {
  const { bundle, sites, fallback, at, sitesAt = at, isPublic, knownRoots } = request;
  const profile =
    request.profile === undefined ? undefined : profileForFormat(request.profile, bundle.format);
  const rules = profile?.fileRules ?? generalRules;
  const findings = auditBundle(bundle, { ...request, rules, sha256: ports.sha256 });
  const isPublicRoot = (certificate: Certificate): boolean =>
    isPublic(fingerprint(certificate, ports.sha256));
  const anchors = anchorsOf(bundle.entries, { store: "file" }, isPublicRoot);
  const endsOf = (certificate: Certificate): readonly End[] => {
    const id = fingerprint(certificate, ports.sha256);
    return anchorEnds({ certificate, fingerprint: id, isPublic: isPublic(id) });
  };
  return {
    findings,
    sentences: findings.map(explainAuditFinding),
    sites: sites.map(({ site, name, chain }) => {
      const report = verifyAs(profile ?? fallback, { chain, name, at: sitesAt, anchors }, ports);
      return { site, report, end: endOf(report, { endsOf, knownRoots }) };
    }),
    timeline: bundle.entries
      .flatMap((entry) => {
        if (entry.kind !== "certificate") return [];
        const { subject } = entry.certificate;
        return endsOf(entry.certificate).map((end) => ({
          subject: subject.display,
          place: entry.place,
          end,
        }));
      })
      .toSorted((a, b) => a.end.at - b.end.at),
  };
}

interface EndSetting {
  readonly endsOf: (certificate: Certificate) => readonly End[];
  readonly knownRoots: readonly Certificate[];
}

function endOf({ device }: DeviceReport, { endsOf, knownRoots }: EndSetting): End | undefined {
  if (!device.accepts || device.anchor === undefined) return undefined;
  const crossSigns = device.path
    .slice(1)
    .filter((certificate) => isCrossSign(certificate, knownRoots))
    .map(({ notAfterAt, subject }): End => ({
      at: notAfterAt,
      reason: { kind: "cross-sign", subject: subject.display },
    }));
  return earliestEnd([...anchorEndsOf(device.anchor, endsOf), ...crossSigns]);
}

/** An anchor that is a name and a key alone has no end that can be told. */
function anchorEndsOf({ certificate }: TrustAnchor, endsOf: EndSetting["endsOf"]): readonly End[] {
  return certificate === undefined ? [] : endsOf(certificate);
}
