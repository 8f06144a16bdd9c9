/** What `meerkat check` found, sorted for whoever reads it: of the bundle, of each site, and what ends when. */
import { type AuditFinding, type Bundle, type End, type Severity } from "../../bundle/index.ts";
import {
  checkBundle,
  type CheckedSite,
  devices,
  type DeviceProfile,
  explainDifference,
  explainEndFor,
  explainRefusal,
  noticesEnd,
  type PresetName,
} from "../../device/index.ts";
import { trustPorts } from "../../admission/index.ts";
import { explainRejection, type IdentityVerdict } from "../../trust/index.ts";
import { remarkOnPreset } from "./announced.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { explainNarrow, type Variant } from "../devices/meet/host-chains.ts";
import { isPublicRoot, mozillaRoots } from "../devices/files/roots.ts";
import type { FailedUrl, LostSite, Survey } from "../devices/meet/survey-outcome.ts";
import type { SurveyNote } from "../devices/meet/survey-notes.ts";
import type { ClientIdentity } from "../identity/read.ts";
import { judgeFor, worstOfIdentity } from "../identity/report.ts";

export interface CheckMaterial {
  /** As it was named. */
  readonly path: string;
  readonly bundle: Bundle;
  /** Left out: no device in particular, and sites as Node takes them. */
  readonly profile: DeviceProfile | undefined;
  /** The moment that the bundle is looked at, and the one at which the sites were visited. */
  readonly at: number;
  readonly visitedAt: number;
  readonly horizonMs: number;
  /** Services whose announced roots the bundle should have. */
  readonly presets: readonly PresetName[];
  readonly survey: Survey;
  /** The certificate that the device is to show, where one was given. */
  readonly identity: ClientIdentity | undefined;
}

/** What speaks for and against the device's own certificate at one host. */
export interface IdentityRemark {
  readonly site: string;
  readonly verdict: IdentityVerdict;
}

/** One finding about the bundle. */
export interface BundleRemark {
  readonly finding: AuditFinding;
  readonly says: string;
}

/** `yes`: and rightly. `wrongly`: although something is wrong. `ends`: today, and not at the moment asked about. */
export type Connects = "yes" | "wrongly" | "ends" | "no";

export interface SiteRemark {
  readonly site: string;
  readonly urls: readonly string[];
  readonly connects: Connects;
  /** A full sentence. */
  readonly says: string;
  /** The refusal's code, or the full validation's; `null` where all is well. */
  readonly code: string | null;
  readonly end: End | undefined;
}

export interface TimelineEntry {
  readonly subject: string;
  readonly place: string;
  readonly end: End;
}

export interface CheckOutcome {
  readonly material: CheckMaterial;
  readonly remarks: readonly BundleRemark[];
  readonly sites: readonly SiteRemark[];
  readonly identities: readonly IdentityRemark[];
  /** Sentences about what the device could meet, and what was not looked at, with the URLs that led there. */
  readonly notes: readonly Pick<SurveyNote, "urls" | "says">[];
  readonly timeline: readonly TimelineEntry[];
  /** URLs of which nothing could be learned, and why. */
  readonly unknown: readonly FailedUrl[];
  readonly exitCode: number;
}

/** Checks. */
export function check(given: CheckMaterial): CheckOutcome {
  const { bundle, at, visitedAt, horizonMs, survey } = given;
  const report = checkBundle(
    {
      bundle,
      profile: given.profile,
      fallback: devices.node,
      sites: survey.sites,
      at,
      sitesAt: visitedAt,
      horizonMs,
      isPublic: isPublicRoot,
      knownRoots: mozillaRoots(),
    },
    trustPorts,
  );
  const material = { ...given, profile: report.profile };
  const remarks = report.findings.map((finding, i) => ({ finding, says: report.sentences[i] ?? "" }));
  const judged = report.sites.map((site) => remarkOn(site, material));
  const isMet = ({ site, connects }: SiteRemark): boolean =>
    connects !== "no" || survey.sites.find((known) => known.site === site)?.variant?.own !== false;
  const sites = [
    ...survey.turnedDown.map((one) => remarkOnTurnedDown(one, material)),
    ...judged.filter(isMet),
    ...given.presets.map((name) => remarkOnPreset(name, bundle, mozillaRoots())),
  ];
  const variantOf = (name: string): Variant | undefined =>
    survey.sites.find(({ site }) => site === name)?.variant;
  const notes = [
    ...survey.notes,
    ...judged
      .filter((one) => !isMet(one))
      .map(({ site, urls, says }) => ({
        urls,
        says: `${explainNarrow(site, variantOf(site), (material.profile ?? nobodyInParticular).title)}: ${says}`,
      })),
  ];
  const unknown = survey.failures.filter(({ url }) => isUnknown(url, survey));
  const identities = judgeIdentities(given);
  const exitCode = codeOf({ remarks, sites, identities, unknown });
  return { material, remarks, sites, identities, notes, timeline: report.timeline, unknown, exitCode };
}

/** 1 for findings that matter; where there are none, the number of the first site that could not be asked. */
function codeOf({
  remarks,
  sites,
  identities,
  unknown,
}: Pick<CheckOutcome, "remarks" | "sites" | "identities" | "unknown">): number {
  const severities = [
    ...remarks.map(({ finding }) => finding.severity),
    ...identities.map(({ verdict }) => worstOfIdentity(verdict) ?? "note"),
  ];
  if (severities.some((severity) => severity !== "note")) return exitCode.failed;
  if (sites.some(({ connects }) => connects !== "yes")) return exitCode.failed;
  return unknown[0]?.exitCode ?? exitCode.ok;
}

/** At every host that showed a chain, at the moment that the bundle is looked at: both lie in the device. */
function judgeIdentities({ identity, survey, profile, at }: CheckMaterial): readonly IdentityRemark[] {
  if (identity === undefined) return [];
  return survey.asking.flatMap(({ site, ...asking }) => {
    const verdict = judgeFor(identity, { ...asking, at, profile });
    return verdict === undefined ? [] : [{ site, verdict }];
  });
}

/** A chain that a full validation refused ended the visit, and can be judged here all the same. */
function isUnknown(url: string, { sites }: Survey): boolean {
  return !sites.some(({ urls, verified }) => urls.includes(url) && !verified);
}

/** Nothing that the bundle could hold would change it. */
function remarkOnTurnedDown({ because, ...lost }: LostSite, { profile }: CheckMaterial): SiteRemark {
  const { title } = profile ?? nobodyInParticular;
  return { ...lost, connects: "no", says: `${title} refuses it, because ${because}.`, end: undefined };
}

const nobodyInParticular = { ...devices.node, title: "A client such as Node.js" };

function remarkOn({ site, report, end, anchor: named }: CheckedSite, material: CheckMaterial): SiteRemark {
  const { survey, at } = material;
  const profile = material.profile ?? nobodyInParticular;
  const urls = survey.sites.find((known) => known.site === site)?.urls ?? [];
  const common = { site, urls, end };
  const { device, difference, full } = report;
  if (!device.accepts) {
    const { code } = device.refusal;
    const because = explainRefusal(device.refusal);
    const says =
      difference === undefined
        ? `${profile.title} refuses it, because ${because}.`
        : explainDifference(profile, difference, explainRejection);
    return { ...common, connects: "no", code, says };
  }
  if (device.anchor === undefined) {
    const says = `${profile.title} connects and verifies nobody: ${profile.withoutCa.note}.`;
    return { ...common, connects: "wrongly", code: "no-anchors", says };
  }
  if (difference !== undefined) {
    const code = full.trusted ? null : full.primary.code;
    return {
      ...common,
      connects: "wrongly",
      code,
      says: explainDifference(profile, difference, explainRejection),
    };
  }
  const lasts = end === undefined ? "nothing here says for how long" : explainEndFor(profile, end);
  const isUnnoticed = end !== undefined && !noticesEnd(profile, end);
  const anchor = named ?? device.anchor.subject.display;
  if (end !== undefined && end.at <= at && !isUnnoticed) {
    const says = `${profile.title} connects today by ${anchor}; that is good ${lasts}.`;
    return { ...common, connects: "ends", code: end.reason.kind, says };
  }
  return {
    ...common,
    connects: "yes",
    code: null,
    says: `${profile.title} connects by ${anchor}${isUnnoticed ? ";" : ","} ${lasts}.`,
  };
}

/** How much a remark matters, and the most that any does. */
export function worstOf({ remarks, sites, identities }: CheckOutcome): Severity | undefined {
  const severities = new Set<Severity>([
    ...remarks.map(({ finding }) => finding.severity),
    ...sites.flatMap(({ connects }): Severity[] => severityOf(connects)),
    ...identities.flatMap(({ verdict }): Severity[] => {
      const worst = worstOfIdentity(verdict);
      return worst === undefined ? [] : [worst];
    }),
  ]);
  return (["error", "warning", "note"] as const).find((severity) => severities.has(severity));
}

function severityOf(connects: Connects): Severity[] {
  switch (connects) {
    case "yes":
      return [];
    case "no":
      return ["error"];
    case "wrongly":
    case "ends":
      return ["warning"];
  }
}
