/**
 * Checks a bundle for a device: what is wrong with it, and for each site whether the device will connect, until when,
 * and why not. This is what `meerkat check` reports.
 */
import {
  ageMs,
  asGiven,
  callback,
  instant,
  listOf,
  needed,
  readOptions,
  type Checks,
} from "../../core/index.ts";
import {
  type AuditFinding,
  auditBundle,
  type Bundle,
  type End,
  entriesSeen,
  explainAuditFinding,
} from "../../bundle/index.ts";
import type { TrustPorts } from "../../trust/index.ts";
import type { Certificate } from "../../x509/index.ts";
import type { DeviceProfile } from "../profile.ts";
import { vouchesForItself } from "./own-signature.ts";
import type { VisitedSite } from "../request.ts";
import { type CheckedSite, checkSite, profileThatReads, readyBundle } from "./site-check.ts";

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
  const { bundle, sites, at, sitesAt = at, horizonMs, isPublic } = request;
  const ready = readyBundle(request, ports);
  const { whole, rules, names } = ready;
  const findings = auditBundle(whole, {
    at,
    horizonMs,
    isPublic,
    rules,
    sha256: ports.sha256,
    vouchesForItself: (certificate) => vouchesForItself(certificate, ports),
  });
  return {
    profile: profileThatReads(request.profile, bundle.format),
    findings,
    sentences: findings.map(explainAuditFinding),
    sites: sites.map((site) => checkSite(ready, { ...site, at: sitesAt }, ports)),
    timeline: entriesSeen(whole, rules)
      .flatMap((entry) => {
        if (entry.kind !== "certificate") return [];
        return ready.endsOf(entry.certificate).map((end) => ({
          subject: names.get(entry) ?? entry.certificate.subject.display,
          place: entry.place,
          end,
        }));
      })
      .toSorted((a, b) => a.end.at - b.end.at),
  };
}
